"""What the services count on their /metrics: as they say it, and how much that grew since the last reset.

A counter starts at zero with its process, so growth is summed over restarts: one that is smaller than before has
started anew, as Prometheus sees it, and so has every counter of a process whose start time is another.
"""

import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

_SAMPLE = re.compile(r"^((?!python_|process_)\w+_total)(?:\{[^}]*\})? ([0-9.eE+-]+)$", re.MULTILINE)
_START = re.compile(r"^process_start_time_seconds ([0-9.eE+-]+)$", re.MULTILINE)
Totals = dict[str, float]


class ServiceMetrics:
    """The counters of every service whose address is known, each summed over its labels."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = dict(urls)
        self._lock = threading.Lock()
        self._last: dict[str, Scrape] = {}
        self._grown: dict[str, Totals] = {name: {} for name in urls}

    def read(self) -> dict[str, Totals | None]:
        """By service, what /metrics says now; None where it does not answer."""
        if not self._urls:
            return {}
        with ThreadPoolExecutor(len(self._urls)) as pool:
            found = dict(zip(self._urls, pool.map(_scrape, self._urls.values()), strict=True))
        with self._lock:
            for name, scrape in found.items():
                if scrape is not None:
                    self._add(name, scrape)
        return {name: None if scrape is None else scrape.totals for name, scrape in found.items()}

    def grown(self) -> dict[str, Totals]:
        """By service, how much each counter has grown from reset to the last read."""
        with self._lock:
            return {name: dict(totals) for name, totals in self._grown.items()}

    def reset(self) -> None:
        """Growth starts at zero."""
        self.read()
        with self._lock:
            self._grown = {name: {} for name in self._urls}

    def _add(self, service: str, scrape: "Scrape") -> None:
        before, grown = self._last.get(service), self._grown[service]
        same = before is not None and before.started == scrape.started
        for name, value in scrape.totals.items():
            last = before.totals.get(name, 0.0) if before is not None and same else 0.0
            grown[name] = grown.get(name, 0.0) + (value - last if value >= last else value)
        self._last[service] = scrape


@dataclass(frozen=True)
class Scrape:
    """One answer of a /metrics; `started` is empty where the process does not say when it started."""

    started: str
    totals: Totals


def _scrape(url: str) -> Scrape | None:
    try:
        text = httpx.get(url, timeout=1).text
    except httpx.HTTPError:
        return None
    totals: Totals = {}
    for name, value in _SAMPLE.findall(text):
        totals[name] = totals.get(name, 0.0) + float(value)
    start = _START.search(text)
    return Scrape(start[1] if start else "", totals)
