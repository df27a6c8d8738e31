"""Tells every open page what has just happened. Slow or absent readers cost nothing: old events are dropped."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

KEPT = 5_000


@dataclass(frozen=True)
class Event:
    """One thing that happened; `name` says which, `data` is JSON."""

    number: int
    name: str
    data: dict[str, Any]


class Events:
    """The last few thousand events, and a bell for whoever waits for the next."""

    def __init__(self) -> None:
        self._bell = threading.Condition()
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._number = 0
        self._closed = False

    @property
    def number(self) -> int:
        """The number of the newest event."""
        with self._bell:
            return self._number

    def publish(self, name: str, data: dict[str, Any]) -> None:
        """Adds an event and wakes the readers."""
        with self._bell:
            self._number += 1
            self._events.append(Event(self._number, name, data))
            self._bell.notify_all()

    def close(self) -> None:
        """Ends every reader."""
        with self._bell:
            self._closed = True
            self._bell.notify_all()

    def after(self, number: int, timeout: float) -> list[Event] | None:
        """The events newer than that one; empty after the time-out; None when all is over.

        Where they are no longer kept, or that number is of an earlier simulator: one `reset`, which means that
        everything is to be asked for anew.
        """
        with self._bell:
            self._bell.wait_for(lambda: self._closed or self._number != number, timeout)
            if self._closed:
                return None
            if number > self._number or (self._events and number < self._events[0].number - 1):
                return [Event(self._number, "reset", {})]
            fresh = []
            for event in reversed(self._events):
                if event.number <= number:
                    break
                fresh.append(event)
            return fresh[::-1]

    def follow(self, number: int, heartbeat: float = 15.0) -> Iterator[list[Event]]:
        """Every event after that one, in groups; an empty group is a heartbeat."""
        while (events := self.after(number, heartbeat)) is not None:
            if events:
                number = events[-1].number
            yield events
