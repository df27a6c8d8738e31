"""The catalogue that ships: invented cars of invented dealers, read once."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Self

from bots.faciliauto.catalogue.car import Car, Dealer

PATH = Path(__file__).with_name("snapshot.json")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Cars as they were at `made_at`."""

    cars: tuple[Car, ...]
    dealers: tuple[Dealer, ...]
    made_at: datetime

    @classmethod
    def read(cls, path: Path = PATH) -> Self:
        """Raises OSError, or KeyError and ValueError where the file is not of this shape."""
        content = json.loads(path.read_text(encoding="utf-8"))
        names = {each.name for each in fields(Dealer)}
        dealers = {
            row["id"]: Dealer(**{name: value for name, value in row.items() if name in names})
            for row in content["dealers"]
        }
        cars = tuple(Car.of_row(row, dealers[row["dealership_id"]]) for row in content["cars"])
        return cls(cars, tuple(dealers.values()), datetime.fromisoformat(content["made_at"]))
