"""A car and a dealer, as the marketplace's API names their fields."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Dealer:
    """A place that sells cars; degrees, or None where it is not known."""

    id: str
    name: str
    city: str
    state: str
    whatsapp: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Car:
    """A row of the catalogue: `preco` in reais, `quilometragem` in km, `lugares` 0 where it is not known."""

    id: str
    marca: str
    modelo: str
    versao: str
    ano: int
    preco: int
    quilometragem: int
    combustivel: str
    cambio: str
    cor: str
    categoria: str
    dealer: Dealer
    portas: int = 0
    lugares: int = 0
    imagens: tuple[str, ...] = ()
    disponivel: bool = True

    @classmethod
    def of_row(cls, row: Mapping[str, Any], dealer: Dealer | None = None) -> Self:
        """A row of the snapshot, or of the API, which puts the dealer's fields beside the car's own."""
        known = {each.name: row[each.name] for each in fields(cls) if each.name in row}
        for name in ("ano", "preco", "quilometragem"):
            known[name] = round(float(row[name]))
        seller = dealer or _dealer_beside(row)
        return cls(
            **{**known, "id": str(row["id"]), "imagens": tuple(row.get("imagens") or ()), "dealer": seller}
        )


def _dealer_beside(row: Mapping[str, Any]) -> Dealer:
    """The dealer out of the API's `dealership_...` fields."""
    said = {each.name: row.get(f"dealership_{each.name}") for each in fields(Dealer)}
    known = {name: value for name, value in said.items() if value is not None}
    return Dealer(**{"name": "", "city": "", "state": "", **known, "id": str(known.get("id", ""))})
