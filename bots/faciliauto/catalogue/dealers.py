"""The bot's port `dealers`: who is nearest to a place.  Arguments {"latitude", "longitude"} or {"city", "uf"?}."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bots.faciliauto.catalogue.car import Dealer
from bots.interface import PortError

_EARTH_KM = 6_371.0
MOST = 3


def distance_km(from_: tuple[float, float], to: tuple[float, float]) -> float:
    """The great-circle distance between two places, in degrees (latitude, longitude): the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, place)) for place in (from_, to))
    chord = math.sin((lat2 - lat1) / 2) ** 2
    chord += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


@dataclass(frozen=True, slots=True)
class Dealers:
    """The port: at most three dealers, nearest first, each with its `km` (None where a city is all that is known)."""

    dealers: Sequence[Dealer]

    async def __call__(self, arguments: Mapping[str, Any]) -> Any:
        match arguments:
            case {"latitude": int() | float() as latitude, "longitude": int() | float() as longitude}:
                return self._nearest((float(latitude), float(longitude)))
            case {"city": str() as city}:
                return self._in_city(city, arguments.get("uf"))
            case _:
                raise PortError(
                    f"latitude and longitude, or a city, are needed; there was {sorted(arguments)}"
                )

    def _nearest(self, place: tuple[float, float]) -> list[dict[str, Any]]:
        found = [
            (distance_km(place, (dealer.latitude, dealer.longitude)), dealer)
            for dealer in self.dealers
            if dealer.latitude is not None and dealer.longitude is not None
        ]
        found.sort(key=lambda each: (each[0], each[1].id))
        return [{**asdict(dealer), "km": round(km, 1)} for km, dealer in found[:MOST]]

    def _in_city(self, city: str, uf: str | None) -> list[dict[str, Any]]:
        """The city's own, then the state's: both names as the catalogue writes them."""
        own = [dealer for dealer in self.dealers if dealer.city == city and uf in (None, dealer.state)]
        near = [dealer for dealer in self.dealers if dealer.state == uf and dealer not in own]
        return [{**asdict(dealer), "km": None} for dealer in [*own, *near][:MOST]]
