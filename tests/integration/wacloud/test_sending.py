"""Messages leave as Meta wants them, and what Meta accepts is told."""

from typing import Any

import pytest
from wacloud.client import Client, Sent
from wacloud.errors import InvalidMessageError
from wacloud.outbound import Text, build_request
from wacloud.person import Person

from tests.support.wacloud.clients import NUMBER, TOKEN, client_of
from tests.support.wacloud.graph import Answer, answer, graph, ok

ANA = "5511999990001"


async def test_a_send_is_one_post_with_the_token_in_its_header_alone() -> None:
    async with graph(ok("wamid.OUT")) as meta, client_of(meta) as client:
        sent = await client.send(
            Text(body="Olá! 🚗"),
            to=Person(user_id="BR.1", wa_id=ANA),
            reply_to="wamid.IN",
            callback_data="a.0.1",
        )
    assert sent == Sent(wamid="wamid.OUT", wa_id=ANA)
    [request] = meta.requests
    assert (request.method, request.target) == ("POST", f"/v25.0/{NUMBER}/messages")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "application/json"
    assert request.json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": ANA,
        "context": {"message_id": "wamid.IN"},
        "biz_opaque_callback_data": "a.0.1",
        "type": "text",
        "text": {"body": "Olá! 🚗", "preview_url": False},
    }


async def test_a_request_made_before_is_posted_as_it_is() -> None:
    stored = build_request(Text(body="Oi"), to=ANA, callback_data="x")
    async with graph(ok()) as meta, client_of(meta) as client:
        await client.post(stored)
    assert meta.requests[0].json == stored


async def test_half_an_emoji_that_somebody_cut_off_is_no_reason_not_to_send() -> None:
    async with graph(ok()) as meta, client_of(meta) as client:
        await client.post({"type": "text", "text": {"body": "Oi \ud83d"}})
    assert b"\\ud83d" in meta.requests[0].body


@pytest.mark.parametrize(
    ("contact", "message", "expected"),
    [
        (
            {"input": "x", "wa_id": ANA},
            {"id": "w", "message_status": "accepted"},
            Sent("w", ANA, None, "accepted"),
        ),
        ({"input": "x", "user_id": "BR.1"}, {"id": "w"}, Sent("w", None, "BR.1", None)),
        (None, {"id": "w"}, Sent("w")),
    ],
)
async def test_what_meta_says_of_message_and_person_is_kept(
    contact: Any, message: Any, expected: Sent
) -> None:
    said = {"messages": [message], **({"contacts": [contact]} if contact else {})}
    async with graph(answer(said)) as meta, client_of(meta) as client:
        assert await client.send(Text(body="Oi"), to=ANA) == expected


async def test_many_sends_share_one_connection() -> None:
    async with graph(*[ok()] * 5) as meta, client_of(meta) as client:
        for _ in range(5):
            await client.send(Text(body="Oi"), to=ANA)
        assert meta.connections == 1


async def test_the_four_functions_of_the_product_have_their_parameters() -> None:
    components = [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}]
    buttons = [{"id": "opt1", "title": "Ver carros"}, {"id": "opt2", "title": "Falar com vendedor"}]
    async with graph(*[ok()] * 4) as meta, client_of(meta, template_language="pt_BR") as client:
        await client.send_text_message(to=ANA, text="Olá! Bem-vindo ao FacilIAuto!", preview_url=False)
        await client.send_image_message(
            to=ANA, image_url="https://example.com/car.jpg", caption="Honda Civic 2023"
        )
        await client.send_template_message(to=ANA, template_name="welcome_message", components=components)
        await client.send_interactive_message(to=ANA, body_text="Escolha uma opção:", buttons=buttons)
    text, image, template, interactive = (request.json for request in meta.requests)
    assert text["text"] == {"body": "Olá! Bem-vindo ao FacilIAuto!", "preview_url": False}
    assert image["image"] == {"link": "https://example.com/car.jpg", "caption": "Honda Civic 2023"}
    assert template["template"] == {
        "name": "welcome_message",
        "language": {"code": "pt_BR"},
        "components": components,
    }
    assert interactive["interactive"] == {
        "type": "button",
        "body": {"text": "Escolha uma opção:"},
        "action": {"buttons": [{"type": "reply", "reply": button} for button in buttons]},
    }


async def test_a_message_that_breaks_a_limit_never_leaves() -> None:
    async with graph() as meta, client_of(meta) as client:
        with pytest.raises(InvalidMessageError, match="link: must begin with https://"):
            await client.send_image_message(ANA, "http://example.com/car.jpg")
        with pytest.raises(InvalidMessageError, match=r"buttons\[0\].title: 24 characters, at most 20"):
            await client.send_interactive_message(ANA, "Oi", [{"id": "a", "title": "x" * 24}])
        assert meta.requests == []


@pytest.mark.parametrize("typing", [False, True])
async def test_a_message_is_marked_as_read_with_or_without_typing(typing: bool) -> None:
    async with graph(answer({"success": True})) as meta, client_of(meta) as client:
        await client.mark_read("wamid.IN", typing=typing)
    expected = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN"}
    assert meta.requests[0].json == expected | ({"typing_indicator": {"type": "text"}} if typing else {})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"api_url": "graph.facebook.com"},
            "api_url: must be an address like https://graph.facebook.com/v26.0",
        ),
        ({"api_url": "https://graph.facebook.com/v25.0?a=b"}, "api_url"),
        ({"access_token": "EAA\nsecret"}, "access_token: must be printable ASCII without white space"),
        ({"access_token": ""}, "access_token"),
        ({"phone_number_id": "1/2"}, "phone_number_id: '1/2' is not an id"),
        ({"waba_id": "../me"}, "waba_id"),
    ],
)
def test_a_client_that_could_not_work_is_not_made(changed: dict[str, str], said: str) -> None:
    settings = {"api_url": "https://graph.facebook.com/v25.0", "phone_number_id": "1", "access_token": "EAA"}
    with pytest.raises(ValueError, match=r"^" + said.replace("?", r"\?")) as refused:
        Client(**{**settings, **changed})
    assert "secret" not in str(refused.value)


async def test_a_slow_answer_within_the_time_is_an_answer() -> None:
    slow = Answer(ok().body, delay=0.2)
    async with graph(slow) as meta, client_of(meta) as client:
        assert (await client.send(Text(body="Oi"), to=ANA)).wamid == "wamid.OUT"


async def test_a_template_without_a_language_is_not_sent() -> None:
    async with graph(ok()) as meta, client_of(meta) as client:
        with pytest.raises(InvalidMessageError, match="language: missing"):
            await client.send_template_message(to=ANA, template_name="welcome_message")
        await client.send_template_message(to=ANA, template_name="welcome_message", language="en_US")
    assert meta.requests[0].json["template"]["language"] == {"code": "en_US"}
