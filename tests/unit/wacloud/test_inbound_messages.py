"""Every type of message is read as what it says, with its envelope; what is not known is kept."""

import typing
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from wacloud import inbound as i
from wacloud.inbound import Message, parse_echo, parse_message
from wacloud.inbound.content import AnyContent
from wacloud.person import Person

from tests.support.wacloud.inbound_examples import ANA, CONTENTS, WAMID

ENVELOPE: dict[str, Any] = {"from": ANA, "id": WAMID, "timestamp": "1764000000"}
ANA_ID = "BR.13491208655302741918"


@pytest.mark.parametrize("name", CONTENTS)
def test_a_message_is_read_as_what_it_says(name: str) -> None:
    item, expected = CONTENTS[name]
    message = parse_message({**ENVELOPE, **item})
    assert message.content == expected
    assert type(message.content) is type(expected)
    assert (message.wamid, message.person.wa_id) == (WAMID, ANA)
    assert message.timestamp == datetime(2025, 11, 24, 16, tzinfo=UTC)
    assert message.raw == {**ENVELOPE, **item}


def test_there_is_an_example_of_every_content() -> None:
    contents = set(typing.get_args(AnyContent))
    assert contents == {type(content) for _, content in CONTENTS.values()}


def test_messages_read_well_in_a_match_statement() -> None:
    def answer(message: Message) -> str:
        match message.content:
            case i.Text(body=body):
                return f"text {body}"
            case i.ButtonReply(id="cars"):
                return "cars"
            case i.ButtonReply(id=other) | i.ListReply(id=other):
                return f"reply {other}"
            case i.Audio(voice=True):
                return "voice"
            case i.Reaction(removed=True):
                return "reaction taken back"
            case i.Location(latitude=float(), longitude=float()):
                return "place"
            case i.OtherContent(type=kind):
                return f"other {kind}"
            case _:
                return "something else"

    names = "text|button reply|list reply|voice message|reaction taken back|location|a type of tomorrow|order"
    assert [answer(parse_message(CONTENTS[name][0])) for name in names.split("|")] == [
        "text Oi",
        "cars",
        "reply a",
        "voice",
        "reaction taken back",
        "place",
        "other hologram",
        "something else",
    ]


@pytest.mark.parametrize("timestamp", ["1764000000", 1764000000])
def test_a_timestamp_is_text_or_a_number(timestamp: str | int) -> None:
    found = parse_message({**ENVELOPE, "timestamp": timestamp}).timestamp
    assert found == datetime(2025, 11, 24, 16, tzinfo=UTC)


@pytest.mark.parametrize("timestamp", ["TIMESTAMP", None, "", True, 1.5e300, 10**30, "9" * 5000, [], {}])
def test_a_timestamp_that_is_none_leaves_the_rest_as_it_is(timestamp: Any) -> None:
    message = parse_message({**ENVELOPE, **CONTENTS["text"][0], "timestamp": timestamp})
    assert (message.timestamp, message.content, message.wamid) == (None, i.Text(body="Oi"), WAMID)


@pytest.mark.parametrize(
    ("item", "contact", "person"),
    [
        ({"from": ANA}, None, Person(wa_id=ANA)),
        ({"from_user_id": ANA_ID}, None, Person(user_id=ANA_ID)),
        (
            {"from": ANA, "from_user_id": ANA_ID, "from_parent_user_id": "BR.ENT.1"},
            None,
            Person(ANA_ID, ANA, "BR.ENT.1"),
        ),
        ({"from": ANA}, {"wa_id": ANA, "user_id": ANA_ID}, Person(ANA_ID, ANA)),
        ({}, {"user_id": ANA_ID, "parent_user_id": "BR.ENT.1"}, Person(ANA_ID, None, "BR.ENT.1")),
        ({}, None, Person()),
    ],
)
def test_a_person_is_known_by_whatever_meta_gives(item: Any, contact: Any, person: Person) -> None:
    assert parse_message({"id": WAMID, **item}, contact).person == person


def test_a_contact_tells_name_and_username() -> None:
    contact = {
        "profile": {"name": "Ana", "username": "ana.silva"},
        "user_id": ANA_ID,
        "identity_key_hash": "h",
    }
    found = parse_message({"id": WAMID, "from_user_id": ANA_ID}, contact).contact
    assert found is not None
    assert (found.profile.name, found.profile.username, found.identity_key_hash) == ("Ana", "ana.silva", "h")


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"from": ANA, "id": "wamid.0"}, {"sender": ANA, "message_id": "wamid.0"}),
        ({"forwarded": True}, {"forwarded": True, "frequently_forwarded": False}),
        ({"frequently_forwarded": True}, {"frequently_forwarded": True}),
        ({"group_id": "g"}, {"group_id": "g"}),
    ],
)
def test_a_context_tells_reply_and_forwarding(context: Any, expected: dict[str, Any]) -> None:
    found = parse_message({**ENVELOPE, "context": context}).context
    assert found is not None
    assert {name: getattr(found, name) for name in expected} == expected


