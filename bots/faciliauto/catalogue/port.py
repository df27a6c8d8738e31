"""The bot's port `cars`: answers a wish from the marketplace, its cache, or the snapshot.

Arguments {"wish", "without"}; the answer {"cars": [{row…, "reasons"}], "total", "binding", "as_of", "stale"}: `stale`
says that the source could not be asked, and that these cars are as old as `as_of`.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bots.faciliauto.catalogue.car import Car
from bots.faciliauto.catalogue.search import FILTERS, MOST, Wish, binding, search
from bots.faciliauto.catalogue.snapshot import Snapshot
from bots.interface import PortError

log = logging.getLogger(__name__)
CACHED_FOR = timedelta(hours=1)
_MOST_CACHED = 500


class Source(Protocol):
    """Where cars come from.  Raises PortError."""

    async def cars(self, wish: Wish) -> tuple[Car, ...]: ...


@dataclass(slots=True)
class Cars:
    """The port.  Without a source the snapshot is the catalogue; with one it is what is left when the source is away."""

    snapshot: Snapshot
    source: Source | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now().astimezone())
    _cache: dict[str, tuple[datetime, tuple[Car, ...]]] = field(default_factory=dict, repr=False)

    async def __call__(self, arguments: Mapping[str, Any]) -> Any:
        wish, without = arguments.get("wish", {}), arguments.get("without", ())
        cars, as_of, stale = await self._cars(wish)
        found = search(cars, wish, without=without)
        return {
            "cars": [
                {**asdict(each.car), "reasons": [asdict(reason) for reason in each.reasons]}
                for each in found[:MOST]
            ],
            "total": len(found),
            "binding": None if found else await self._binding(cars, wish),
            "as_of": as_of.isoformat(),
            "stale": stale,
        }

    async def _cars(self, wish: Wish) -> tuple[tuple[Car, ...], datetime, bool]:
        if self.source is None:
            return self.snapshot.cars, self.snapshot.made_at, False
        key, now = json.dumps(wish, sort_keys=True), self.clock()
        known = self._cache.get(key)
        if known is not None and now - known[0] < CACHED_FOR:
            return known[1], known[0], False
        try:
            cars = await self.source.cars(wish)
        except PortError as error:
            log.warning("the catalogue is away, an older one is used: %s", error)
            return (known[1], known[0], True) if known else (self.snapshot.cars, self.snapshot.made_at, True)
        while len(self._cache) >= _MOST_CACHED:
            del self._cache[next(iter(self._cache))]
        self._cache[key] = (now, cars)
        return cars, now, False

    async def _binding(self, cars: tuple[Car, ...], wish: Wish) -> str | None:
        """The filter that stands in the way: among all cars of the snapshot, or what the source says without each."""
        if self.source is None or not any(slot in wish for slot in FILTERS):
            return binding(cars, wish)
        counts: dict[str, int] = {}
        for slot in (each for each in FILTERS if each in wish):
            wider = {name: value for name, value in wish.items() if name != slot}
            counts[slot] = len(search((await self._cars(wider))[0], wider))
        best = max(counts, key=lambda slot: counts[slot])
        return best if counts[best] else None
