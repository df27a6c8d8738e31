"""A whole body is read: all entries, all changes, all messages; nothing in it is refused, nothing lost."""

from functools import reduce
from typing import Any

import pytest
from wacloud import inbound as i
from wacloud.inbound import BY_FIELD, Handover, Messages, OtherChange, parse, parse_change
from wacloud.notification import split
from wacloud.person import Person

from tests.support import bodies
from tests.support.wacloud.inbound_examples import CHANGES, CONTENTS


def at(value: Any, path: str) -> Any:
    """`groups.0.type` of a change."""
    step = lambda found, name: found[int(name)] if name.isdigit() else getattr(found, name)  # noqa: E731
    return reduce(step, path.split("."), value)


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


@pytest.mark.parametrize("field", ["flows", "business_username_update", "user_id_update", "hologram", ""])
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
    notification = parse(body)
    assert [message.wamid for message in notification.messages()] == [text["id"] for text in texts]
    assert [status.status for status in notification.statuses()] == ["read"]
    assert len(list(notification.changes())) == 4
    assert notification.raw == body


def test_each_message_has_the_contact_of_its_own_person() -> None:
    ana, bia = "5511999990001", "5511999990002"
    value = bodies.value(messages=[bodies.text(sender=ana), bodies.text(sender=bia)])
    value["contacts"] = [
        {"profile": {"name": "Bia"}, "wa_id": int(bia), "user_id": "BR.2"},
        {"profile": {"name": "Ana"}, "wa_id": ana, "user_id": "BR.1"},
    ]
    found = list(parse(bodies.notification({"field": "messages", "value": value})).messages())
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
    [message] = parse(bodies.notification({"field": "messages", "value": value})).messages()
    assert message.person == Person(user_id="BR.1")


def test_what_is_split_off_a_body_reads_as_it_did_within_it() -> None:
    items = [item for item, _ in CONTENTS.values() if item]
    texts = [
        {"from": f"55119999900{number:02}", **bodies.text(), **item} for number, item in enumerate(items)
    ]
    body = bodies.of(*texts)
    whole = list(parse(body).messages())
    parts = [message for delivery in split(body) for message in parse(delivery.notification).messages()]
    assert parts == whole
    assert [delivery.person for delivery in split(body)] == [message.person for message in whole]


def test_a_message_that_metas_agent_answers_is_not_among_those_to_answer() -> None:
    body = bodies.notification({"field": "standby", "value": bodies.value(messages=[bodies.text()])})
    [change] = parse(body).changes()
    assert isinstance(change, Messages)
    assert [message.content for message in change.messages] == [i.Text(body="Oi")]
    assert list(parse(body).messages()) == []


def test_a_standby_that_is_nested_once_more_is_read_too() -> None:
    inner = {
        "messages": [bodies.text()],
        "message_echoes": [{"id": "w", "message": {"type": "text", "text": {"body": "A"}}}],
    }
    change = parse_change(
        {"field": "standby", "value": {"metadata": {"phone_number_id": "1"}, "standby": inner}}
    )
    assert isinstance(change, Messages)
    assert [message.content for message in (*change.messages, *change.echoes)] == [
        i.Text(body="Oi"),
        i.Text(body="A"),
    ]


def test_what_the_business_wrote_in_its_phone_app_is_an_echo() -> None:
    echo = {"from": "5511999990009", "to": bodies.ANA, **CONTENTS["text"][0], "id": "w"}
    change = parse_change({"field": "smb_message_echoes", "value": {"message_echoes": [echo]}})
    assert isinstance(change, Messages)
    assert [message.person.wa_id for message in change.echoes] == [bodies.ANA]


def test_errors_of_a_whole_value_are_read() -> None:
    value = bodies.value(errors=[{"code": 131000, "title": "Something went wrong"}])
    [change] = parse(bodies.notification({"field": "messages", "value": value})).changes()
    assert isinstance(change, Messages)
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
    notification = parse(body)
    assert len(list(notification.messages())) == len(list(notification.statuses())) == 1
    assert notification.entries[0].id == "5"
