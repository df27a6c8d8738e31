"""The pages that tell people what to do: commands that exist, links that lead somewhere, figures that are the script's."""

import dataclasses
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from docs.generators import cost
from docs.generators.prices import META_BRAZIL, TIER_1, Prices
from ops.__main__ import app
from tests.terraform.conftest import ROOT, TERRAFORM
from tests.terraform.gcloud import refused

DOCS = ROOT / "docs"
PAGES = sorted(
    [
        *(DOCS / name for name in ("deploy.md", "runbook.md", "cost.md", "security.md", "upgrade.md")),
        *DOCS.glob("decisions/000[123]*.md"),
        *TERRAFORM.glob("runbooks/*.md"),
    ]
)


def _code(text: str) -> str:
    """What stands in code blocks and between backticks, a line each; a line that goes on is one line."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^ *```\w*\n.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    inline = [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", rest)]
    return "\n".join([*blocks, *inline]).replace("\\\n", " ")


def _commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """(page, words after the program) of every such command in the pages and in terraform's outputs."""
    for path in [*PAGES, TERRAFORM / "outputs.tf", TERRAFORM / "backend.tf.example"]:
        text = path.read_text()
        if path.suffix == ".md":
            text = _code(text)
        else:
            text = re.sub(r"\$\{[^}]*\}", "value", text).replace('\\"', "").replace("\\\n#    ", " ")
        for found in re.findall(rf"(?<![\w.-]){re.escape(program)} ([^\n|;&]+)", text):
            yield path.name, re.sub(r"[\"']", "", found.split(" #")[0]).split()


def test_gcloud_knows_every_command_in_the_pages() -> None:
    commands = [words for _, words in _commands("gcloud") if any(word.startswith("--") for word in words)]
    assert len(commands) > 20
    assert not refused(commands)


def test_every_terraform_output_that_is_named_exists() -> None:
    outputs = set(re.findall(r'^output "(\w+)"', (TERRAFORM / "outputs.tf").read_text(), re.MULTILINE))
    text = "\n".join(page.read_text() for page in PAGES)
    named = set(re.findall(r"terraform output\s+(?:-raw )?(\w+)", text))
    assert {"set_secrets", "callback_url", "ops_settings"} <= named
    assert named <= outputs


def test_every_variable_of_terraform_is_in_the_guide_and_no_other_is() -> None:
    declared = dict(
        re.findall(
            r'^variable "(\w+)" \{\n(.*?)^\}',
            (TERRAFORM / "variables.tf").read_text(),
            re.MULTILINE | re.DOTALL,
        )
    )
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (.*?) \|", (DOCS / "deploy.md").read_text(), re.MULTILINE)
    listed = {name: default for names, default in rows for name in re.findall(r"`(\w+)`", names)}
    assert set(listed) == set(declared)
    for name, body in declared.items():
        default = re.search(r"^  default     = (true|false|null|\d+|\".*\")$", body, re.MULTILINE)
        if default:
            assert listed[name].strip("`") == default[1].strip('"'), name
    for page in PAGES:
        assert set(re.findall(r"`(\w+) = ", page.read_text())) <= set(declared), page


def test_every_ops_command_in_the_pages_exists() -> None:
    root = typer.main.get_command(app)
    seen = set()
    for page, words in _commands("python -m ops"):
        command = root
        path = []
        while words and (commands := getattr(command, "commands", None)):
            path.append(words.pop(0))
            assert path[-1] in commands, f"{page}: python -m ops {' '.join(path)} does not exist"
            command = commands[path[-1]]
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for word in words:
            assert not word.startswith("--") or word.split("=")[0] in options, f"{page}: {word}"
        seen.add(" ".join(path))
    assert {
        "doctor",
        "dead-letters list",
        "dead-letters replay",
        "forget",
        "replay",
        "rotate-secret",
        "send",
    } <= seen


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent != TERRAFORM / "runbooks"], ids=lambda page: page.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        if target.startswith("https://"):
            continue
        file, _, heading = target.partition("#")
        path = (page.parent / file) if file else page
        assert path.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert heading in anchors, target


def test_every_runbook_is_in_the_list_of_the_page() -> None:
    page = (DOCS / "runbook.md").read_text()
    assert [path.name for path in TERRAFORM.glob("runbooks/*.md") if f"/{path.name})" not in page] == []


def test_the_figures_of_the_cost_page_are_the_script_s() -> None:
    page = cost.PAGE.read_text()
    between = page.partition(cost.BEGIN)[2].partition(cost.END)[0]
    assert between.strip() == cost.tables(), "run: python -m docs.generators.cost --write"


