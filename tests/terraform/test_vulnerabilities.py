"""What stops a deployment and what does not, of what a scan finds."""

import datetime as dt
import json
import subprocess
import sys
from typing import Any

import pytest

from deployment.vulnerabilities import ACCEPTED, AcceptedError, accepted, judged
from tests.terraform.conftest import ROOT

TODAY = dt.date(2026, 11, 25)


def _found(severity: str = "CRITICAL", *, fix: bool = True, name: str = "CVE-2026-1") -> dict[str, Any]:
    return {
        "noteName": f"projects/goog-vulnz/notes/{name}",
        "vulnerability": {
            "effectiveSeverity": severity,
            "shortDescription": name,
            "packageIssue": [{"affectedPackage": "openssl", "fixAvailable": fix}],
        },
    }


def _stops(*found: dict[str, Any], until: dt.date | None = None) -> bool:
    last_days = {"CVE-2026-1": until} if until else {}
    return any(judgement.stops for judgement in judged(found, last_days, TODAY))


def test_a_critical_one_with_a_fix_stops_the_deployment() -> None:
    assert _stops(_found())


@pytest.mark.parametrize("severity", ["HIGH", "MEDIUM", "LOW", "MINIMAL"])
def test_a_lesser_one_does_not(severity: str) -> None:
    assert not _stops(_found(severity))


def test_one_that_nobody_can_fix_is_told_and_stops_nothing() -> None:
    (judgement,) = judged([_found(fix=False)], {}, TODAY)
    assert not judgement.stops
    assert "no fix yet" in judgement.said


def test_a_fix_of_the_whole_counts_like_that_of_a_package() -> None:
    found = _found(fix=False)
    found["vulnerability"]["fixAvailable"] = True
    assert _stops(found)


def test_an_accepted_one_stops_nothing_until_its_last_day_is_over() -> None:
    assert not _stops(_found(), until=TODAY)
    assert _stops(_found(), until=TODAY - dt.timedelta(days=1))
    assert _stops(_found(), _found(name="CVE-2026-2"), until=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        '[[accepted]]\nid = "CVE-1"\nuntil = 2026-12-31',
        '[[accepted]]\nid = "CVE-1"\nreason = ""\nuntil = 2026-12-31',
        '[[accepted]]\nid = "CVE-1"\nreason = "why"',
        '[[accepted]]\nid = "CVE-1"\nreason = "why"\nuntil = "2026-12-31"',
        '[[accepted]]\nid = "CVE-1"\nreason = "why"\nuntil = 2026-12-31\nowner = "me"',
        '[accepted]\nid = "CVE-1"',
        "accepted = [",
    ],
)
def test_an_entry_without_reason_or_last_day_is_refused(text: str) -> None:
    with pytest.raises(AcceptedError, match=ACCEPTED.name):
        accepted(text)


def test_the_list_of_the_repository_is_in_order_and_so_is_the_example_in_it() -> None:
    text = ACCEPTED.read_text()
    accepted(text)
    example = "\n".join(line.removeprefix("#").strip() for line in text.splitlines()[1:])
    assert accepted(example) == {"CVE-2026-0000": dt.date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("found", "code"), [([], 0), ([_found(fix=False)], 0), ([_found()], 1), ("no list of", 2)]
)
def test_the_build_goes_by_the_exit_code(found: Any, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "deployment/vulnerabilities.py", "example/webhook"],
        input=json.dumps(found) if isinstance(found, list) else found,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
