"""How many messages a number may send. Source: Cloud API, "Throughput" and "Pair rate limits"."""

import threading
import time
from collections.abc import Callable

from wacloud_simulator.graph.errors import refusal

PAIR_BURST = 45.0
PAIR_PER_SECOND = 1 / 6
KEPT_PAIRS = 10_000


class Rates:
    """A bucket for the number and one for each person."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, person: str) -> None:
        """Takes one message from both buckets; GraphRefusalError when one is empty."""
        with self._lock:
            if not self._has("", self._per_second, self._per_second):
                raise refusal(130429)
            if not self._has(person, PAIR_BURST, PAIR_PER_SECOND):
                raise refusal(131056)
            for key in ("", person):
                tokens, at = self._buckets[key]
                self._buckets[key] = (tokens - 1, at)

    def reset(self) -> None:
        """Full buckets."""
        with self._lock:
            self._buckets.clear()

    def _has(self, key: str, burst: float, rate: float) -> bool:
        now = self._clock()
        tokens, at = self._buckets.get(key, (burst, now))
        tokens = min(burst, tokens + (now - at) * rate)
        if len(self._buckets) > KEPT_PAIRS:
            self._buckets.clear()
        self._buckets[key] = (tokens, now)
        return tokens >= 1