def test_the_cost_page_says_in_words_what_its_tables_say() -> None:
    here, message, base = Prices(), cost.Message(), cost.Installation()

    def month(
        messages: int, *, instance_based: bool = False, prices: Prices = here, base: Any = base
    ) -> float:
        return sum(
            line(messages) for _, line in cost.lines(prices, message, base, instance_based=instance_based)
        )

    million = month(11_000_000) - month(10_000_000)
    assert 65 < million < 75  # "under 75 dollars a million"
    assert cost.SERVICE.dollars * 1e6 / million == pytest.approx(
        100, rel=0.1
    )  # "about a hundred times as much"
    assert 0.5 * 1e6 * cost.SERVICE.dollars == pytest.approx(3_400)  # half a reply more
    dearer = month(10_000, instance_based=True) - month(10_000)
    assert dearer == pytest.approx(105, abs=5)  # "about 105 dollars a month more"
    even = next(n for n in range(0, 10**7, 10**5) if month(n, instance_based=True) < month(n))
    assert even == pytest.approx(2e6, rel=0.2)  # "from about two million"
    cold = dataclasses.replace(base, webhook_hours=0)
    assert month(10_000) - month(10_000, base=cold) == pytest.approx(17, abs=3)  # min = 0, metrics included
    statuses = 3 * (2 * Prices().write + Prices().delete) * 1e6
    assert statuses == pytest.approx(9, abs=1)  # DEDUPE_STATUSES
    assert month(10_000) - month(10_000, prices=TIER_1) == pytest.approx(5, abs=1)  # another region
    assert month(10_000) == pytest.approx(25, abs=3)  # deploy.md, "What you need"


def test_every_price_of_meta_says_since_when_and_from_where_it_is() -> None:
    for price in META_BRAZIL:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", price.since)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", price.read)
        assert price.source
    if not all(price.seen_at_meta for price in META_BRAZIL):
        assert "not verified at Meta" in cost.PAGE.read_text()


def test_the_instance_that_is_paid_for_is_the_one_that_terraform_makes(
    planned: dict[str, dict[str, Any]],
) -> None:
    base = cost.Installation()
    containers = planned["google_cloud_run_v2_service.webhook[0]"]["template"][0]["containers"]
    limits = [container["resources"][0]["limits"] for container in containers]
    assert sum(float(limit["cpu"]) for limit in limits) == base.cpus
    assert sum(float(limit["memory"].removesuffix("Mi")) for limit in limits) == base.memory * 1024
    default = re.search(
        r'instance_based_billing" \{.*?default     = (\w+)',
        (TERRAFORM / "variables.tf").read_text(),
        re.DOTALL,
    )
    assert default
    assert default[1] == "false"  # the table that is called the default


def test_each_secret_gets_what_was_typed_for_it_and_an_empty_line_changes_nothing(
    plan: dict[str, Any], tmp_path: Path
) -> None:
    gcloud = tmp_path / "gcloud"
    gcloud.write_text(f'#!/bin/sh\nprintf "%s=%s\\n" "$4" "$(cat)" >> {tmp_path}/added\n')
    gcloud.chmod(0o755)

    ran = subprocess.run(
        ["bash", "-c", plan["planned_values"]["outputs"]["set_secrets"]["value"]],
        input="an access token\n\na verify token\n",
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "added").read_text().splitlines() == [
        "whatsapp-access-token=an access token",
        "whatsapp-verify-token=a verify token",
    ]
    assert "whatsapp-app-secret is left as it is" in ran.stdout


def test_nothing_that_is_pasted_after_a_question_becomes_its_answer() -> None:
    """A block that reads a value has no line after it: pasted together, the next line would be taken as the value."""
    for page in PAGES:
        for block in re.findall(r"^ *```\w*\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL):
            lines = block.strip().splitlines()
            assert not any(re.search(r"\bread -", line) for line in lines[:-1]), f"{page.name}: {block}"


def test_the_guide_publishes_the_app_before_it_expects_a_message() -> None:
    guide = (DOCS / "deploy.md").read_text()
    order = [
        "**Publish the app**",
        "/register",
        "## 3. First apply",
        "## 8. Meta's webhook",
        "## 9. The first reply",
    ]
    places = [guide.find(one) for one in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_second_generation_repository_is_connected_in_a_region() -> None:
    for page in PAGES:
        assert "locations/global/connections" not in page.read_text(), page.name


def test_a_word_in_capitals_that_a_command_reads_is_set_by_a_command_before_it() -> None:
    for page in PAGES:
        known: set[str] = set()
        for block in re.findall(r"^ *```\w*\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL):
            known |= set(re.findall(r"\bread -\w+(?: \"[^\"]*\")? ([A-Z_]+)", block))
            assert set(re.findall(r"\$\{?([A-Z_]{3,})", block)) <= known, f"{page.name}: {block}"
