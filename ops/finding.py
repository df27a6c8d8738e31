"""What one check of doctor found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "problem", "skipped"]
Findings = Iterator["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and for a problem how to mend it."""

    about: str
    verdict: Verdict
    said: str
    fix: str = ""


def ok(about: str, said: str) -> Finding:
    """All is well."""
    return Finding(about, "ok", said)


def problem(about: str, said: str, fix: str) -> Finding:
    """Something has to be mended."""
    return Finding(about, "problem", said, fix)


def skipped(about: str, said: str) -> Finding:
    """It could not be looked at, and that is no problem here."""
    return Finding(about, "skipped", said)
