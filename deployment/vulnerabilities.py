"""Judges what a scan found in an image: a critical vulnerability that has a fix stops the deployment.

    gcloud artifacts docker images list-vulnerabilities SCAN --format=json | python3 deployment/vulnerabilities.py IMAGE

One without a fix is told and stops nothing: waiting would only keep other fixes back.  One that somebody has looked at
stands in accepted_vulnerabilities.toml with a reason and a last day.  Only the standard library, as in rollout.py.

Source: Container Analysis, "VulnerabilityOccurrence" (effectiveSeverity, fixAvailable, packageIssue), read 2026-11-25:
https://cloud.google.com/container-analysis/docs/reference/rest/v1/projects.occurrences
"""

import datetime as dt
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCEPTED = Path(__file__).with_name("accepted_vulnerabilities.toml")
STOPS = "CRITICAL"


class AcceptedError(Exception):
    """The list of accepted vulnerabilities is not as it must be; the message says where."""


@dataclass(frozen=True)
class Judgement:
    """What is said of one vulnerability, and whether it stops the deployment."""

    stops: bool
    said: str


def accepted(text: str) -> dict[str, dt.date]:
    """Id to the last day on which it is accepted; raises AcceptedError."""
    try:
        entries = tomllib.loads(text).get("accepted", [])
    except tomllib.TOMLDecodeError as error:
        raise AcceptedError(f"{ACCEPTED.name} is not TOML: {error}") from None
    if not isinstance(entries, list):
        raise AcceptedError(f"{ACCEPTED.name}: write [[accepted]] before each entry, with two brackets")
    last_days = {}
    for number, entry in enumerate(entries, 1):
        wanted = {"id": str, "reason": str, "until": dt.date}
        wrong = [
            name for name, kind in wanted.items() if type(entry.get(name)) is not kind or not entry[name]
        ]
        if wrong or set(entry) != set(wanted):
            raise AcceptedError(
                f'{ACCEPTED.name}, entry {number}: wanted are id = "CVE-...", reason = "..." and until = 2026-12-31 '
                f"(without quotes), nothing else; it has {entry}"
            )
        last_days[entry["id"]] = entry["until"]
    return last_days


def judged(
    found: Iterable[Mapping[str, Any]], last_days: Mapping[str, dt.date], today: dt.date
) -> list[Judgement]:
    """A judgement of each vulnerability of the severity that can stop a deployment."""
    judgements = []
    for occurrence in found:
        vulnerability = occurrence.get("vulnerability") or {}
        if vulnerability.get("effectiveSeverity") != STOPS:
            continue
        name = str(vulnerability.get("shortDescription") or occurrence.get("noteName", "")).rsplit("/", 1)[-1]
        issues = vulnerability.get("packageIssue") or []
        packages = ", ".join(sorted({str(issue.get("affectedPackage", "?")) for issue in issues})) or "?"
        fixed = bool(vulnerability.get("fixAvailable")) or any(issue.get("fixAvailable") for issue in issues)
        if name in last_days and today <= last_days[name]:
            judgements.append(Judgement(False, f"{name} ({packages}) is accepted until {last_days[name]}"))
        elif not fixed:
            judgements.append(Judgement(False, f"{name} ({packages}) has no fix yet"))
        else:
            late = f", and was accepted until {last_days[name]} only" if name in last_days else ""
            judgements.append(Judgement(True, f"{name} ({packages}) has a fix{late}"))
    return judgements


def main() -> int:
    try:
        last_days = accepted(ACCEPTED.read_text())
        judgements = judged(json.load(sys.stdin), last_days, dt.datetime.now(dt.UTC).date())
    except (AcceptedError, ValueError) as error:
        print(f"{sys.argv[1]} could not be judged: {error}", file=sys.stderr)
        return 2
    for judgement in judgements:
        print(f"{sys.argv[1]}: {judgement.said}")
    if any(judgement.stops for judgement in judgements):
        print(
            "update the base image (ARG PYTHON_IMAGE) or requirements.txt and build again, or accept it with a reason "
            f"and a last day in deployment/{ACCEPTED.name}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
