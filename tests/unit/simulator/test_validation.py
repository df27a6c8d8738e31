"""What Meta takes and refuses of a send's body, type by type, at its limits."""

from typing import Any

import pytest
from wacloud_simulator.graph.errors import GraphRefusalError
from wacloud_simulator.graph.validation import check_send


def send(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": "+5511999990001", "type": kind, kind: content, **more}


def interactive(kind: str, action: Any, **more: Any) -> dict[str, Any]:
    return send("interactive", {"type": kind, "body": {"text": "Olá"}, "action": action, **more})


def buttons(*titles: str, ids: list[str] | None = None) -> dict[str, Any]:
    names = ids or [f"id{number}" for number in range(len(titles))]
    made = [
        {"type": "reply", "reply": {"id": name, "title": title}}
        for name, title in zip(names, titles, strict=True)
    ]
    return {"buttons": made}


def rows(count: int, **row: Any) -> dict[str, Any]:
    made = [{"id": f"r{number}", "title": f"Linha {number}", **row} for number in range(count)]
    return {"button": "Ver", "sections": [{"title": "Carros", "rows": made}]}


FLOW = {"name": "flow", "parameters": {"flow_id": "1", "flow_cta": "Abrir"}}
CONTACT = {"name": {"formatted_name": "Eva", "first_name": "Eva"}}
TEMPLATE = {"name": "x", "language": {"code": "pt_BR"}}


@pytest.mark.parametrize(
    "payload",
    [
        send("text", {"body": "x" * 4096, "preview_url": True}),
        send("image", {"link": "https://example.com/a.jpg", "caption": "x" * 1024}),
        send("audio", {"id": "1"}),
        send("document", {"id": "1", "filename": "a.pdf"}),
        send("location", {"latitude": "-23.5", "longitude": -46.6}),
        send("contacts", [CONTACT]),
        send("reaction", {"message_id": "wamid.x", "emoji": ""}),
        send("template", TEMPLATE),
        interactive("button", buttons("a" * 20, "b", "c")),
        interactive("list", rows(10, description="x" * 72), header={"type": "text", "text": "x" * 60}),
        interactive("flow", FLOW, footer={"text": "x" * 60}),
        interactive("location_request_message", {"name": "send_location"}),
        send("text", {"body": "x"}, biz_opaque_callback_data="x" * 512, recipient_type="individual"),
    ],
)
def test_what_is_at_the_limit_is_taken(payload: dict[str, Any]) -> None:
    assert check_send(payload) == payload["type"]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (send("text", {"body": ""}), 100),
        (send("text", {"body": "x", "color": "red"}), 100),
        (send("text", {}), 131008),
        (send("text", {"body": "x"}, biz_opaque_callback_data="x" * 513), 100),
        (send("text", {"body": "x"}, context={}), 100),
        (send("text", {"body": "x"}, recipient_type="crowd"), 100),
        (send("image", {"id": "1", "link": "https://example.com/a.jpg"}), 100),
        (send("image", {"link": "ftp://example.com/a.jpg"}), 131009),
        (send("image", {"id": "1", "caption": "x" * 1025}), 100),
        (send("audio", {"id": "1", "caption": "x"}), 100),
        (send("location", {"latitude": 91, "longitude": 0}), 131009),
        (send("location", {"longitude": 0}), 131008),
        (send("contacts", []), 100),
        (send("contacts", [{"name": {"formatted_name": "Eva"}}]), 131008),
        (send("template", {"name": "x"}), 131008),
        (send("template", {**TEMPLATE, "components": [{"type": "hat"}]}), 100),
        (interactive("button", buttons()), 131009),
        (interactive("button", buttons("a", "b", "c", "d")), 131009),
        (interactive("button", buttons("a" * 21)), 131009),
        (interactive("button", buttons("a", "a")), 131009),
        (interactive("button", buttons("a", "b", ids=["x", "x"])), 131009),
        (interactive("button", buttons("a"), body={"text": "x" * 1025}), 131009),
        (interactive("list", rows(11)), 131009),
        (interactive("list", rows(1, title="x" * 25)), 131009),
        (interactive("list", rows(1, description="x" * 73)), 131009),
        (interactive("list", rows(1), header={"type": "image", "image": {"id": "1"}}), 131009),
        (interactive("flow", {"name": "flow", "parameters": {"flow_id": "1"}}), 131008),
        (interactive("flow", {"name": "river", "parameters": {}}), 131009),
        (interactive("cta_url", {"name": "cta_url", "parameters": {"display_text": "x"}}), 131008),
        (
            interactive(
                "cta_url",
                {"name": "cta_url", "parameters": {"display_text": "x", "url": "javascript:alert(1)"}},
            ),
            131009,
        ),
        (interactive("hologram", {}), 100),
        (interactive("button", buttons("a"), footer={"text": "x" * 61}), 131009),
    ],
)
def test_what_is_beyond_it_is_refused_with_metas_code(payload: dict[str, Any], code: int) -> None:
    with pytest.raises(GraphRefusalError) as refusal:
        check_send(payload)
    assert refusal.value.code == code, refusal.value


@pytest.mark.parametrize("content", [None, 7, "x", [], {"type": []}, {"type": "button", "action": 7}])
@pytest.mark.parametrize(
    "kind", ["text", "image", "location", "contacts", "reaction", "interactive", "template"]
)
def test_nonsense_is_refused_and_never_an_exception_of_another_kind(kind: str, content: Any) -> None:
    with pytest.raises(GraphRefusalError):
        check_send(send(kind, content))
