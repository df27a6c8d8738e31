"""The versions of the Graph API, and when each ends.

Source: https://developers.facebook.com/docs/graph-api/changelog (read 2026-11)
"""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Version:
    """A version's name (`v26.0`), its first day, and its last, None where Meta has not said."""

    name: str
    released: date
    ends: date | None = None


VERSIONS: tuple[Version, ...] = (
    Version("v20.0", date(2024, 5, 21), date(2026, 9, 24)),
    Version("v21.0", date(2024, 10, 2), date(2027, 1, 21)),
    Version("v22.0", date(2025, 1, 21), date(2027, 5, 20)),
    Version("v23.0", date(2025, 5, 29), date(2027, 10, 8)),
    Version("v24.0", date(2025, 10, 8), date(2028, 2, 18)),
    Version("v25.0", date(2026, 2, 18), date(2028, 7, 29)),
    Version("v26.0", date(2026, 7, 29)),
)
CURRENT = VERSIONS[-1]

_IN_ADDRESS = re.compile(r"/(v\d+\.\d+)(?:/|$)", re.ASCII)


def version_of(api_url: str) -> Version | None:
    """The version that an API address names, or None where it names none that is known."""
    found = _IN_ADDRESS.search(api_url)
    return next((version for version in VERSIONS if found and version.name == found[1]), None)


def days_left(api_url: str, today: date) -> int | None:
    """Days until the address's version ends (negative afterwards), or None where that is not known."""
    version = version_of(api_url)
    return (version.ends - today).days if version and version.ends else None
