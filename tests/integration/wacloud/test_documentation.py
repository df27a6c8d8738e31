"""docs/whatsapp.md and the README's table say what the code does: examples run, tables are compared."""

import ast
import importlib
import inspect
import pkgutil
import re
import types
import typing
from pathlib import Path
from typing import Any

import pytest
import wacloud
from wacloud import errors, inbound, outbound
from wacloud.client import Client
from wacloud.error_codes import TABLE
from wacloud.errors import WhatsAppError
from wacloud.inbound import message as inbound_message
from wacloud.media import Media
from wacloud.outbound import template
from wacloud.outbound.message import Interactive, Outbound
from wacloud.templates import Templates
from wacloud.vocabulary import LISTS as MESSAGE_FIELDS

from tests.support.wacloud.clients import TOKEN
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
        module: dict[str, Any] = {"API_URL": f"{meta.url}/v25.0", "ACCESS_TOKEN": TOKEN}
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
        "Client",
        "Pacing",
        "Signature",
    ]


def test_the_table_of_codes_is_the_codes() -> None:
    section = PAGE.split("<!-- error codes -->")[1].split("<!-- /error codes -->")[0]
    rows = [
        tuple(cell.strip() for cell in line.strip("| ").split("|"))
        for line in section.strip().splitlines()[2:]
    ]
    assert rows == [
        (f"{entry.code} to {entry.last}" if entry.last else str(entry.code), entry.kind, entry.meaning)
        for entry in TABLE
    ]


def test_the_table_of_errors_is_the_tree() -> None:
    rows = dict(re.findall(r"^\| `(\w+Error)` \| `(\w+)` \|", PAGE, re.MULTILINE))
    tree = {
        name: error.kind
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, WhatsAppError) and error.kind != "error"
    }
    assert rows == tree


def _kinds() -> list[type[Outbound]]:
    found = (
        kind for kind in vars(outbound).values() if isinstance(kind, type) and issubclass(kind, Outbound)
    )
    return [kind for kind in found if kind not in (Outbound, Interactive)]


def test_the_table_of_limits_names_every_kind_of_message() -> None:
    section = PAGE.split("## Outbound")[1].split("###")[0]
    named = {
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line)
    }
    assert named == {kind.__name__ for kind in _kinds()}


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


def _methods(of: type) -> set[str]:
    return {
        name for name, value in vars(of).items() if inspect.isfunction(value) and not name.startswith("_")
    }


def _literals(model: type[Any], field: str) -> set[str]:
    return {name for name in typing.get_args(typing.get_type_hints(model)[field]) if isinstance(name, str)}


COVERAGE: dict[str, set[str]] = {
    "Messages that come in": set(inbound.TYPES),
    "Replies to interactive messages": set(inbound_message.REPLIES),
    "Webhook fields": {*inbound.BY_FIELD, *MESSAGE_FIELDS},
    "Messages that go out": {kind.__name__ for kind in _kinds()},
    "Template components": {
        _literal
        for model in (
            template.HeaderComponent,
            template.BodyComponent,
            template.ButtonComponent,
            template.OfferComponent,
            template.CarouselComponent,
        )
        for _literal in _literals(model, "type")
    },
    "Template buttons": _literals(template.ButtonComponent, "sub_type"),
    "Client": _methods(Client) - {"close"},
    "Media": _methods(Media),
    "Templates": _methods(Templates),
    "Errors": {
        str(len(TABLE)),
        *(entry.kind for entry in TABLE),
        "not_sent",
        "ambiguous",
        "invalid",
        "media",
    },
}


def test_the_readme_says_what_of_the_cloud_api_is_covered() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "<!-- coverage -->" in readme, "the README lacks the table of what is covered"
    section = readme.split("<!-- coverage -->")[1].split("<!-- /coverage -->")[0]
    rows = {
        line.split("|")[1].strip(): set(re.findall(r"`([^`]+)`", line))
        for line in section.splitlines()
        if line.startswith("| ") and "`" in line
    }
    assert rows == COVERAGE
