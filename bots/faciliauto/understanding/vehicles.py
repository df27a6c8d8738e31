"""Finds makes and models in plain words, with typing errors, and puts a placeholder where each stands."""

import re
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bots.faciliauto.understanding.tables import Vehicle, common_words, trims, vehicles

_LONGEST = 4
_SHORTEST_CORRECTED = 5
_TWO_ERRORS_FROM = 9
_ARTICLES = frozenset(
    "um uma o a os as do da dos das no na meu minha esse essa desse dessa deste este esta aquele aquela nesse e ou x vs "
    "tem tenho quero queria outro outra de nem nao sem pelo pela ao com ele , procuro dar vendo entre antigo".split()
)
_MONEY_BEFORE = frozenset("$ parcela ate uns por de entrada apartamento numero casa bloco".split())
_UNITS_AFTER = frozenset(
    "mil k reais conto contos pau paus pila km por ao de mensal mensais anos cv vezes x %".split()
)
_GOAL_BEFORE = frozenset("fez fazer faz marcou marcar golaco tomou segundo primeiro".split())


class VehicleFinder:
    """Replaces makes and models by MAKE and MODEL placeholders."""

    def __init__(
        self, table: Mapping[str, Vehicle], known_words: frozenset[str], trim_words: frozenset[str]
    ) -> None:
        self._table = table
        self._known = known_words | frozenset(w for s in table for w in s.split())
        self._trims = trim_words
        self._targets: dict[str, list[str]] = {}
        for spelling, vehicle in table.items():
            if len(spelling) >= _SHORTEST_CORRECTED and " " not in spelling and not vehicle.guard:
                self._targets.setdefault(spelling[0], []).append(spelling)
        self._corrected = [s for group in self._targets.values() for s in group]

    def replace(self, text: str) -> tuple[str, dict[str, Vehicle]]:
        """`text` with a placeholder for each vehicle, and what each placeholder is."""
        words = text.split(" ")
        found: dict[str, Vehicle] = {}
        out: list[str] = []
        at = 0
        while at < len(words):
            vehicle, length = self._at(words, at, out)
            if vehicle is None:
                out.append(words[at])
                at += 1
                continue
            at += length
            if vehicle.kind == "MODEL":
                while at < len(words) and words[at] in self._trims:
                    at += 1
            key = f"{vehicle.kind}{len(found)}"
            found[key] = vehicle
            out.append(key)
        return " ".join(out), found

    def correction(self, word: str) -> Vehicle | None:
        """The make or model of which `word` is a typing error, or None."""
        if len(word) < 4 or word in self._known or not word.isalnum() or word.isdigit():
            return None
        allowed = 2 if len(word) >= _TWO_ERRORS_FROM else 1
        if len(word) == 4:
            allowed = 1
        best = process.extractOne(
            word, self._corrected, scorer=DamerauLevenshtein.distance, score_cutoff=allowed
        )
        return self._table[best[0]] if best else None

    def _at(self, words: list[str], at: int, before: list[str]) -> tuple[Vehicle | None, int]:
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            spelled = " ".join(words[at : at + length])
            vehicle = self._table.get(spelled.replace("-", " ")) or self._table.get(spelled.replace("-", ""))
            if vehicle and (length > 1 or self._in_company(vehicle, words, at, before)):
                return vehicle, length
        return self.correction(words[at]), 1

    def _in_company(self, vehicle: Vehicle, words: list[str], at: int, before: list[str]) -> bool:
        last = before[-1] if before else ""
        following = words[at + 1] if at + 1 < len(words) else ""
        year = bool(re.fullmatch(r"(19|20)[0-9]{2}(/[0-9]+)?|g[0-9]|[12][.,][0-9]", following))
        after_make = last.startswith("MAKE")
        match vehicle.guard:
            case "make":
                return after_make
            case "article":
                return after_make or last in _ARTICLES or last.startswith("MODEL") or year or len(words) <= 2
            case "year":
                return after_make or year
            case "number":
                return after_make or (last not in _MONEY_BEFORE and following not in _UNITS_AFTER)
            case "pair":
                near = [*before[-2:], *(self._name(w) for w in words[at + 1 : at + 3])]
                joined = last in {"ou", "x", "vs"} or following in {"ou", "x", "vs"}
                return after_make or year or (joined and any(w.startswith("MODEL") for w in near))
            case "goal":
                return last not in _GOAL_BEFORE
        return True

    def _name(self, word: str) -> str:
        vehicle = self._table.get(word)
        return vehicle.kind if vehicle else word


def default_finder() -> VehicleFinder:
    """The finder over the tables that ship."""
    return VehicleFinder(vehicles(), common_words(), trims())
