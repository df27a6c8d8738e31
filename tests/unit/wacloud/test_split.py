"""`split`: total, nothing lost, nothing doubled, ids that every copy shares and no other update has."""

import copy
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wacloud.notification import Update, split

from tests.support import bodies
from tests.support.wacloud.bodies_of_any_shape import ANY_SHAPE, WELL_FORMED, places

JUNK = [None, True, 0, 0.5, "", "é", "\ud83d", "x" * 3000, "a/b", [], [[]], [None], {}, {"a": {"b": 1}}]
KEPT_ONCE = {"messages", "statuses", "message_echoes"}


def read(delivery: Update) -> Any:
    """What a reader of the topic gets."""
    return json.loads(delivery.encode())


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every scalar (and every empty list or object) with the names that lead to it; a place in a list has no name."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for item in value:
            yield from leaves(item, path)
    else:
        yield (*path, json.dumps(value))


def updates(body: dict[str, Any], name: str) -> list[str]:
    """The items of every list of that name in a well-formed body, in their order."""
    return [
        json.dumps(item, sort_keys=True)
        for entry in body["entry"]
        for change in entry["changes"]
        if name in change["value"] and change.get("field", "messages") in fields_of(name)
        for item in change["value"][name]
    ]


def fields_of(name: str) -> set[str]:
    return {"message_echoes": {"standby", "smb_message_echoes"}}.get(name, {"messages", "standby"})


@given(ANY_SHAPE)
def test_anything_that_is_a_json_object_is_taken_apart(body: dict[str, Any]) -> None:
    for delivery in split(body):
        assert isinstance(read(delivery), dict)
        assert len(delivery.document_id) == 64
        assert delivery.ordering_key.isascii()
        assert len(delivery.ordering_key) <= 1024
        assert delivery.id.isascii()
        assert len(delivery.id) <= 1200


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_any_value_in_any_place_of_a_body_is_taken_apart(junk: Any) -> None:
    everything = bodies.notification(
        {"field": "messages", "value": bodies.value(messages=[bodies.text()], statuses=[bodies.status()])},
        {"field": "messages", "value": bodies.value(messages=[{**bodies.text(), "type": "edit"}])},
        {"field": "smb_message_echoes", "value": {"message_echoes": [{**bodies.text(), "to": bodies.ANA}]}},
        time=1764000000,
    )
    for place in range(len(list(places(everything)))):
        body = copy.deepcopy(everything)
        container, key = list(places(body))[place]
        container[key] = junk
        for delivery in split(body):
            read(delivery)
            assert delivery.id.isascii(), (key, junk)
            assert delivery.ordering_key.isascii(), (key, junk)


@given(ANY_SHAPE)
def test_nothing_is_lost(body: dict[str, Any]) -> None:
    found = {leaf for delivery in split(body) for leaf in leaves(read(delivery))}
    # A list that is empty carries nothing; what surrounds it may go with it.
    missing = {leaf for leaf in leaves(json.loads(json.dumps(body))) if leaf[-1] not in ("[]", "{}")} - found
    carried = {leaf for leaf in missing if not _surrounds_nothing(body, leaf)}
    assert not carried


def _surrounds_nothing(body: dict[str, Any], leaf: tuple[str, ...]) -> bool:
    """Names of an entry or of the body around no update at all."""
    return (leaf[0] == "object" and not split(body)) or leaf[:2] in (("entry", "id"), ("entry", "time"))


@given(WELL_FORMED)
def test_each_update_is_one_delivery_in_its_place(body: dict[str, Any]) -> None:
    deliveries = split(body)
    for name in KEPT_ONCE:
        found = []
        for delivery in deliveries:
            value = read(delivery)["entry"][0]["changes"][0]["value"]
            if delivery.kind != "change" and name in value:
                (item,) = value[name]
                found.append(json.dumps(item, sort_keys=True))
        assert found == updates(body, name)


@given(WELL_FORMED, st.randoms(use_true_random=False))
def test_every_copy_of_an_update_has_the_same_id_however_it_is_written(
    body: dict[str, Any], chance: random.Random
) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            return dict(chance.sample([(key, shuffled(item)) for key, item in value.items()], len(value)))
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    ids = [delivery.id for delivery in split(body)]
    assert Counter(delivery.id for delivery in split(shuffled(body))) == Counter(ids)
    again = json.loads(json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))
    assert [delivery.id for delivery in split(again)] == ids


@given(WELL_FORMED)
def test_a_delivery_taken_apart_again_is_itself(body: dict[str, Any]) -> None:
    """The processor, and whoever replays a dead letter, finds the same id."""
    for delivery in split(body):
        (again,) = split(read(delivery))
        assert (again.id, again.kind, again.type) == (delivery.id, delivery.kind, delivery.type)
        assert again.ordering_key == delivery.ordering_key


@given(WELL_FORMED)
def test_one_id_is_one_update(body: dict[str, Any]) -> None:
    """Of messages: what differs in more than Meta's own spelling of one wamid has ids that differ."""
    by_id: dict[str, set[str]] = {}
    for delivery in split(body):
        if delivery.kind == "message":
            (item,) = read(delivery)["entry"][0]["changes"][0]["value"]["messages"]
            by_id.setdefault(delivery.id, set()).add(item["id"])
    assert all(len(wamids) == 1 for wamids in by_id.values())


