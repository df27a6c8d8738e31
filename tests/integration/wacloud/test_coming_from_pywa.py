"""The snippets of docs/coming-from-pywa.md that are ours run, and send what they say."""

import ast
import inspect
import json
import logging
import re
import types
from pathlib import Path
from typing import Any

import pytest
import wacloud
from wacloud.flow_endpoint import FlowEndpoint

from tests.support import bodies
from tests.support.wacloud.clients import client_of
from tests.support.wacloud.flow_client import WhatsApp, private_key
from tests.support.wacloud.graph import Answer, answer, graph, ok, refusal

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "coming-from-pywa.md").read_text()
PARTS = re.findall(r"^## (\d+)\. (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
ANA = bodies.ANA
WINDOW = [{"code": 131047, "title": "Re-engagement message"}]

BODY = bodies.of(
    bodies.text("Oi"),
    {
        **bodies.text(),
        "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": "cars", "title": "Ver carros"}},
    },
    {**bodies.text(), "type": "image", "image": {"id": "77", "mime_type": "image/jpeg"}},
    statuses=[bodies.status("failed", biz_opaque_callback_data="order-17", errors=WINDOW)],
)

# What each part makes the Graph API see, and the answers it gets.
SEEN: dict[str, list[str]] = {
    "1": ["text"],
    "2": ["interactive button"],
    "3": ["text"],
    "4": ["interactive list"],
    "5": ["image"],
    "6": ["template"],
    "7": ["read", "reaction"],
    "8": ["GET", "GET"],
    "9": [],
    "10": ["text", "template"],
    "11": [],
    "12": ["block_users"],
}


def seen(request: Any) -> str:
    if not request.body:
        return str(request.method)
    sent = request.json
    if "interactive" in sent:
        return f"interactive {sent['interactive']['type']}"
    return str(
        sent.get("type") or sent.get("status") or next(key for key in sent if key != "messaging_product")
    )


def test_there_are_ten_pairs_and_more() -> None:
    assert [number for number, _, _ in PARTS] == list(SEEN)
    for _, title, text in PARTS:
        assert text.count("```py\n") == text.count("```python\n") == 1, title


@pytest.mark.parametrize("number", SEEN)
async def test_our_half_of_a_pair_runs(number: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    [text] = [text for found, _, text in PARTS if found == number]
    code = text.split("```python\n")[1].split("```")[0]
    async with graph() as meta, client_of(meta) as client:
        meta.then(*_answers(number, meta.url))
        endpoint = FlowEndpoint(private_key())
        flow_body = json.dumps(WhatsApp(endpoint.public_key).ask({"action": "INIT", "version": "3.0"}))
        names = {name: getattr(wacloud, name) for name in wacloud.__all__}
        given = {"client": client, "body": BODY, "ANA": ANA, "folder": tmp_path, "logging": logging}
        module = {**names, **given, "endpoint": endpoint, "flow_body": flow_body}
        compiled = compile(code, f"part {number}", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if compiled.co_flags & inspect.CO_COROUTINE:
            await types.FunctionType(compiled, module)()
        else:
            exec(compiled, module)  # noqa: S102  # the page is ours
        assert [seen(request) for request in meta.requests] == SEEN[number]
    assert ("order-17" in caplog.text) == (number == "9")


def _answers(number: str, url: str) -> list[Answer]:
    match number:
        case "7":
            return [answer({"success": True}), ok()]
        case "8":
            return [answer({"id": "77", "url": f"{url}/file"}), Answer(b"jpeg")]
        case "10":
            return [refusal(131047), ok()]
        case "12":
            return [answer({"block_users": {"added_users": [{"wa_id": ANA}]}})]
        case _:
            return [ok()] * len(SEEN[number])
