"""docs/replies.md names what the code has: outcomes, settings and their defaults, metrics."""

import re
import subprocess
import sys
from pathlib import Path

from prometheus_client import generate_latest

from processor import metrics
from processor.delivery_result import DeliveryResult
from processor.settings import ProcessorSettings

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "replies.md").read_text()


def rows(heading: str) -> list[list[str]]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


def test_every_outcome_is_explained_and_said_to_be_acknowledged_or_not() -> None:
    told = {row[0]: row[1] for row in rows("What becomes of a push")}
    assert told == {outcome.value: "yes" if outcome.acked else "no" for outcome in DeliveryResult}


def test_every_setting_of_the_page_exists_with_that_default() -> None:
    for name, default, _ in rows("Settings"):
        assert str(ProcessorSettings.model_fields[name.lower()].default) == default, name


def test_every_metric_of_the_page_exists() -> None:
    exposed = generate_latest().decode()
    assert metrics.PAUSED
    for name in re.findall(r"`(whatsapp_[a-z_]+)", PAGE):
        assert f"# TYPE {name}" in exposed, name


def test_the_diagram_and_the_tables_of_the_protocol_are_those_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generators/reply_protocol.py", "--check"], cwd=ROOT, check=False
    )
    assert done.returncode == 0
