"""A whole body is read: all entries, all changes, all messages; nothing in it is refused, nothing lost."""

import json
from functools import reduce
from typing import Any

import pytest
from wacloud import inbound as i
from wacloud.inbound import (
    BY_FIELD,
    Handover,
    Message,
    NumberNotice,
    OtherChange,
    Status,
    parse,
    parse_change,
    read,
)
from wacloud.inbound.people_change import Calls, History
from wacloud.notification import split
from wacloud.person import Person

from tests.support import bodies
from tests.support.wacloud.inbound_examples import CHANGES, CONTENTS


def at(value: Any, path: str) -> Any:
    """`groups.0.type` of a change."""
    step = lambda found, name: found[int(name)] if name.isdigit() else getattr(found, name)  # noqa: E731
    return reduce(step, path.split("."), value)


def messages(body: dict[str, Any]) -> list[Message]:
    """The messages of a body, whatever their kind."""
    return [item for item in parse(body) if isinstance(item, Message)]


@pytest.mark.parametrize("field", CHANGES)
def test_a_change_of_a_known_field_is_typed(field: str) -> None:
    value, expected = CHANGES[field]
    change = parse_change({"field": field, "value": value})
    assert type(change) is BY_FIELD[field]
    assert change.field == field
    assert {path: at(change, path) for path in expected} == expected
    assert change.raw == {"field": field, "value": value}


def test_there_is_an_example_of_every_field() -> None:
    assert set(CHANGES) == set(BY_FIELD)


@pytest.mark.parametrize("field", BY_FIELD)
def test_a_known_field_in_a_shape_of_tomorrow_loses_nothing(field: str) -> None:
    for value in ({}, {"tomorrow": 1}, dict.fromkeys(("groups", "calls", "event"), object)):
        change = parse_change({"field": field, "value": value})
        assert type(change) is BY_FIELD[field]
        assert change.raw["value"] == value
    kept = parse_change({"field": field, "value": [1]})
    assert isinstance(kept, OtherChange)
    assert kept.value == [1]


@pytest.mark.parametrize("field", ["user_id_update", "hologram", ""])
def test_a_field_nobody_knows_is_kept_whole(field: str) -> None:
    value = {"metadata": {"phone_number_id": "1"}, "x": [1]}
    change = parse_change({"field": field, "value": value})
    assert isinstance(change, OtherChange)
    assert (change.field, change.value) == (field, value)
    assert change.metadata is not None
    assert change.metadata.phone_number_id == "1"


def test_every_message_of_every_change_of_every_entry_is_there() -> None:
    texts = [bodies.text(f"n{number}") for number in range(7)]
    body = {
        "object": "whatsapp_business_account",
        "entry": [
            *bodies.of(*texts[:2], statuses=[bodies.status("read")])["entry"],
            *bodies.notification(
                {"field": "messages", "value": bodies.value(messages=texts[2:4])},
                {"field": "account_update", "value": {"event": "ACCOUNT_DELETED"}},
                {"field": "messages", "value": bodies.value(messages=texts[4:])},
            )["entry"],
        ],
    }
    found = parse(body)
    assert [item.wamid for item in found if isinstance(item, Message)] == [text["id"] for text in texts]
    assert [item.status for item in found if isinstance(item, Status)] == ["read"]
    assert [item.field for item in found if isinstance(item, i.Change)] == ["account_update"]


def test_each_message_has_the_contact_of_its_own_person() -> None:
    ana, bia = "5511999990001", "5511999990002"
    value = bodies.value(messages=[bodies.text(sender=ana), bodies.text(sender=bia)])
    value["contacts"] = [
        {"profile": {"name": "Bia"}, "wa_id": int(bia), "user_id": "BR.2"},
        {"profile": {"name": "Ana"}, "wa_id": ana, "user_id": "BR.1"},
    ]
    found = messages(bodies.notification({"field": "messages", "value": value}))
    assert [(message.contact.profile.name if message.contact else None) for message in found] == [
        "Ana",
        "Bia",
    ]
    assert [message.person.user_id for message in found] == ["BR.1", "BR.2"]


def test_the_only_contact_of_the_only_message_is_its_own() -> None:
    value = {
        "contacts": [{"user_id": "BR.1"}],
        "messages": [{"id": "w", "type": "text", "text": {"body": "Oi"}}],
    }
    [message] = messages(bodies.notification({"field": "messages", "value": value}))
    assert message.person == Person(user_id="BR.1")


