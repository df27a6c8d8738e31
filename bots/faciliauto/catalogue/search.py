"""Which cars fit a wish, in which order and why; and, where none does, which of its filters stands in the way.  Pure.

A wish is the slots of the understanding.  Every reason names facts of the car's own row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bots.faciliauto.catalogue.car import Car

Wish = Mapping[str, Any]
MOST = 5

BODIES = {
    "hatch": {"Hatch"},
    "sedan": {"Sedan"},
    "suv": {"SUV"},
    "pickup": {"Pickup"},
    "van": {"Van"},
    "compact": {"Compacto", "Hatch"},
}
TRANSMISSIONS = {"automatic": "Automático", "manual": "Manual"}
# What a wish for a fuel is satisfied by.
FUELS = {
    "flex": {"Flex"},
    "gasoline": {"Gasolina", "Flex"},
    "ethanol": {"Etanol", "Flex"},
    "diesel": {"Diesel"},
    "hybrid": {"Híbrido"},
    "electric": {"Elétrico"},
    "cng": {"GNV"},
}
_NEW_KM = 100
_USUAL_SEATS = 5  # the marketplace does not say


def _categories(bodies: Sequence[str]) -> set[str]:
    return set().union(*(BODIES.get(body, set()) for body in bodies))


# One row a filter: the slots it stands on, and whether a car passes.  The order is the one in which filters are given up.
FILTERS: Mapping[str, Callable[[Car, Any], bool]] = {
    "color": lambda car, color: car.cor.casefold() == color,
    "km_max": lambda car, most: car.quilometragem <= most,
    "year_max": lambda car, most: car.ano <= most,
    "year_min": lambda car, least: car.ano >= least,
    "fuel": lambda car, fuel: car.combustivel in FUELS[fuel],
    "condition": lambda car, condition: (car.quilometragem < _NEW_KM) == (condition == "new"),
    "transmission": lambda car, kind: car.cambio == TRANSMISSIONS[kind],
    "bodies": lambda car, bodies: car.categoria in _categories(bodies),
    "models": lambda car, models: car.modelo in models,
    "makes": lambda car, makes: car.marca in makes,
    "price_min": lambda car, least: car.preco >= least,
    "price_max": lambda car, most: car.preco <= most,
    "seats_min": lambda car, seats: (car.lugares or _USUAL_SEATS) >= seats,
    "not_bodies": lambda car, bodies: car.categoria not in _categories(bodies),
    "not_models": lambda car, models: car.modelo not in models,
    "not_makes": lambda car, makes: car.marca not in makes,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a car stands where it stands: a key of the texts, and the row's facts that go into it."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A car that fits, its points (more is better) and the reasons, the weightiest first."""

    car: Car
    points: float
    reasons: tuple[Reason, ...]


def fits(car: Car, wish: Wish) -> bool:
    """Whether a car that is for sale passes every filter of the wish."""
    return car.disponivel and all(passes(car, wish[slot]) for slot, passes in FILTERS.items() if slot in wish)


def search(cars: Sequence[Car], wish: Wish, *, without: Sequence[str] = ()) -> tuple[Match, ...]:
    """The cars that fit, best first; `without`: ids that were shown already."""
    fitting = [car for car in cars if car.id not in without and fits(car, wish)]
    return tuple(
        sorted((_match(car, wish) for car in fitting), key=lambda match: (-match.points, match.car.id))
    )


def binding(cars: Sequence[Car], wish: Wish) -> str | None:
    """The filter without which most cars fit; None where none alone stands in the way."""
    counts = {
        slot: sum(fits(car, {name: value for name, value in wish.items() if name != slot}) for car in cars)
        for slot in FILTERS
        if slot in wish
    }
    best = max(counts, key=lambda slot: counts[slot], default=None)
    return best if best is not None and counts[best] else None


def _match(car: Car, wish: Wish) -> Match:
    weighed = [(points, Reason(key, facts)) for key, points, facts in _reasons(car, wish) if points > 0]
    weighed.sort(key=lambda each: (-each[0], each[1].key))
    return Match(car, sum(points for points, _ in weighed), tuple(reason for _, reason in weighed))


def _reasons(car: Car, wish: Wish) -> list[tuple[str, float, Mapping[str, Any]]]:
    """(key of the text, points, facts): what speaks for the car."""
    found: list[tuple[str, float, Mapping[str, Any]]] = []
    if (most := wish.get("price_max")) and car.preco <= most:
        # The best use of a budget is near its upper end, but below it.
        found.append(("below_budget", 2 * car.preco / most, {"below": most - car.preco}))
    if wish.get("city") == car.dealer.city:
        found.append(("in_city", 3, {"city": car.dealer.city}))
    elif wish.get("uf") == car.dealer.state:
        found.append(("in_state", 1.5, {"city": car.dealer.city, "uf": car.dealer.state}))
    for priority in wish.get("priorities", ()):
        found += _of_priority(car, priority)
    found.append(("few_km", max(0.0, 1 - car.quilometragem / 100_000), {"km": car.quilometragem}))
    found.append(("recent", max(0.0, (car.ano - 2015) / 10), {"year": car.ano}))
    return found


def _of_priority(car: Car, priority: str) -> list[tuple[str, float, Mapping[str, Any]]]:
    match priority:
        case "economy" if car.versao.startswith("1.0") or car.combustivel in ("Híbrido", "Elétrico"):
            return [("economy", 2, {"version": car.versao, "fuel": car.combustivel})]
        case "space" if car.categoria in ("SUV", "Van", "Sedan"):
            return [("space", 2, {"body": car.categoria})]
        case "performance" if any(word in car.versao for word in ("Turbo", "TSI", "2.0", "2.8", "3.2")):
            return [("performance", 2, {"version": car.versao})]
        case "comfort" if car.cambio == "Automático":
            return [("comfort", 2, {"transmission": car.cambio})]
        case "safety" if car.ano >= 2019:
            return [("recent", 2, {"year": car.ano})]
        case "reliability" | "maintenance" | "resale" if car.quilometragem <= 70_000:
            return [("few_km", 2, {"km": car.quilometragem})]
        case _:
            return []
