"""Threads that run actions. Unlike those of an executor they end with the process: a webhook that is silent holds up no exit."""

import threading
from collections import deque
from collections.abc import Callable


class Workers:
    """At most `most` threads, each started when it is needed."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._wake = threading.Condition()
        self._actions: deque[Callable[[], None]] = deque()
        self._threads = 0
        self._idle = 0
        self._closed = False

    def submit(self, action: Callable[[], None]) -> None:
        """Runs an action as soon as a thread is free; after `close` never."""
        with self._wake:
            if self._closed:
                return
            self._actions.append(action)
            if len(self._actions) > self._idle and self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._run, name=f"{self._name} {self._threads}", daemon=True).start()
            self._wake.notify()

    def close(self) -> None:
        """Forgets what has not begun, and lets each thread end after what it does."""
        with self._wake:
            self._closed = True
            self._actions.clear()
            self._wake.notify_all()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._idle += 1
                self._wake.wait_for(lambda: self._actions or self._closed)
                self._idle -= 1
                if self._closed:
                    return
                action = self._actions.popleft()
            try:
                action()
            except BaseException:
                # Another thread takes this one's place; Python reports the error.
                with self._wake:
                    self._threads -= 1
                raise