def test_what_is_split_off_a_body_reads_as_it_did_within_it() -> None:
    items = [item for item, _ in CONTENTS.values() if item]
    texts = [
        {"from": f"55119999900{number:02}", **bodies.text(), **item} for number, item in enumerate(items)
    ]
    body = bodies.of(*texts)
    whole = messages(body)
    parts = [message for update in split(body) for message in messages(json.loads(update.encode()))]
    assert parts == whole
    assert [update.person for update in split(body)] == [message.person for message in whole]


def test_a_message_that_metas_agent_answers_is_told_apart_from_those_to_answer() -> None:
    body = bodies.notification({"field": "standby", "value": bodies.value(messages=[bodies.text()])})
    [message] = messages(body)
    assert (message.kind, message.content) == ("standby", i.Text(body="Oi"))


def test_a_standby_that_is_nested_once_more_is_read_too() -> None:
    inner = {
        "messages": [bodies.text()],
        "message_echoes": [
            {"id": "w", "recipient": bodies.ANA, "message": {"type": "text", "text": {"body": "A"}}}
        ],
    }
    value = {"metadata": {"phone_number_id": "1"}, "standby": inner}
    message, echo = messages(bodies.notification({"field": "standby", "value": value}))
    assert [message.content, echo.content] == [i.Text(body="Oi"), i.Text(body="A")]
    assert (echo.person.wa_id, echo.phone_number_id) == (bodies.ANA, "1")


def test_what_the_business_wrote_in_its_phone_app_is_an_echo() -> None:
    echo = {"from": "5511999990009", "to": bodies.ANA, **CONTENTS["text"][0], "id": "w"}
    [message] = messages(
        bodies.notification({"field": "smb_message_echoes", "value": {"message_echoes": [echo]}})
    )
    assert (message.kind, message.person.wa_id) == ("echo", bodies.ANA)


@pytest.mark.parametrize("sender", ["15550783881", 15550783881, "+1 555-078-3881"])
def test_a_message_from_our_own_number_is_an_echo_wherever_it_comes(sender: Any) -> None:
    own = {**bodies.text(), "from": sender, "to": bodies.ANA}
    contacts = [{"wa_id": "15550783881", "user_id": "US.OURS", "profile": {"name": "FacilIAuto"}}]
    value = bodies.value(messages=[own], contacts=contacts)
    update = split(bodies.notification({"field": "messages", "value": value}))[0]
    assert (update.kind, update.person) == ("echo", Person(wa_id=bodies.ANA))
    message = read(update)
    assert isinstance(message, Message)
    assert (message.kind, message.person) == ("echo", Person(wa_id=bodies.ANA))


@pytest.mark.parametrize("number", ["PHONE_NUMBER", "<PHONE_NUMBER>", "1", ""])
def test_a_sample_with_one_word_in_place_of_both_numbers_is_a_message(number: str) -> None:
    value = bodies.value(
        messages=[{**bodies.text(), "from": number}], metadata={"display_phone_number": number}, contacts=[]
    )
    [message] = messages(bodies.notification({"field": "messages", "value": value}))
    assert message.kind == "message"


@pytest.mark.parametrize("recipient", [bodies.ANA, "BR.13491208655302741918"])
def test_an_echo_that_metas_agent_wrapped_has_its_person(recipient: str) -> None:
    wrapped = {"id": "w", "recipient": recipient, "message": {"type": "text", "text": {"body": "A"}}}
    for field in ("standby", "smb_message_echoes"):
        [update] = split(bodies.notification({"field": field, "value": {"message_echoes": [wrapped]}}))
        assert (update.person.key, update.type) == (recipient, "text")
        assert update.ordering_key.endswith(recipient)
        message = read(update)
        assert isinstance(message, Message)
        assert (message.person.key, message.content) == (recipient, i.Text(body="A"))


