"""Finds numbers, by digits and by words, and puts a placeholder of their kind where each stands.

AMT: an amount with a scale or a currency, or too large for anything else. YR: four digits that can be a year.
NUM: any other number. ENG: an engine size. PCT, DATE, TIME, PHONE: what they say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_DIGITS = re.compile(r"[0-9]+(?:[.,/:][0-9]+)*")
_FIRST_YEAR, _LAST_YEAR = 1950, 2035
_PHONE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: `scaled` where a word like "mil" multiplied it, `money` where a currency stands beside it."""

    value: float
    scaled: bool = False
    money: bool = False
    other: float | None = None


class NumberFinder:
    """Replaces numbers by placeholders; the words are those of data/numbers.toml."""

    def __init__(self, table: Mapping[str, Mapping[str, int]]) -> None:
        self._small = {**table["units"], **table["tens"], **table["hundreds"]}
        self._tens, self._units, self._hundreds = table["tens"], table["units"], table["hundreds"]
        self._scales = table["scales"]

    def replace(self, text: str) -> tuple[str, dict[str, Number]]:
        """`text` with a placeholder for each number, and what each placeholder is."""
        words = text.split(" ")
        found: dict[str, Number] = {}
        out: list[str] = []
        at = 0
        while at < len(words):
            kind, number, length = self._at(words, at)
            if number is None:
                out.append(words[at])
                at += 1
                continue
            if out and out[-1] == "$":
                out.pop()
                if out and out[-1] in {"r", "rs"}:
                    out.pop()
                number, kind = Number(number.value, number.scaled, money=True), "AMT"
            at += length
            key = f"{kind}{len(found)}"
            found[key] = number
            out.append(key)
        return " ".join(out), found

    def _at(self, words: list[str], at: int) -> tuple[str, Number | None, int]:
        word = words[at]
        if _DIGITS.fullmatch(word):
            return self._digits(words, at)
        if word in self._small or (word in self._scales and word == "mil"):
            return self._worded(words, at)
        if word == "meia" and words[at + 1 : at + 2] == ["duzia"]:
            return "NUM", Number(6), 2
        return "", None, 0

    def _digits(self, words: list[str], at: int) -> tuple[str, Number | None, int]:
        word = words[at]
        following = words[at + 1] if at + 1 < len(words) else ""
        if phone := _phone(words, at):
            return "PHONE", Number(0), phone
        if "/" in word:
            return _slashed(word)
        if ":" in word or (
            following in {"h", "hs", "horas", "hora"} and word.isdigit() and int(word[:6]) < 25
        ):
            return "TIME", Number(0), 1 if ":" in word else 2
        value = _decimal(word)
        if following == "%":
            return "PCT", Number(value), 2
        scale, length = self._scale(words, at + 1)
        if scale:
            more, extra = self._rest(words, at + 1 + length, scale)
            return "AMT", Number(value * scale + more, scaled=True), 1 + length + extra
        if following in {"reais", "real"}:
            return "AMT", Number(value, money=True), 2
        if re.fullmatch(r"[0-9][.,][0-9]", word):
            return "ENG", Number(value), 1
        if re.fullmatch(r"[0-9]{4}", word) and _FIRST_YEAR <= value <= _LAST_YEAR:
            return "YR", Number(value), 1
        return ("AMT" if value >= 3000 else "NUM"), Number(value), 1

    def _scale(self, words: list[str], at: int) -> tuple[int, int]:
        word = words[at] if at < len(words) else ""
        following = words[at + 1] if at + 1 < len(words) else ""
        if word == "e" and following in {"poucos", "poucas", "tantos", "pouco", "uns", "alguma", "quebrados"}:
            scale, length = self._scale(words, at + 2)
            return scale, length + 2 if scale else 0
        if word == "e" and following == "meio" and words[at + 2 : at + 3] == ["milhao"]:
            return 0, 0
        if word not in self._scales:
            return 0, 0
        length = 1
        if (
            self._scales[word] == 1000
            and following in self._scales
            and following not in {"mil", "milhao", "milhoes"}
        ):
            length = 2
        if following in {"reais", "real", "dinheiros"}:
            length = 2
        return self._scales[word], length

    def _rest(self, words: list[str], at: int, scale: int) -> tuple[float, int]:
        """What follows "mil e": "quinhentos"; after "milhao e": "duzentos mil"."""
        if at + 1 >= len(words) or words[at] not in {"e", "com"}:
            return 0, 0
        if words[at + 1] == "meio":
            return scale / 2, 2
        start = at + 1
        value, length = self._below_thousand(words, start)
        if not length and words[start].isdigit() and int(words[start][:7]) < 1000:
            value, length = int(words[start][:7]), 1
        if not length:
            return 0, 0
        after = words[start + length] if start + length < len(words) else ""
        if scale == 1_000_000:
            inner = self._scales.get(after, 0)
            return value * 1000, 1 + length + (1 if inner == 1000 else 0)
        if after in self._scales or after in {"km", "por", "de", "anos"} or value < 100:
            return 0, 0
        return value, 1 + length

    def _below_thousand(self, words: list[str], at: int) -> tuple[int, int]:
        """A number from words below a thousand, as far as they join: hundreds, tens, units, each after "e"."""
        value, length, limit = 0, 0, 1000
        while at + length < len(words):
            skip = 1 if length and words[at + length] == "e" else 0
            word = words[at + length + skip] if at + length + skip < len(words) else ""
            if word not in self._small or (length and not skip):
                break
            part = self._small[word]
            size = 100 if word in self._hundreds else 10 if word in self._tens else 1
            if part >= limit or (length and part == 0) or (size == 1 and limit <= 10 and part >= 10):
                break
            value, length, limit = value + part, length + skip + 1, size
            if size == 1 or word == "cem":
                break
        return value, length

    def _worded(self, words: list[str], at: int) -> tuple[str, Number | None, int]:
        value, length = self._below_thousand(words, at)
        if not length:
            value = 1
        scale, taken = self._scale(words, at + length)
        if words[at] in {"um", "uma"} and length == 1 and not scale:
            return "", None, 0
        if not scale:
            return "NUM", Number(value), length
        length += taken
        if scale == 1000 and taken == 1 and words[at + length - 1] == "mil" and value <= 2:
            year = self._year_words(words, at, length, value)
            if year:
                return "YR", Number(year[0]), year[1]
        more, extra = self._rest(words, at + length, scale)
        return "AMT", Number(value * scale + more, scaled=True), length + extra

    def _year_words(self, words: list[str], at: int, length: int, thousands: int) -> tuple[int, int] | None:
        start = at + length + (1 if words[at + length : at + length + 1] == ["e"] else 0)
        rest, taken = self._below_thousand(words, start)
        after = words[start + taken] if start + taken < len(words) else ""
        if after in self._scales or after in {"reais", "km"}:
            return None
        if thousands == 2 and taken and rest <= _LAST_YEAR - 2000:
            return 2000 + rest, start + taken - at
        if thousands == 1 and 950 <= rest <= 999:
            return 1000 + rest, start + taken - at
        return None