def test_a_question_about_a_product_names_it() -> None:
    product = {"catalog_id": "3670", "product_retailer_id": "civic-23"}
    found = parse_message({**ENVELOPE, "context": {"referred_product": product}}).context
    assert found is not None
    assert found.referred_product is not None
    assert found.referred_product.product_retailer_id == "civic-23"


def test_an_ad_that_was_clicked_is_named() -> None:
    referral = {
        "source_url": "https://fb.me/x",
        "source_id": "1",
        "source_type": "ad",
        "headline": "Civic",
        "ctwa_clid": "c",
        "welcome_message": {"text": "Olá"},
    }
    found = parse_message({**ENVELOPE, "referral": referral}).referral
    assert found is not None
    assert (found.source_type, found.ctwa_clid) == ("ad", "c")
    assert found.welcome_message is not None
    assert found.welcome_message.text == "Olá"


def test_a_message_of_a_group_names_the_group() -> None:
    assert parse_message({**ENVELOPE, **CONTENTS["text"][0], "group_id": "g"}).group_id == "g"


def test_errors_of_a_message_say_what_one_does_about_them() -> None:
    [error] = parse_message({**ENVELOPE, **CONTENTS["unsupported"][0]}).errors
    assert (error.code, error.explanation, error.kind) == (131051, "Not supported.", "request")
    [old] = parse_message({**ENVELOPE, "errors": {"code": 130501, "details": "Old spelling"}}).errors
    assert old.explanation == "Old spelling"


def test_keys_of_tomorrow_are_kept() -> None:
    message = parse_message({**ENVELOPE, "type": "text", "text": {"body": "Oi", "mood": "good"}, "era": 2})
    assert (message.model_extra or {})["era"] == 2
    assert message.content.model_extra == {"mood": "good"}


def test_what_is_typed_is_not_kept_a_second_time() -> None:
    message = parse_message({**ENVELOPE, **CONTENTS["text"][0], "from_user_id": ANA_ID})
    assert message.model_extra == {"from": ANA, "from_user_id": ANA_ID}


def test_a_value_that_does_not_fit_leaves_the_others_alone() -> None:
    item = {**ENVELOPE, "type": "image", "image": {"id": 77, "mime_type": 5, "caption": ["x"], "sha256": "s"}}
    content = parse_message(item).content
    assert content == i.Image(id="77", sha256="s")


def test_half_an_emoji_that_somebody_cut_off_is_still_a_text() -> None:
    item = {**ENVELOPE, "type": "text", "text": {"body": "Oi 🚗 \ud83d"}}
    message = parse_message(item)
    assert message.content == i.Text(body="Oi 🚗 \ufffd")
    assert message.raw == item


def test_one_bad_card_does_not_take_the_others_away() -> None:
    content = parse_message({"type": "contacts", "contacts": [5, {"vcard": "v"}, None]}).content
    assert isinstance(content, i.Contacts)
    assert [card.vcard for card in content.contacts] == ["v"]


def test_a_keys_name_that_is_also_a_field_here_changes_nothing() -> None:
    message = parse_message(
        {**ENVELOPE, **CONTENTS["text"][0], "content": 1, "person": 2, "raw": 3, "contact": 4}
    )
    assert (message.content, message.person, message.contact) == (i.Text(body="Oi"), Person(wa_id=ANA), None)


@pytest.mark.parametrize("answers", ["not json", "[]", "null", "", "[" * 100_000])
def test_a_form_whose_answers_are_no_object_has_none(answers: str) -> None:
    assert i.FlowReply(response_json=answers).response is None


def test_a_form_has_its_answers() -> None:
    content = parse_message(CONTENTS["flow reply"][0]).content
    assert isinstance(content, i.FlowReply)
    assert content.response == {"carro": "Civic"}


def test_a_changed_identity_names_the_new_one() -> None:
    content = parse_message(CONTENTS["user id changed"][0]).content
    assert isinstance(content, i.System)
    assert content.now == Person(user_id="BR.2", parent_user_id="BR.ENT.2")


def test_an_echo_names_whom_the_business_wrote_to() -> None:
    echo = {"from": "5511999990009", "to": ANA, "to_user_id": ANA_ID, **CONTENTS["text"][0], "id": WAMID}
    message = parse_echo(echo)
    assert (message.person, message.content) == (Person(ANA_ID, ANA), i.Text(body="Oi"))


def test_an_echo_of_metas_agent_is_unwrapped() -> None:
    echo = {"id": WAMID, "timestamp": "1764000000", "message": {"recipient": ANA, **CONTENTS["text"][0]}}
    message = parse_echo(echo)
    assert (message.wamid, message.person, message.content) == (WAMID, Person(wa_id=ANA), i.Text(body="Oi"))
    assert message.raw == echo


def test_what_was_read_does_not_change() -> None:
    message = parse_message({**ENVELOPE, **CONTENTS["text"][0]})
    with pytest.raises(ValidationError, match="frozen"):
        message.wamid = "other"  # type: ignore[misc]  # that it is refused is the test
