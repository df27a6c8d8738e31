"""The simulator's time. It runs as real time does, and can be moved forward; it never goes back."""

import threading
import time
from collections.abc import Callable

FORWARD_MOST = 366 * 24 * 3600.0


class Clock:
    """Seconds since 1970, plus how far the clock was moved. Thread-safe."""

    def __init__(self, offset: float = 0.0) -> None:
        self._lock = threading.Lock()
        self._offset = offset
        self._listeners: list[Callable[[], None]] = []

    @property
    def offset(self) -> float:
        """Seconds that the clock is ahead of real time."""
        with self._lock:
            return self._offset

    def now(self) -> float:
        """The simulated time, in seconds since 1970."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Moves the clock forward; what was planned for the time between happens at once. ValueError when backward."""
        if not 0 <= seconds <= FORWARD_MOST:
            message = (
                f"the clock moves forward only, by at most {FORWARD_MOST:.0f} seconds, and not by {seconds}"
            )
            raise ValueError(message)
        with self._lock:
            self._offset += seconds
        self._tell()

    def set_offset(self, offset: float) -> None:
        """As far ahead of real time as that; for a reset and a state that is loaded."""
        with self._lock:
            self._offset = offset
        self._tell()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Calls `listener` whenever the clock was moved."""
        self._listeners.append(listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