def _decimal(word: str) -> float:
    """Brazilian digits: "49.900,00", "49.900", "1,2", "49.9"."""
    word = word[:15].rstrip(".,")
    if re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{3})+(?:[.,][0-9]{1,2})?", word):
        groups = re.split(r"[.,]", word)
        cents = groups.pop() if len(groups[-1]) < 3 else ""
        return float("".join(groups) + (f".{cents}" if cents else ""))
    digits = re.split(r"[.,:/]", word)
    return float(".".join(digits[:2])) if len(digits) > 1 else float(word)


def _phone(words: list[str], at: int) -> int:
    """How many words from `at` are a telephone number, a CPF or a postal code; 0 where they are none."""
    joined, length = words[at], 1
    if len(re.sub(r"[^0-9]", "", joined)) > 9 and "," not in joined:
        return 1
    if re.fullmatch(r"[0-9]{4,5}", joined) and words[at + 1 : at + 2] == ["-"]:
        following = words[at + 2] if at + 2 < len(words) else ""
        if re.fullmatch(r"[0-9]{3,4}", following) and len(joined) + len(following) >= _PHONE_DIGITS:
            return 3
    if re.fullmatch(r"9[0-9]{8}|9[0-9]{4}", joined):
        following = words[at + 1] if at + 1 < len(words) else ""
        if len(joined) == 9:
            return length
        if re.fullmatch(r"[0-9]{4}", following):
            return 2
    return 0


def _slashed(word: str) -> tuple[str, Number | None, int]:
    first, _, last = word.partition("/")
    if re.fullmatch(r"(19|20)[0-9]{2}", first) and re.fullmatch(r"[0-9]{2}|(19|20)[0-9]{2}", last):
        second = int(last) if len(last) == 4 else int(first[:2]) * 100 + int(last)
        return "YR", Number(float(first), other=float(second)), 1
    if (
        re.fullmatch(r"[0-9]{2}", first)
        and re.fullmatch(r"[0-9]{2}", last)
        and 0 <= int(last) - int(first) <= 1
    ) and int(last) > 12:
        return "YR", Number(2000.0 + int(first), other=2000.0 + int(last)), 1
    return "DATE", Number(0), 1
