"""The marketplace's HTTP API as a source of cars.

POST /api/recommend takes a profile and gives at most five cars.  Its filters are case- and accent-sensitive, so every
value is mapped first; what it cannot filter by (kilometres beyond its own, colour, exclusions of models) is filtered in
`search`.  It has no authentication today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bots.faciliauto.catalogue.car import Car
from bots.faciliauto.catalogue.search import BODIES, TRANSMISSIONS, Wish
from bots.interface import PortError

USES = {
    "family": "familia",
    "work": "trabalho",
    "leisure": "lazer",
    "commercial": "comercial",
    "first_car": "primeiro_carro",
    "rideshare": "transporte_passageiros",
}
PRIORITIES = {
    "economy": "economia",
    "space": "espaco",
    "performance": "performance",
    "comfort": "conforto",
    "safety": "seguranca",
    "resale": "revenda",
    "reliability": "confiabilidade",
    "maintenance": "custo_manutencao",
}
FUELS = {
    "flex": "Flex",
    "gasoline": "Gasolina",
    "ethanol": "Etanol",
    "diesel": "Diesel",
    "hybrid": "Híbrido",
    "electric": "Elétrico",
}
_NAMED, _NOT_NAMED = 5, 3
# The profile wants both ends of a budget; these are beyond what is sold.
_CHEAPEST, _DEAREST = 0, 2_000_000


def profile(wish: Wish) -> dict[str, Any]:
    """The API's profile of a wish; a lower limit above the upper one (400 there) is left out."""
    most = wish.get("price_max", _DEAREST)
    least = wish.get("price_min", _CHEAPEST)
    wanted = wish.get("priorities", ())
    made: dict[str, Any] = {
        "orcamento_min": least if least <= most else _CHEAPEST,
        "orcamento_max": most,
        "uso_principal": USES.get(wish.get("use", ""), "trabalho"),
        "prioridades": {
            name: _NAMED if priority in wanted else _NOT_NAMED for priority, name in PRIORITIES.items()
        },
        "marcas_preferidas": list(wish.get("makes", ())),
        "marcas_rejeitadas": list(wish.get("not_makes", ())),
        "tipos_preferidos": sorted(
            set().union(*(BODIES.get(body, set()) for body in wish.get("bodies", ())))
        ),
        "combustivel": FUELS.get(wish.get("fuel", "")),
        "cambio": TRANSMISSIONS.get(wish.get("transmission", "")),
        "ano_minimo": wish.get("year_min"),
        "km_maxima": wish.get("km_max"),
        "city": wish.get("city"),
        "state": wish.get("uf"),
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


@dataclass(frozen=True, slots=True)
class Marketplace:
    """Asks the API at the client's base URL; the client's time-out holds.  Raises PortError."""

    client: httpx.AsyncClient

    async def cars(self, wish: Wish) -> tuple[Car, ...]:
        """The cars that the API recommends."""
        answer = await self._json("POST", "/api/recommend", profile(wish))
        rows = answer.get("recommendations") if isinstance(answer, Mapping) else None
        if not isinstance(rows, list):
            raise PortError("the marketplace's answer has no list of recommendations")
        return tuple(car for row in rows if (car := _car(row)) is not None)

    async def _json(self, method: str, path: str, content: Mapping[str, Any]) -> Any:
        try:
            response = await self.client.request(method, path, json=content)
            response.raise_for_status()
            return response.json()
        except httpx.HTTPStatusError as error:
            raise PortError(f"the marketplace answered {error.response.status_code} to {path}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise PortError(f"the marketplace did not answer {path}: {type(error).__name__}") from error


def _car(row: Any) -> Car | None:
    """The car of a recommendation; None where it lacks what a car needs."""
    try:
        return Car.of_row(row["car"])
    except (KeyError, TypeError, ValueError):
        return None
