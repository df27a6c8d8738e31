"""The spellings of one phone number, as data.

WhatsApp names a person by the number that was registered.  Some countries have since changed how their mobile numbers
are written, so one person comes as `551188887777` in one webhook and as `5511988887777` in the next.  `TABLE` holds
these countries; `canonical` and `spellings` walk it.  Who a person is beyond the number is `wacloud.person`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_PUNCTUATION = re.compile(r"[\s().+-]+")
_READ = "2026-11-25"


@dataclass(frozen=True, slots=True)
class Spelling:
    """Numbers of one country that are written with and without some digits.

    A number is `before` + `after` or `before` + `digits` + `after`; `before` and `after` are regular expressions.
    `canonical_has` says whether the canonical spelling, the one dialled from abroad today, has the digits.
    """

    country: str
    before: str
    digits: str
    after: str
    canonical_has: bool
    source: str
    read: str = _READ


_BRAZIL = "https://support.gupshup.io/hc/en-us/articles/4407840924953"
_MEXICO = "https://faq.whatsapp.com/640432094208718"
_ARGENTINA = "https://support.whapi.cloud/help-desk/faq/specifics-of-sending-messages-to-numbers-of-different-countries"
_IVORY_COAST = "https://github.com/devlikeapro/waha/issues/1894"
_BENIN = "https://fr.allafrica.com/stories/202411300249.html"

TABLE: tuple[Spelling, ...] = (
    # Mobiles began with 6 to 9 before they got the 9 (2012 to 2016); what begins with 2 to 5 is a landline.
    Spelling("Brazil", r"55[1-9][1-9]", "9", r"[6-9]\d{7}", True, _BRAZIL),
    # The 1 of mobiles is not dialled since August 2019; WhatsApp still registers many with it.
    Spelling("Mexico", r"52", "1", r"[2-9]\d{9}", False, _MEXICO),
    # The 9 marks a mobile called from abroad; the ten digits after it are nobody else's.
    Spelling("Argentina", r"54", "9", r"(?:11|[23]\d)\d{8}", True, _ARGENTINA),
    # From 8 to 10 digits on 2021-01-31; the second of the old digits tells the operator, and so the prefix.
    Spelling("Ivory Coast, Orange", r"225", "07", r"[04-9][7-9]\d{6}", True, _IVORY_COAST),
    Spelling("Ivory Coast, MTN", r"225", "05", r"[04-9][4-6]\d{6}", True, _IVORY_COAST),
    Spelling("Ivory Coast, Moov", r"225", "01", r"[04-9][0-3]\d{6}", True, _IVORY_COAST),
    # From 8 to 10 digits on 2024-11-30; not yet seen in a webhook in both spellings.
    Spelling("Benin", r"229", "01", r"[24-9]\d{7}", True, _BENIN),
)


@dataclass(frozen=True, slots=True)
class _Rule:
    longer: re.Pattern[str]
    shorter: re.Pattern[str]
    digits: str
    canonical_has: bool


def _rules() -> dict[str, tuple[_Rule, ...]]:
    rules: dict[str, tuple[_Rule, ...]] = {}
    for row in TABLE:
        rule = _Rule(
            longer=re.compile(f"({row.before}){row.digits}({row.after})", re.ASCII),
            shorter=re.compile(f"({row.before})({row.after})", re.ASCII),
            digits=row.digits,
            canonical_has=row.canonical_has,
        )
        rules[row.before[:2]] = (*rules.get(row.before[:2], ()), rule)
    return rules


_RULES = _rules()  # by the first two digits, so that a number of another country costs one look-up


def canonical(number: str) -> str:
    """The one spelling that every spelling of a number has in common: digits, with the country code.

    What is no number comes back as it is.
    """
    return _both(number)[0]


def spellings(number: str) -> tuple[str, ...]:
    """Every spelling of a number, the canonical one first; one alone in most countries."""
    first, other = _both(number)
    return (first,) if other is None else (first, other)


def other_spelling(number: str) -> str | None:
    """The spelling that a number did not come in, or None where it has one alone."""
    first, other = _both(number)
    if other is None:
        return None
    return first if _PUNCTUATION.sub("", number) == other else other


@lru_cache(maxsize=4096)  # one update asks for the same number several times
def _both(number: str) -> tuple[str, str | None]:
    """The canonical spelling, and the other one where there is one."""
    if not number.isdecimal():
        digits = _PUNCTUATION.sub("", number)
        if not digits.isdecimal():
            return number, None
        number = digits
    for rule in _RULES.get(number[:2], ()):
        if found := rule.longer.fullmatch(number):
            longer, shorter = number, found[1] + found[2]
        elif found := rule.shorter.fullmatch(number):
            longer, shorter = found[1] + rule.digits + found[2], number
        else:
            continue
        return (longer, shorter) if rule.canonical_has else (shorter, longer)
    return number, None
