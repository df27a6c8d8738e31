"""What the services count on their /metrics: as they say it, and how much that grew since the last reset.

A counter starts at zero with its process, so growth is summed over restarts, as Prometheus does it.
"""

import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx

_SAMPLE = re.compile(r"^(whatsapp_\w+_total)(?:\{[^}]*\})? ([0-9.eE+-]+)$", re.MULTILINE)
Totals = dict[str, float]


class ServiceMetrics:
    """The counters of every service whose address is known, each summed over its labels."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = dict(urls)
        self._lock = threading.Lock()
        self._last: dict[str, Totals] = {}
        self._grown: dict[str, Totals] = {name: {} for name in urls}

    def read(self) -> dict[str, Totals | None]:
        """By service, what /metrics says now; None where it does not answer."""
        if not self._urls:
            return {}
        with ThreadPoolExecutor(len(self._urls)) as pool:
            found = dict(zip(self._urls, pool.map(_scrape, self._urls.values()), strict=True))
        with self._lock:
            for name, totals in found.items():
                if totals is not None:
                    self._add(name, totals)
        return found

    def grown(self) -> dict[str, Totals]:
        """By service, how much each counter has grown from reset to the last read."""
        with self._lock:
            return {name: dict(totals) for name, totals in self._grown.items()}

    def reset(self) -> None:
        """Growth starts at zero."""
        self.read()
        with self._lock:
            self._grown = {name: {} for name in self._urls}

    def _add(self, service: str, totals: Totals) -> None:
        before, grown = self._last.get(service, {}), self._grown[service]
        for name, value in totals.items():
            last = before.get(name, 0.0)
            grown[name] = grown.get(name, 0.0) + (value - last if value >= last else value)
        self._last[service] = totals


def _scrape(url: str) -> Totals | None:
    try:
        text = httpx.get(url, timeout=1).text
    except httpx.HTTPError:
        return None
    totals: Totals = {}
    for name, value in _SAMPLE.findall(text):
        totals[name] = totals.get(name, 0.0) + float(value)
    return totals