@pytest.mark.parametrize("kind", ["edit", "revoke", "unsupported"])
def test_an_edit_or_a_deletion_under_a_used_wamid_is_no_duplicate(kind: str) -> None:
    first = bodies.text("dez mil", message_id="wamid.X")
    change = {"id": "wamid.X", "from": bodies.ANA, "timestamp": "1764000001", "type": kind}
    second = {**change, kind: {"original_message_id": "wamid.X"}}
    third = {**second, "timestamp": "1764000002"}
    ids = [delivery.id for delivery in split(bodies.of(first, second, third))]
    assert len(set(ids)) == 3
    assert ids[0] == "message:wamid.X"
    assert [delivery.id for delivery in split(bodies.of(second))] == ids[1:2], "a copy of the edit is a copy"


def test_the_same_wamid_as_message_echo_and_standby_is_three_deliveries() -> None:
    message = bodies.text(message_id="wamid.X")
    fields = {"messages": "messages", "standby": "messages", "smb_message_echoes": "message_echoes"}
    changes = [{"field": field, "value": {name: [message]}} for field, name in fields.items()]
    assert [delivery.id for delivery in split(bodies.notification(*changes))] == [
        "message:wamid.X",
        "standby:wamid.X",
        "echo:wamid.X",
    ]


def test_messages_without_an_id_are_told_apart_by_what_they_say_and_to_which_number() -> None:
    nameless = {"type": "text", "from": bodies.ANA, "text": {"body": "Oi"}}
    other_number = bodies.value(messages=[nameless], metadata={"phone_number_id": "another"})
    body = bodies.notification(
        {
            "field": "messages",
            "value": bodies.value(messages=[nameless, {**nameless, "text": {"body": "?"}}]),
        },
        {"field": "messages", "value": other_number},
    )
    ids = [delivery.id for delivery in split(body)]
    assert len(set(ids)) == 3
    assert [delivery.id for delivery in split(body)] == ids


def test_a_change_that_comes_again_later_is_another_change() -> None:
    change = {"field": "account_update", "value": {"event": "DISABLED_UPDATE"}}
    first, copy, later = (bodies.notification(change, time=time) for time in (1, 1, 2))
    ids = [delivery.id for body in (first, copy, later) for delivery in split(body)]
    assert ids[0] == ids[1] != ids[2]


def test_a_message_carries_its_own_senders_contact_whatever_their_order() -> None:
    ana, bia = bodies.text(sender="5511999990001"), bodies.text(sender="5511999990002")
    contacts = [
        {"profile": {"name": "Bia"}, "wa_id": "5511999990002"},
        {"profile": {"name": "Ana"}, "wa_id": "5511999990001"},
    ]
    names = {}
    for delivery in split(
        bodies.notification(
            {"field": "messages", "value": bodies.value(messages=[ana, bia], contacts=contacts)}
        )
    ):
        (contact,) = read(delivery)["entry"][0]["changes"][0]["value"]["contacts"]
        names[delivery.person.key] = contact["profile"]["name"]
    assert names == {"5511999990001": "Ana", "5511999990002": "Bia"}


@pytest.mark.parametrize("contacts", [None, "", 0, [None], [{"wa_id": "5511999990009"}, {}]])
def test_contacts_that_belong_to_no_message_travel_by_themselves(contacts: Any) -> None:
    value = bodies.value(messages=[bodies.text(), bodies.text()], contacts=contacts)
    *_, rest = split(bodies.notification({"field": "messages", "value": value}))
    assert read(rest)["entry"][0]["changes"][0]["value"]["contacts"] == contacts


def test_errors_of_the_number_travel_beside_its_messages() -> None:
    value = bodies.value(messages=[bodies.text()], errors=[{"code": 131056}])
    message, error = split(bodies.notification({"field": "messages", "value": value}))
    assert (message.kind, error.kind) == ("message", "change")
    assert read(error)["entry"][0]["changes"][0]["value"]["errors"] == [{"code": 131056}]


def test_a_person_known_by_user_id_alone_has_an_ordering_key() -> None:
    message = {key: item for key, item in bodies.text().items() if key != "from"}
    (delivery,) = split(bodies.of({**message, "from_user_id": "BR.13491208655302741918"}))
    assert delivery.ordering_key.endswith("BR.13491208655302741918")
    assert delivery.ordering_key.startswith(bodies.PHONE_NUMBER_ID)


@settings(max_examples=20)
@given(st.integers(1, 1000))
def test_a_thousand_updates_are_a_thousand_deliveries(count: int) -> None:
    messages = [bodies.text(str(n)) for n in range(count)]
    found = split(bodies.of(*messages))
    assert [delivery.id for delivery in found] == [f"message:{message['id']}" for message in messages]


def test_two_spellings_of_a_number_have_one_ordering_key() -> None:
    first, second = split(bodies.of(bodies.text(sender="551188887777"), bodies.text(sender="5511988887777")))
    assert first.ordering_key == second.ordering_key == f"{bodies.PHONE_NUMBER_ID}:5511988887777"
    assert (first.person.wa_id, second.person.wa_id) == ("551188887777", "5511988887777")


def test_a_move_to_new_ids_is_ordered_with_what_the_person_wrote_before() -> None:
    system = {"type": "user_changed_user_id", "previous_user_id": "BR.1", "user_id": "BR.2"}
    moved = {"id": "wamid.S", "timestamp": "1764000000", "type": "system", "system": system}
    (delivery,) = split(bodies.of(moved))
    assert delivery.ordering_key == f"{bodies.PHONE_NUMBER_ID}:BR.1"