def test_a_contact_in_the_other_spelling_is_its_persons() -> None:
    texts = [bodies.text(sender="551188887777"), bodies.text(sender="5511999990002")]
    contacts = [
        {"profile": {"name": "Bia"}, "wa_id": "5511999990002", "user_id": "BR.2"},
        {"profile": {"name": "Ana"}, "wa_id": "5511988887777", "user_id": "BR.1"},
    ]
    found = messages(
        bodies.notification({"field": "messages", "value": bodies.value(messages=texts, contacts=contacts)})
    )
    assert [(item.contact and item.contact.profile.name, item.person.user_id) for item in found] == [
        ("Ana", "BR.1"),
        ("Bia", "BR.2"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "recipient_participant_id",
        "recipient_participant_user_id",
        "participant_recipient_id",
        "participant_recipient_user_id",
    ],
)
def test_the_statuses_of_two_participants_are_two_updates_about_two_people(name: str) -> None:
    people = ("BR.1", "BR.2") if "user_id" in name else ("5511999990001", "5511999990002")
    group = {"recipient_id": "GROUP", "recipient_type": "group"}
    statuses = [bodies.status(message_id="wamid.G", **group, **{name: person}) for person in people]
    updates = split(bodies.of(statuses=statuses))
    assert len({update.id for update in updates}) == 2
    assert [update.person.key for update in updates] == list(people)
    assert {update.group_id for update in updates} == {"GROUP"}
    for update in updates:
        status = read(update)
        assert isinstance(status, Status)
        assert (status.person, status.group_id) == (update.person, "GROUP")


def test_a_status_that_differs_in_anything_is_no_copy() -> None:
    status = bodies.status(message_id="wamid.S")
    others = [{**status, "timestamp": "1764000001"}, {**status, "from_tomorrow": 1}]
    ids = [update.id for update in split(bodies.of(statuses=[status, *others, dict(status)]))]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]


def test_what_was_said_in_the_phone_app_before_is_history_and_not_to_answer() -> None:
    said = {**bodies.text("Oi"), "history_context": {"status": "READ"}}
    answered = {**bodies.text("Olá", sender="5511999990009"), "to": bodies.ANA}
    threads = [{"id": bodies.ANA, "messages": [said, answered, "junk"]}]
    chunk = {"metadata": {"phase": 1, "chunk_order": 2, "progress": 55}, "threads": threads}
    [change] = parse(bodies.notification({"field": "history", "value": {"history": [chunk]}}))
    assert isinstance(change, History)
    [thread] = change.history[0].threads
    assert [(item.kind, item.content, item.person.wa_id) for item in thread.messages] == [
        ("history", i.Text(body="Oi"), bodies.ANA),
        ("history", i.Text(body="Olá"), bodies.ANA),
    ]


def test_a_call_is_about_the_customer_whoever_calls() -> None:
    ours, theirs = "5511999990009", "5511999990001"
    incoming = {"from": theirs, "to": ours, "from_user_id": "BR.1", "direction": "USER_INITIATED"}
    outgoing = {"from": ours, "to": theirs, "to_user_id": "BR.1", "direction": "BUSINESS_INITIATED"}
    change = parse_change(
        {
            "field": "calls",
            "value": {
                "calls": [incoming, {**outgoing, "biz_opaque_callback_data": "x", "cta_payload": "c"}],
                "statuses": [{"id": "wacid.1", "type": "call", "status": "RINGING", "recipient_id": theirs}],
            },
        }
    )
    assert isinstance(change, Calls)
    assert [call.person for call in change.calls] == [Person("BR.1", theirs)] * 2
    assert (change.calls[1].callback_data, change.calls[1].cta_payload) == ("x", "c")
    assert [(status.type, status.status) for status in change.statuses] == [("call", "RINGING")]


def test_errors_of_a_whole_value_are_read() -> None:
    value = bodies.value(errors=[{"code": 131000, "title": "Something went wrong"}])
    [change] = parse(bodies.notification({"field": "messages", "value": value}))
    assert isinstance(change, NumberNotice)
    assert [(error.code, error.kind) for error in change.errors] == [(131000, "transient")]


@pytest.mark.parametrize(
    ("passed", "to_agent"),
    [
        ({"new_owner_role": "ai_agent"}, True),
        ({"new_owner_role": "escalation", "previous_owner_role": "ai_agent"}, False),
        ({"previous_owner_app_role": "meta_business_agent"}, False),
        ({"previous_owner_role": "ai_agent"}, False),
        ({"previous_owner_app_role": "business_app"}, None),
        ({}, None),
    ],
)
def test_a_handover_says_who_has_the_conversation_where_meta_does(passed: Any, to_agent: bool | None) -> None:
    change = parse_change({"field": "messaging_handovers", "value": {"control_passed": passed}})
    assert isinstance(change, Handover)
    assert change.to_agent is to_agent


@pytest.mark.parametrize("wrap", [lambda item: item, lambda item: [item]])
def test_an_object_in_place_of_a_list_of_one_is_one(wrap: Any) -> None:
    value = {"messages": wrap(bodies.text()), "statuses": wrap(bodies.status())}
    body = {"entry": wrap({"id": 5, "changes": wrap({"field": "messages", "value": value})})}
    assert [type(item) for item in parse(body)] == [Message, Status]
