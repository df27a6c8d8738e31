"""Every HTTP exchange in both directions, as the inspector shows it. The oldest are forgotten."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

from wacloud_simulator.events import Events
from wacloud_simulator.people import JSON

KEPT = 4_000
KEPT_BYTES = 200_000


@dataclass
class Exchange:
    """One request and its answer. `message_ids` are the wamids it is about."""

    number: int
    direction: Literal["webhook", "graph"]
    method: str
    url: str
    request_headers: dict[str, str]
    request_body: str
    message_ids: list[str]
    about: str
    at: float
    note: str = ""
    attempt: int = 1
    status: int | None = None
    answer: str = ""
    seconds: float | None = None
    error: str = ""

    def summary(self) -> JSON:
        """Without the bodies."""
        return {
            "number": self.number,
            "direction": self.direction,
            "method": self.method,
            "url": self.url,
            "message_ids": self.message_ids[:50],
            "about": self.about,
            "at": self.at,
            "note": self.note,
            "attempt": self.attempt,
            "status": self.status,
            "seconds": self.seconds,
            "error": self.error,
        }

    def as_json(self) -> JSON:
        """With the bodies."""
        return self.summary() | {
            "request_headers": self.request_headers,
            "request_body": self.request_body,
            "answer": self.answer,
        }


class Journal:
    """The last few thousand exchanges."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._exchanges: OrderedDict[int, Exchange] = OrderedDict()
        self._number = 0

    def begin(
        self,
        direction: Literal["webhook", "graph"],
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        body: str,
        message_ids: list[str],
        about: str,
        attempt: int = 1,
        note: str = "",
    ) -> Exchange:
        """A request has just left or come in."""
        with self._lock:
            self._number += 1
            exchange = Exchange(
                self._number,
                direction,
                method,
                url,
                headers,
                body[:KEPT_BYTES],
                message_ids,
                about,
                time.time(),
                note,
                attempt,
            )
            self._exchanges[exchange.number] = exchange
            if len(self._exchanges) > KEPT:
                self._exchanges.popitem(last=False)
        self._events.publish("exchange", exchange.summary())
        return exchange

    def end(self, exchange: Exchange, *, status: int | None, answer: str = "", error: str = "") -> None:
        """It was answered, or it failed."""
        exchange.seconds = time.time() - exchange.at
        exchange.status, exchange.answer, exchange.error = status, answer[:KEPT_BYTES], error
        self._events.publish("exchange", exchange.summary())

    def get(self, number: int) -> Exchange | None:
        """One exchange."""
        with self._lock:
            return self._exchanges.get(number)

    def find(self, *, message_id: str | None = None, text: str = "", limit: int = 200) -> list[Exchange]:
        """The newest that are about a message, or hold a text."""
        needle = text.lower()
        with self._lock:
            newest = list(reversed(self._exchanges.values()))
        found = []
        for exchange in newest:
            if message_id is not None and message_id not in exchange.message_ids:
                continue
            haystack = f"{exchange.url} {exchange.about} {exchange.request_body} {exchange.answer}".lower()
            if needle and needle not in haystack and needle not in " ".join(exchange.message_ids).lower():
                continue
            found.append(exchange)
            if len(found) == limit:
                break
        return found

    def clear(self) -> None:
        """Forgets everything; numbers go on."""
        with self._lock:
            self._exchanges.clear()
