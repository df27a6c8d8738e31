"""Every kind of message becomes the JSON that Meta's pages show, and the request around it."""

from typing import Any

import pytest
from pydantic import ValidationError
from wacloud import outbound
from wacloud.errors import InvalidMessageError
from wacloud.outbound import Interactive, Outbound, Reaction, Template, Text, build_request
from wacloud.person import Person
from wacloud_simulator.graph.validation import check_send

from tests.support.wacloud.outbound_examples import EXAMPLES, MESSAGE_ID

ANA = "5511999990001"
ANA_ID = "BR.13491208655302741918"


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_has_the_json_of_metas_page(name: str) -> None:
    message, expected = EXAMPLES[name]
    assert message.content() == expected


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_request_is_taken_by_a_graph_api_that_was_written_apart_from_this(name: str) -> None:
    message, expected = EXAMPLES[name]
    assert check_send(build_request(message, to=ANA)) == expected["type"]


def test_there_is_an_example_of_every_kind_of_message() -> None:
    kinds = {
        kind
        for kind in vars(outbound).values()
        if isinstance(kind, type) and issubclass(kind, Outbound) and kind not in (Outbound, Interactive)
    }
    assert {type(message) for message, _ in EXAMPLES.values()} == kinds


def test_a_message_does_not_change_once_it_is_made() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Text(body="Oi").body = "Tchau"  # type: ignore[misc]  # that it is refused is the test


def test_the_request_carries_recipient_context_and_callback_data() -> None:
    assert build_request(Text(body="Oi"), to=ANA, reply_to=MESSAGE_ID, callback_data="abc.0.1") == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": ANA,
        "context": {"message_id": MESSAGE_ID},
        "biz_opaque_callback_data": "abc.0.1",
        "type": "text",
        "text": {"body": "Oi", "preview_url": False},
    }


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (ANA, {"to": ANA}),
        ("+55 (11) 99999-0001", {"to": "+5511999990001"}),
        (ANA_ID, {"recipient": ANA_ID}),
        (Person(user_id=ANA_ID, wa_id=ANA), {"to": ANA}),
        (Person(user_id=ANA_ID), {"recipient": ANA_ID}),
        (Person(user_id="BR.ENT.118"), {"recipient": "BR.ENT.118"}),
    ],
)
def test_a_person_is_reached_at_the_phone_number_where_it_is_known_else_by_the_user_id(
    to: Person | str, expected: dict[str, str]
) -> None:
    request = build_request(Text(body="Oi"), to=to)
    assert {key: request[key] for key in ("to", "recipient") if key in request} == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            {"to": "Ana"},
            "to: neither a phone number with its country code (5 to 20 digits) nor a business-scoped",
        ),
        ({"to": "٥٥١١٩٩٩٩٩٠٠٠١"}, "to: neither a phone number"),
        ({"to": Person()}, "to: a person with neither phone number nor user id"),
        ({"to": ANA, "callback_data": "x" * 513}, "callback_data: 513 characters, at most 512"),
        ({"to": ANA, "reply_to": ""}, "reply_to: 0 characters, at least 1"),
    ],
)
def test_a_request_meta_would_refuse_is_not_made(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidMessageError) as refused:
        build_request(Text(body="Oi"), **arguments)
    assert said in str(refused.value)


def test_a_reaction_is_never_a_reply() -> None:
    with pytest.raises(InvalidMessageError, match="reply_to: a reaction cannot be a reply"):
        build_request(Reaction(message_id=MESSAGE_ID, emoji="👍"), to=ANA, reply_to=MESSAGE_ID)


def test_components_may_stand_in_metas_json_in_either_case() -> None:
    _, expected = EXAMPLES["template"]
    components = expected["template"]["components"]
    shouted = [
        {key: value.upper() if key in ("type", "sub_type") else value for key, value in component.items()}
        for component in components
    ]
    for given in (components, shouted):
        assert Template(name="proposta", language="pt_BR", components=given).content() == expected
