"""The wheel by itself, in an empty environment: it imports little, reads a body, sends to a stand-in, and is typed."""

import ast
import asyncio
import importlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import wacloud

from tests.support import bodies
from tests.support.wacloud.graph import graph, ok
from tests.support.wacloud.installing import build_wheel, install

PROJECT = Path(__file__).resolve().parents[3] / "packages" / "wacloud"
README = (PROJECT / "README.md").read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(PROJECT, tmp_path_factory.mktemp("wheel"))


async def run(python: Path, code: str, *arguments: str) -> str:
    """What a program prints that has nothing but the environment of `python`."""
    process = await asyncio.create_subprocess_exec(
        python, "-I", "-c", code, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/"
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode().strip()


def test_the_wheel_holds_every_module_and_says_that_it_is_typed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("wacloud/")}
    source = PROJECT / "src"
    assert packed == {
        str(file.relative_to(source))
        for file in (source / "wacloud").rglob("*")
        if file.suffix in (".py", ".pyi", ".typed") or file.name == "py.typed"
    }
    assert "wacloud/py.typed" in packed


async def test_without_extras_it_reads_checks_and_says_what_the_client_needs(
    wheel: Path, tmp_path: Path
) -> None:
    python = install(wheel, tmp_path / "base")
    code = (
        "import json, sys, wacloud\n"
        "from wacloud import Message, Text, build_request, parse, split, verify\n"
        "body = json.loads(sys.argv[1])\n"
        "[message] = parse(body)\n"
        "assert isinstance(message, Message)\n"
        "[update] = split(body)\n"
        "print(message.content.body, build_request(Text(body='Olá'), to=message.person)['to'])\n"
        "try:\n"
        "    wacloud.Client\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    said, hint = (await run(python, code, json.dumps(bodies.of(bodies.text("Oi"))))).splitlines()
    assert said == f"Oi {bodies.ANA}"
    assert hint.startswith("wacloud.Client needs ")
    assert "pip install 'wacloud[client]'" in hint


async def test_with_the_client_extra_the_readmes_first_example_sends(wheel: Path, tmp_path: Path) -> None:
    python = install(wheel, tmp_path / "client", extra="client")
    example = README.split("```python\n")[1].split("```")[0]
    async with graph(ok("wamid.FIRST")) as meta:
        settings = {
            "https://graph.facebook.com/v26.0": f"{meta.url}/v26.0",
            "os.environ": json.dumps({"WHATSAPP_ACCESS_TOKEN": "EAAtoken", "WHATSAPP_PHONE_NUMBER_ID": "1"}),
        }
        for name, value in settings.items():
            example = example.replace(name, value)
        printed = await run(python, f"body = {bodies.of(bodies.text('Oi'))!r}\n{example}")
    assert printed.splitlines() == ["Oi", "wamid.FIRST"]
    assert meta.requests[0].json["text"] == {"body": "Olá!", "preview_url": False}


@pytest.mark.parametrize(
    ("names", "absent"),
    [
        ("", {"pydantic", "httpx", "aiohttp", "tenacity"}),
        ("split, verify, Person, Update, WhatsAppError", {"pydantic", "httpx", "aiohttp", "tenacity"}),
        ("parse, Text, build_request", {"httpx", "aiohttp", "tenacity"}),
    ],
)
def test_a_name_brings_only_what_it_needs(names: str, absent: set[str]) -> None:
    code = f"import sys, wacloud\n{f'from wacloud import {names}' if names else ''}\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert absent.isdisjoint(loaded.split())


def test_what_is_exported_is_what_type_checkers_are_told() -> None:
    stub = ast.parse((PROJECT / "src" / "wacloud" / "__init__.pyi").read_text())
    told = {
        alias.asname: node.module
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(told) == set(wacloud.__all__)
    for name, module in told.items():
        assert getattr(wacloud, name) is getattr(importlib.import_module(str(module)), str(name))
    assert set(wacloud.__all__) <= set(dir(wacloud))
    with pytest.raises(AttributeError, match="no attribute 'Hologram'"):
        _ = wacloud.Hologram
