"""The tables of data/, read once and made ready for the matchers."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bots.faciliauto.understanding.spelling import fold

_DATA = files(__package__) / "data"
# What a matcher found stands in the text as an upper-case word with a number: MODEL3.
_PLACEHOLDER = re.compile(
    r"\b(MODEL|MAKE|BODY|GEAR|FUEL|COLOR|CITY|UF|AMT|NUM|YR|PCT|ENG|DATE|TIME|PHONE|KM|PRICE|MONTHLY|DOWN|YEAR)\b"
)


def toml(name: str) -> dict[str, Any]:
    """The table of data/`name`.toml."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text("utf-8"))


def lines(name: str) -> list[str]:
    """The lines of data/`name` that are no comment."""
    return [line for line in (_DATA / name).read_text("utf-8").splitlines() if not line.startswith("#")]


def pattern(text: str, macros: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """A table's pattern: whole words; {name} is a macro of the table; MODEL is any model that was found, and so on."""
    for _ in range(3):
        for name, meaning in (macros or {}).items():
            text = text.replace("{" + name + "}", f"(?:{meaning})")
    text = _PLACEHOLDER.sub(r"\1[0-9]+", text)
    return re.compile(rf"(?<!\S)(?:{text})(?!\S)")


def any_of(texts: Iterable[str], macros: Mapping[str, str] | None = None) -> re.Pattern[str] | None:
    """One pattern that finds any of `texts`; None where there is none."""
    joined = "|".join(f"(?:{text})" for text in texts)
    return pattern(joined, macros) if joined else None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A make or a model: `kind` is "MAKE" or "MODEL"; `guard` names the company in which the word is one."""

    kind: str
    name: str
    make: str
    guard: str = ""


def spellings(name: str) -> set[str]:
    """How a name is written: with its hyphens as spaces, and joined; letters and digits apart ("hb 20")."""
    plain = " ".join(re.sub(r"[^a-z0-9+]", " ", fold(name)).split())
    apart = re.sub(r"(?<=[a-z]{2})(?=[0-9])", " ", plain)
    return {plain, plain.replace(" ", ""), apart}


@cache
def vehicles() -> dict[str, Vehicle]:
    """Every spelling of every make and model."""
    table = toml("vehicles")
    guards: dict[str, str] = table["guarded"]
    found: dict[str, Vehicle] = {}
    for make, entry in table["makes"].items():
        for spelling in {s for name in [make, *entry.get("also", [])] for s in spellings(name)}:
            found[spelling] = Vehicle("MAKE", make, make, guards.get(spelling, ""))
    for make, entry in table["makes"].items():
        for model, also in entry.get("models", {}).items():
            for spelling in {s for name in [model, *also] for s in spellings(name)}:
                if spelling not in found or found[spelling].kind == "MAKE":
                    found[spelling] = Vehicle("MODEL", model, make, guards.get(spelling, ""))
    for short in [s for s in found if len(s) < 2]:
        del found[short]
    return found


@cache
def trims() -> frozenset[str]:
    """Words that name a version of the model before them."""
    return frozenset(toml("vehicles")["trims"])


@cache
def common_words() -> frozenset[str]:
    """Frequent words of Portuguese, without accents: none is taken for a typing error."""
    return frozenset(lines("words.txt"))
