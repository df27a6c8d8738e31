"""docs/whatsapp.md and the README's table say what the code does: examples run, tables are compared."""

import ast
import importlib
import inspect
import pkgutil
import re
import types
from pathlib import Path
from typing import Any

import pytest
import wacloud
from wacloud import errors
from wacloud.errors import WhatsAppError

from docs.generators import whatsapp_tables
from tests.support.wacloud.clients import TOKEN
from tests.support.wacloud.flow_client import private_key
from tests.support.wacloud.graph import answer, graph, ok

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "whatsapp.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def heading_of(example: str) -> str:
    return PAGE[: PAGE.index(example)].rsplit("\n## ", 1)[1].split("\n")[0]


@pytest.mark.parametrize("example", EXAMPLES, ids=heading_of)
async def test_an_example_of_the_page_runs(example: str) -> None:
    script = [answer({"success": True}), ok()] if "Client(" in example else []
    async with graph(*script) as meta:
        module: dict[str, Any] = {
            "API_URL": f"{meta.url}/v25.0",
            "ACCESS_TOKEN": TOKEN,
            "PRIVATE_KEY": private_key(),
        }
        code = compile(example, "docs/whatsapp.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if code.co_flags & inspect.CO_COROUTINE:
            await types.FunctionType(code, module)()
        else:
            exec(code, module)  # noqa: S102  # the page is ours


def test_every_part_of_the_page_has_an_example() -> None:
    assert [heading_of(example) for example in EXAMPLES] == [
        "Inbound",
        "People",
        "Outbound",
        "Outbound",
        "Client",
        "Flows",
        "Pacing",
        "Signature",
    ]


@pytest.mark.parametrize("page", whatsapp_tables.PAGES)
def test_the_tables_are_those_of_the_code(page: str) -> None:
    text = (ROOT / page).read_text()
    assert text == whatsapp_tables.written(page, text), "run python docs/generators/whatsapp_tables.py"


def test_the_table_of_errors_is_the_tree() -> None:
    rows = dict(re.findall(r"^\| `(\w+Error)` \| `(\w+)` \|", PAGE, re.MULTILINE))
    tree = {
        name: error.kind
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, WhatsAppError) and error.kind != "error"
    }
    assert rows == tree


def test_the_table_of_limits_names_every_kind_of_message() -> None:
    section = PAGE.split("## Outbound")[1].split("###")[0]
    named = {
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line)
    }
    assert named == {kind.__name__ for kind in whatsapp_tables.kinds()}


def test_every_public_name_says_what_it_is() -> None:
    silent = []
    for found in pkgutil.walk_packages(wacloud.__path__, "wacloud."):
        module = importlib.import_module(found.name)
        public = {name: value for name, value in vars(module).items() if not name.startswith("_")}
        own = {
            name: value for name, value in public.items() if getattr(value, "__module__", None) == found.name
        }
        parts = {
            f"{name}.{part}": value
            for name, owner in own.items()
            if isinstance(owner, type)
            for part, value in vars(owner).items()
            if not part.startswith("_")
            and (inspect.isfunction(value) or isinstance(value, property | classmethod))
        }
        silent += [
            f"{found.name}.{name}"
            for name, value in {"": module, **own, **parts}.items()
            if (callable(value) or isinstance(value, types.ModuleType | property)) and not value.__doc__
        ]
    assert silent == []


PACKAGE = ROOT / "packages" / "wacloud" / "src" / "wacloud"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_a_source_is_an_address_with_the_date_it_was_read(path: Path) -> None:
    text = path.read_text()
    for found in re.finditer(r"Sources?( \(read [\d-]+\))?:", text):
        following = text[found.start() : found.end() + 300]
        assert "https://" in following, following[:80]
        assert re.search(r"read\s+\d{4}-\d{2}", following), following[:80]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_the_package_assumes_no_language(path: Path) -> None:
    assert "pt_BR" not in path.read_text()
