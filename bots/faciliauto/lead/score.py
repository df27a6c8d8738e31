"""The score of a lead: 0 to 100, from the table score.toml, with the reasons that made it.  Pure and monotone.

To know more never lowers it: every row gives points or none, and a part is capped, never reduced.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Level = Literal["high", "medium", "low"]
TABLE: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("score.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class ScoreReason:
    """What a slot gave to a part, before the part's limit."""

    part: str
    slot: str
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 100; `qualified` after enough answers."""

    points: int
    level: Level
    qualified: bool
    reasons: tuple[ScoreReason, ...]


def score(known: Mapping[str, Any], table: Mapping[str, Any] = TABLE) -> Score:
    """The score of what is known: the slots of the search, and the counts answers, details, liked, test_drive."""
    reasons: list[ScoreReason] = []
    points = 0
    for part in table["part"]:
        given = [
            ScoreReason(part["name"], row["slot"], _points(row, known[row["slot"]]))
            for row in part["rows"]
            if known.get(row["slot"]) is not None
        ]
        found = [each for each in given if each.points]
        points += min(part["most"], sum(each.points for each in found))
        reasons += found
    level: Level = "high" if points >= table["high"] else "medium" if points >= table["medium"] else "low"
    return Score(points, level, known.get("answers", 0) >= table["qualified_answers"], tuple(reasons))


def _points(row: Mapping[str, Any], value: Any) -> int:
    if "values" in row:
        return int(row["values"].get(value, 0))
    if "each" in row:
        return int(min(row["most"], row["each"] * value))
    # An empty list and a plain no say nothing.
    return int(row["points"]) if value or (value == 0 and value is not False) else 0
