"""The README is true: its tables are the code's, its links lead somewhere."""

import re
from pathlib import Path

import pytest

from docs.generators import readme_tables

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PRODUCT_METRICS = (
    "whatsapp_messages_received_total",
    "whatsapp_messages_sent_total",
    "whatsapp_webhook_errors_total",
    "whatsapp_signature_failures_total",
    "whatsapp_duplicate_messages_total",
)


def test_the_tables_of_settings_and_metrics_are_the_codes() -> None:
    page = (ROOT / "README.md").read_text()
    assert page == readme_tables.written(page), "run python docs/generators/readme_tables.py"


@pytest.mark.parametrize("name", PRODUCT_METRICS)
def test_every_metric_that_was_asked_for_is_there(name: str) -> None:
    assert f"`{name}`" in readme_tables.metrics()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []
