"""Every further call of the API: which request it makes, and what it makes of the answer."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from wacloud.account import ProfileChange
from wacloud.client import Client
from wacloud.errors import AmbiguousError, InvalidMessageError, RequestError
from wacloud.outbound import ListMenu, Template, Text
from wacloud.person import Person

from tests.support.wacloud.clients import ACCOUNT, NUMBER, TOKEN, client_of
from tests.support.wacloud.graph import answer, graph, ok, refusal

ANA = "5511999990001"
ANA_ID = "BR.13491208655302741918"
DONE = {"success": True}
HELLO = Template(name="hello_world", language="en_US")
SDP = "v=0\r\n"


@dataclass(frozen=True)
class Call:
    """A call, the request it has to make, Meta's answer, and what comes of it."""

    make: Callable[[Client], Awaitable[Any]]
    request: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=lambda: DONE)
    found: Any = None


async def everything(found: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in found]


def whatsapp(**more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", **more}


def number(path: str) -> str:
    return f"{NUMBER}/{path}"


CALLS: dict[str, Call] = {
    "any call": Call(
        lambda client: client.call("POST", "/123/tomorrow", body={"a": 1}, query={"b": "2"}),
        "POST 123/tomorrow",
        {"a": 1},
        {"b": "2"},
        {"x": 1},
        {"x": 1},
    ),
    "block": Call(
        lambda client: client.blocklist.block([ANA, Person(user_id=ANA_ID)]),
        f"POST {number('block_users')}",
        whatsapp(block_users=[{"user": ANA}, {"user": ANA_ID}]),
        answer=whatsapp(
            block_users={
                "added_users": [{"input": ANA, "wa_id": ANA}],
                "failed_users": [{"input": ANA_ID, "errors": [{"code": 139100}]}],
            }
        ),
        found={
            "changed": ({"user_id": None, "wa_id": ANA, "parent_user_id": None},),
            "failed": ({"input": ANA_ID, "errors": [{"code": 139100}]},),
        },
    ),
    "unblock": Call(
        lambda client: client.blocklist.unblock([ANA]),
        f"DELETE {number('block_users')}",
        whatsapp(block_users=[{"user": ANA}]),
        answer=whatsapp(block_users={"removed_users": [{"input": ANA, "wa_id": ANA}]}),
        found={"changed": ({"user_id": None, "wa_id": ANA, "parent_user_id": None},), "failed": ()},
    ),
    "who is blocked": Call(
        lambda client: everything(client.blocklist.list()),
        f"GET {number('block_users')}",
        answer={"data": [{"wa_id": ANA}, {"user_id": ANA_ID}]},
        found=[Person(wa_id=ANA), Person(user_id=ANA_ID)],
    ),
    "marketing": Call(
        lambda client: client.send_marketing(
            HELLO, to=ANA, product_policy="STRICT", message_activity_sharing=False
        ),
        f"POST {number('marketing_messages')}",
        whatsapp(
            recipient_type="individual",
            to=ANA,
            product_policy="STRICT",
            message_activity_sharing=False,
            **HELLO.content(),
        ),
        answer={"messages": [{"id": "wamid.M"}]},
    ),
    "to a group": Call(
        lambda client: client.groups.send(Text(body="Oi"), "GROUP"),
        f"POST {number('messages')}",
        whatsapp(recipient_type="group", to="GROUP", type="text", text={"body": "Oi", "preview_url": False}),
        answer={"messages": [{"id": "wamid.G"}]},
    ),
    "pin": Call(
        lambda client: client.groups.pin("GROUP", "wamid.G", days=3),
        f"POST {number('messages')}",
        whatsapp(
            recipient_type="group",
            to="GROUP",
            type="pin",
            pin={"type": "pin", "message_id": "wamid.G", "expiration_days": 3},
        ),
    ),
    "unpin": Call(
        lambda client: client.groups.unpin("GROUP", "wamid.G"),
        f"POST {number('messages')}",
        whatsapp(
            recipient_type="group", to="GROUP", type="pin", pin={"type": "unpin", "message_id": "wamid.G"}
        ),
    ),
    "change the profile": Call(
        lambda client: client.change_business_profile(ProfileChange(about="Carros", vertical="AUTO")),
        f"POST {number('whatsapp_business_profile')}",
        whatsapp(about="Carros", vertical="AUTO"),
    ),
    "call permission": Call(
        lambda client: client.calls.permission(ANA),
        f"GET {number('call_permissions')}",
        query={"user_wa_id": ANA},
        answer=whatsapp(permission={"status": "granted"}, actions=[{"action_name": "start_call"}]),
        found={"status": "granted", "expiration_time": None, "actions": ({"action_name": "start_call"},)},
    ),
    "start a call": Call(
        lambda client: client.calls.start(ANA, SDP, callback_data="x"),
        f"POST {number('calls')}",
        whatsapp(
            to=ANA,
            action="connect",
            session={"sdp_type": "offer", "sdp": SDP},
            biz_opaque_callback_data="x",
        ),
        answer=whatsapp(calls=[{"id": "wacid.1"}]),
        found="wacid.1",
    ),
    "pre-accept": Call(
        lambda client: client.calls.pre_accept("wacid.1", SDP),
        f"POST {number('calls')}",
        whatsapp(call_id="wacid.1", action="pre_accept", session={"sdp_type": "answer", "sdp": SDP}),
    ),
    "accept": Call(
        lambda client: client.calls.accept("wacid.1", SDP),
        f"POST {number('calls')}",
        whatsapp(call_id="wacid.1", action="accept", session={"sdp_type": "answer", "sdp": SDP}),
    ),
    "reject": Call(
        lambda client: client.calls.reject("wacid.1"),
        f"POST {number('calls')}",
        whatsapp(call_id="wacid.1", action="reject"),
    ),
    "terminate": Call(
        lambda client: client.calls.terminate("wacid.1"),
        f"POST {number('calls')}",
        whatsapp(call_id="wacid.1", action="terminate"),
    ),
    "shop": Call(
        lambda client: client.commerce.get(),
        f"GET {number('whatsapp_commerce_settings')}",
        answer={"data": [{"id": "1", "is_cart_enabled": True}]},
        found={"is_cart_enabled": True, "is_catalog_visible": None, "id": "1"},
    ),
    "change the shop": Call(
        lambda client: client.commerce.change(is_cart_enabled=False),
        f"POST {number('whatsapp_commerce_settings')}",
        query={"is_cart_enabled": "false"},
    ),
    "conversation starters": Call(
        lambda client: client.conversation_starters.set(
            commands={"carros": "Ver os carros"}, ice_breakers=("Quero um carro",)
        ),
        f"POST {number('conversational_automation')}",
        {
            "commands": [{"command_name": "carros", "command_description": "Ver os carros"}],
            "prompts": ["Quero um carro"],
        },
    ),
    "what is offered": Call(
        lambda client: client.conversation_starters.get(),
        f"GET {NUMBER}",
        query={"fields": "conversational_automation"},
        answer={"conversational_automation": {"prompts": ["Oi"]}, "id": NUMBER},
        found={"prompts": ["Oi"]},
    ),
    "flow key": Call(
        lambda client: client.flow_key.upload("-----BEGIN PUBLIC KEY-----"),
        f"POST {number('whatsapp_business_encryption')}",
        {"business_public_key": "-----BEGIN PUBLIC KEY-----"},
    ),
    "state of the flow key": Call(
        lambda client: client.flow_key.get(),
        f"GET {number('whatsapp_business_encryption')}",
        answer={"data": [{"business_public_key": "k", "business_public_key_signature_status": "VALID"}]},
        found={"business_public_key": "k", "business_public_key_signature_status": "VALID"},
    ),
    "new group": Call(
        lambda client: client.groups.create("Test drive", join_approval_mode="auto_approve"),
        f"POST {number('groups')}",
        whatsapp(subject="Test drive", join_approval_mode="auto_approve"),
        answer=whatsapp(request_id="r1"),
        found="r1",
    ),
    "change a group": Call(
        lambda client: client.groups.change("GROUP", description=""),
        "POST GROUP",
        whatsapp(description=""),
    ),
    "delete a group": Call(lambda client: client.groups.delete("GROUP"), "DELETE GROUP"),
    "invite link": Call(
        lambda client: client.groups.invite_link("GROUP"),
        "GET GROUP/invite_link",
        answer=whatsapp(invite_link="https://chat.whatsapp.com/x"),
        found="https://chat.whatsapp.com/x",
    ),
    "new invite link": Call(
        lambda client: client.groups.new_invite_link("GROUP"),
        "POST GROUP/invite_link",
        whatsapp(),
        answer=whatsapp(invite_link="https://chat.whatsapp.com/y"),
        found="https://chat.whatsapp.com/y",
    ),
    "remove people": Call(
        lambda client: client.groups.remove("GROUP", [ANA]),
        "DELETE GROUP/participants",
        whatsapp(participants=[{"user": ANA}]),
    ),
    "approve": Call(
        lambda client: client.groups.approve("GROUP", ["j1"]),
        "POST GROUP/join_requests",
        whatsapp(join_requests=["j1"]),
        answer=whatsapp(approved_join_requests=["j1"]),
        found=whatsapp(approved_join_requests=["j1"]),
    ),
    "turn away": Call(
        lambda client: client.groups.reject("GROUP", ["j1"]),
        "DELETE GROUP/join_requests",
        whatsapp(join_requests=["j1"]),
        answer=whatsapp(rejected_join_requests=["j1"]),
        found=whatsapp(rejected_join_requests=["j1"]),
    ),
    "new QR code": Call(
        lambda client: client.qr_codes.create("Quero um carro", image="SVG"),
        f"POST {number('message_qrdls')}",
        {"prefilled_message": "Quero um carro", "generate_qr_image": "SVG"},
        answer={"code": "ABC", "deep_link_url": "https://wa.me/message/ABC"},
    ),
    "another text for a QR code": Call(
        lambda client: client.qr_codes.change("ABC", "Oi"),
        f"POST {number('message_qrdls')}",
        {"code": "ABC", "prefilled_message": "Oi"},
        answer={"code": "ABC"},
    ),
    "delete a QR code": Call(
        lambda client: client.qr_codes.delete("ABC"), f"DELETE {number('message_qrdls/ABC')}"
    ),
    "request a code": Call(
        lambda client: client.registration.request_code("SMS", "pt_BR"),
        f"POST {number('request_code')}",
        {"code_method": "SMS", "language": "pt_BR"},
    ),
    "verify a code": Call(
        lambda client: client.registration.verify_code("123-456"),
        f"POST {number('verify_code')}",
        {"code": "123456"},
    ),
    "register": Call(
        lambda client: client.registration.register("123456", data_localization_region="BR"),
        f"POST {number('register')}",
        whatsapp(pin="123456", data_localization_region="BR"),
    ),
    "deregister": Call(lambda client: client.registration.deregister(), f"POST {number('deregister')}", {}),
    "set the PIN": Call(
        lambda client: client.registration.set_pin("123456"), f"POST {NUMBER}", {"pin": "123456"}
    ),
    "another display name": Call(
        lambda client: client.registration.request_display_name("FacilIAuto"),
        f"POST {NUMBER}",
        {"new_display_name": "FacilIAuto"},
    ),
    "settings": Call(
        lambda client: client.registration.change_settings({"calling": {"status": "ENABLED"}}),
        f"POST {number('settings')}",
        {"calling": {"status": "ENABLED"}},
    ),
    "username": Call(
        lambda client: client.username.set("facil.iauto", transfer_action="force_transfer"),
        f"POST {number('username')}",
        {"username": "facil.iauto", "transfer_action": "force_transfer"},
        answer={"status": "reserved"},
        found={"username": "facil.iauto", "status": "reserved"},
    ),
    "reserved usernames": Call(
        lambda client: client.username.reserved(),
        f"GET {number('username_suggestions')}",
        answer={"data": [{"username_suggestions": ["facil", "iauto"]}]},
        found=("facil", "iauto"),
    ),
    "give the username up": Call(lambda client: client.username.delete(), f"DELETE {number('username')}"),
    "numbers": Call(
        lambda client: everything(client.phone_numbers()),
        f"GET {ACCOUNT}/phone_numbers",
        answer={"data": [{"id": "1"}]},
    ),
    "new flow": Call(
        lambda client: client.flows.create("Leads", ["LEAD_GENERATION"], flow_json={"é": 1}, publish=True),
        f"POST {ACCOUNT}/flows",
        {"name": "Leads", "categories": ["LEAD_GENERATION"], "flow_json": '{"é": 1}', "publish": True},
        answer={"id": "F", "validation_errors": []},
    ),
    "change a flow": Call(
        lambda client: client.flows.change("F", name="Mais leads"), "POST F", {"name": "Mais leads"}
    ),
    "publish": Call(lambda client: client.flows.publish("F"), "POST F/publish"),
    "deprecate": Call(lambda client: client.flows.deprecate("F"), "POST F/deprecate"),
    "delete a flow": Call(lambda client: client.flows.delete("F"), "DELETE F"),
    "migrate flows": Call(
        lambda client: client.flows.migrate("W", ["Leads"]),
        f"POST {ACCOUNT}/migrate_flows",
        {"source_waba_id": "W", "source_flow_names": ["Leads"]},
        answer={"migrated_flows": []},
        found={"migrated_flows": []},
    ),
    "flow metric": Call(
        lambda client: client.flows.metric("F", "ENDPOINT_AVAILABILITY", since="2026-11-01"),
        "GET F",
        query={"fields": "metric.name(ENDPOINT_AVAILABILITY).granularity(DAY).since(2026-11-01)"},
        answer={"metric": {"data_points": []}, "id": "F"},
        found={"data_points": []},
    ),
    "analytics": Call(
        lambda client: client.analytics.messages(1, 2, numbers=["5511999990009"]),
        f"GET {ACCOUNT}",
        query={"fields": 'analytics.start(1).end(2).granularity(DAY).phone_numbers(["5511999990009"])'},
        answer={"analytics": {"data_points": []}},
        found={"data_points": []},
    ),
    "prices": Call(
        lambda client: client.analytics.pricing(1, 2, dimensions=["COUNTRY"]),
        f"GET {ACCOUNT}",
        query={"fields": 'pricing_analytics.start(1).end(2).granularity(DAILY).dimensions(["COUNTRY"])'},
        answer={"pricing_analytics": {"data": []}},
        found={"data": []},
    ),
    "templates' analytics": Call(
        lambda client: client.analytics.templates(1, 2, ["7", "8"]),
        f"GET {ACCOUNT}/template_analytics",
        query={"start": "1", "end": "2", "granularity": "daily", "template_ids": "[7,8]"},
        answer={"data": []},
        found={"data": []},
    ),
    "health": Call(
        lambda client: client.analytics.health("7"),
        "GET 7",
        query={"fields": "health_status"},
        answer={"health_status": {"can_send_message": "AVAILABLE"}},
        found={"can_send_message": "AVAILABLE"},
    ),
    "edit a template": Call(
        lambda client: client.templates.edit("7", category="UTILITY"), "POST 7", {"category": "UTILITY"}
    ),
    "a template of the library": Call(
        lambda client: client.templates.create_from_library(
            name="pago", language="pt_BR", category="UTILITY", library_template_name="payment_received"
        ),
        f"POST {ACCOUNT}/message_templates",
        {
            "name": "pago",
            "language": "pt_BR",
            "category": "UTILITY",
            "library_template_name": "payment_received",
        },
        answer={"id": "7", "status": "APPROVED"},
    ),
    "authentication templates": Call(
        lambda client: client.templates.upsert_authentication(
            name="codigo", languages=["pt_BR", "en_US"], components=[{"type": "BODY"}]
        ),
        f"POST {ACCOUNT}/upsert_message_templates",
        {
            "name": "codigo",
            "languages": ["pt_BR", "en_US"],
            "category": "AUTHENTICATION",
            "components": [{"type": "BODY"}],
        },
        answer={"data": [{"id": "7", "language": "pt_BR"}]},
    ),
    "compare templates": Call(
        lambda client: client.templates.compare("7", "8", start=1, end=2),
        "GET 7/compare",
        query={"template_ids": "[8]", "start": "1", "end": "2"},
        answer={"data": [{"metric": "BLOCK_RATE"}]},
    ),
    "unpause": Call(lambda client: client.templates.unpause("7"), "POST 7/unpause"),
    "delete many": Call(
        lambda client: client.templates.delete_many(["7", "8"]),
        f"DELETE {ACCOUNT}/message_templates",
        query={"hsm_ids": "[7,8]"},
    ),
}


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_makes_the_request_of_metas_page_and_reads_its_answer(name: str) -> None:
    call = CALLS[name]
    async with graph(answer(call.answer)) as meta, client_of(meta) as client:
        found = await call.make(client)
    [request] = meta.requests
    target = urlsplit(request.target)
    assert f"{request.method} {target.path.removeprefix('/v25.0/')}" == call.request
    given = {key: values[0] for key, values in parse_qs(target.query, keep_blank_values=True).items()}
    if call.query:
        assert given == call.query
    assert (json.loads(request.body) if request.body else None) == call.body
    if call.found is not None:
        assert (found.model_dump() if hasattr(found, "model_dump") else found) == call.found


WRONG: dict[str, tuple[Callable[[Client], Awaitable[Any]], str]] = {
    "nobody to block": (lambda client: client.blocklist.block([]), "people: at least one"),
    "a person without an id": (lambda client: client.blocklist.block([Person()]), "neither phone number"),
    "a pin for ever": (lambda client: client.groups.pin("G", "w", days=31), "days: 31, 1 to 30"),
    "a short PIN": (lambda client: client.registration.set_pin("12345"), "pin: six digits"),
    "a PIN of other digits": (lambda client: client.registration.set_pin("١٢٣٤٥٦"), "pin: six digits"),
    "no code": (lambda client: client.registration.verify_code("12"), "code: six digits"),
    "a region without storage": (
        lambda client: client.registration.register("123456", data_localization_region="XX"),
        "data_localization_region: one of AE",
    ),
    "a long QR text": (lambda client: client.qr_codes.create("x" * 141), "text: 141 characters, 1 to 140"),
    "five ice breakers": (
        lambda client: client.conversation_starters.set(ice_breakers=("x",) * 5),
        "ice_breakers: 5 items, 0 to 4",
    ),
    "a long command": (
        lambda client: client.conversation_starters.set(commands={"x" * 33: "y"}),
        "33 characters, 1 to 32",
    ),
    "no change of the shop": (lambda client: client.commerce.change(), "nothing is changed"),
    "no change of a flow": (lambda client: client.flows.change("F"), "nothing is changed"),
    "no change of a template": (lambda client: client.templates.edit("7"), "nothing is changed"),
    "a category nobody knows": (
        lambda client: client.flows.create("x", ["CARS"]),
        "categories: CARS is none of",
    ),
    "101 templates": (
        lambda client: client.templates.delete_many(["7"] * 101),
        "template_ids: 101 items, 1 to 100",
    ),
    "eleven templates": (
        lambda client: client.analytics.templates(1, 2, ["7"] * 11),
        "template_ids: 11 items, 1 to 10",
    ),
    "a call to a user id": (
        lambda client: client.calls.start(Person(user_id=ANA_ID), SDP),
        "needs the person's phone number",
    ),
    "a call without an offer": (lambda client: client.calls.start(ANA, " "), "sdp: missing"),
    "a group without a name": (lambda client: client.groups.create(""), "subject: 0 characters, 1 to 128"),
}


@pytest.mark.parametrize(("make", "said"), WRONG.values(), ids=WRONG)
async def test_what_meta_would_refuse_is_not_asked(
    make: Callable[[Client], Awaitable[Any]], said: str
) -> None:
    async with graph() as meta, client_of(meta) as client:
        with pytest.raises(ValueError, match=re.escape(said)):
            await make(client)
    assert meta.requests == []


@pytest.mark.parametrize(
    "name", ["ab", "x" * 36, "123", ".facil", "facil.", "fa..cil", "www.facil", "facil.com", "fácil", "a b"]
)
async def test_a_username_that_meta_does_not_take_is_not_asked_for(name: str) -> None:
    async with graph() as meta, client_of(meta) as client:
        with pytest.raises(ValueError, match="username: "):
            await client.username.set(name)


@pytest.mark.parametrize("name", ["abc", "x" * 35, "1a2", "facil_iauto", "fa.cil", "_x_"])
async def test_a_username_of_letters_digits_dots_and_underscores_is(name: str) -> None:
    async with graph(answer({"status": "approved"})) as meta, client_of(meta) as client:
        assert (await client.username.set(name)).username == name


async def test_a_group_takes_no_interactive_message() -> None:
    menu = ListMenu(body="?", button="Ver", sections=[{"rows": [{"id": "1", "title": "Um"}]}])
    async with graph() as meta, client_of(meta) as client:
        with pytest.raises(InvalidMessageError, match="interactive: a group takes text"):
            await client.groups.send(menu, "GROUP")


@pytest.mark.parametrize(
    "make",
    [
        lambda client: client.calls.start(ANA, SDP),
        lambda client: client.groups.create("x"),
        lambda client: client.flows.create("x", ["OTHER"]),
        lambda client: client.qr_codes.create("x"),
        lambda client: client.call("POST", "x/messages", ambiguous="raise"),
    ],
)
async def test_what_would_be_made_twice_is_not_tried_again_when_in_doubt(
    make: Callable[[Client], Awaitable[Any]],
) -> None:
    async with graph(answer({}, status=502), ok()) as meta, client_of(meta) as client:
        with pytest.raises(AmbiguousError):
            await make(client)
        assert len(meta.requests) == 1
        meta.script.clear()


async def test_a_raw_call_has_the_clients_tries_and_errors() -> None:
    async with graph(refusal(2, 503), refusal(100)) as meta, client_of(meta) as client:
        with pytest.raises(RequestError):
            await client.call("GET", "123/tomorrow")
        assert len(meta.requests) == 2


async def test_a_list_is_read_page_after_page() -> None:
    first = {
        "data": [{"code": "A"}],
        "paging": {"cursors": {"after": "c1"}, "next": "https://graph.facebook.com/..."},
    }
    async with graph(answer(first), answer({"data": [{"code": "B"}]})) as meta, client_of(meta) as client:
        assert [code.code async for code in client.qr_codes.list(image="PNG")] == ["A", "B"]
    assert parse_qs(urlsplit(meta.requests[1].target).query)["after"] == ["c1"]


async def test_the_list_of_groups_that_stands_in_an_object_is_read() -> None:
    groups = {"data": {"groups": [{"id": "G", "subject": "Test drive"}]}}
    async with graph(answer(groups)) as meta, client_of(meta) as client:
        assert [group.subject async for group in client.groups.list()] == ["Test drive"]


async def test_the_screens_of_a_flow_are_uploaded_as_a_file() -> None:
    wrong = [{"error": "INVALID_PROPERTY", "message": "no such property"}]
    async with (
        graph(answer({"success": True, "validation_errors": wrong})) as meta,
        client_of(meta) as client,
    ):
        assert await client.flows.update_json("F", {"version": "7.0"}) == tuple(wrong)
    [request] = meta.requests
    assert request.target == "/v25.0/F/assets"
    for part in (b'name="asset_type"\r\n\r\nFLOW_JSON', b'filename="flow.json"', b'{"version": "7.0"}'):
        assert part in request.body


async def test_a_sample_is_uploaded_in_two_steps_and_goes_on_where_it_broke_off() -> None:
    steps = [
        answer({"id": "upload:s"}),
        answer({"h": "4::h"}),
        answer({"file_offset": 3}),
        answer({"h": "4::i"}),
    ]
    async with graph(*steps) as meta, client_of(meta) as client:
        uploads = client.uploads("app")
        assert await uploads.upload(b"a picture", filename="carro.jpg", mime_type="image/jpeg") == "4::h"
        rest = await uploads.offset("upload:s")
        assert await uploads.send("upload:s", b"a picture", offset=rest) == "4::i"
    start, send, _, again = meta.requests
    assert urlsplit(start.target).path == "/v25.0/app/uploads"
    assert parse_qs(urlsplit(start.target).query)["file_length"] == ["9"]
    headers = {name.lower(): value for name, value in send.headers.items()}
    assert headers["authorization"] == f"OAuth {TOKEN}"
    assert (headers["file_offset"], send.body, again.body) == ("0", b"a picture", b"icture")
