"""The pages that tell people what to do: commands that exist, links that lead somewhere, figures that are the script's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from docs.generators import cost
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
    assert between.strip() == cost.tables(), "run: python docs/generators/cost.py --write"


def test_the_cost_page_says_in_words_what_its_tables_say() -> None:
    parts = cost.Prices(), cost.Message(), cost.Installation()

    def month(messages: int, *, instance_based: bool) -> float:
        return sum(line(messages) for _, line in cost.lines(*parts, instance_based=instance_based))

    million = month(11_000_000, instance_based=True) - month(10_000_000, instance_based=True)
    saved = month(10_000, instance_based=True) - month(10_000, instance_based=False)
    assert 15 < million < 20  # "under 20 dollars a million"
    assert saved == pytest.approx(170, abs=10)  # "saves about 170 dollars"
    even = next(
        n for n in range(0, 10**7, 10**5) if month(n, instance_based=True) < month(n, instance_based=False)
    )
    assert even == pytest.approx(2e6, rel=0.2)  # "from about two million"
    statuses = 3 * (2 * parts[0].write + parts[0].delete) * 1e6
    assert statuses == pytest.approx(9, abs=1)  # DEDUPE_STATUSES
    assert month(10_000, instance_based=True) == pytest.approx(200, abs=15)  # deploy.md, step 3
    assert month(10_000, instance_based=False) == pytest.approx(30, abs=5)
