"""A person is whoever the ids say, in every place and spelling Meta has for them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wacloud.inbound import parse_message
from wacloud.person import Move, Person, identity_move

ANA, ANA_ID = "5511999990001", "BR.13491208655302741918"


@pytest.mark.parametrize(
    ("person", "key"),
    [
        (Person(ANA_ID, ANA), ANA_ID),
        (Person(user_id=ANA_ID), ANA_ID),
        (Person(wa_id=ANA), ANA),
        (Person(parent_user_id="BR.ENT.1"), ""),
        (Person(), ""),
    ],
)
def test_the_user_id_is_the_key_where_there_is_one(person: Person, key: str) -> None:
    assert person.key == key


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"recipient_id": ANA}, Person(wa_id=ANA)),
        ({"recipient_id": int(ANA)}, Person(wa_id=ANA)),
        ({"recipient_user_id": ANA_ID, "parent_recipient_user_id": "P"}, Person(ANA_ID, None, "P")),
        ({"recipient_user_id": ANA_ID, "recipient_parent_user_id": "P"}, Person(ANA_ID, None, "P")),
        ({}, Person()),
    ],
)
def test_a_recipient_is_read_in_both_spellings(status: Any, expected: Person) -> None:
    assert Person.of_status(status) == expected


@pytest.mark.parametrize("odd", [None, "", True, [], {}, 1.5])
def test_what_is_no_id_is_none(odd: Any) -> None:
    item = {"from": odd, "from_user_id": odd, "to": odd, "to_user_id": odd, "recipient_id": odd}
    assert Person.of_message(item) == Person.of_echo(item) == Person.of_status(item) == Person()


def test_the_item_is_believed_before_the_contact() -> None:
    contact = {"wa_id": "5511999990002", "user_id": ANA_ID}
    assert Person.of_message({"from": ANA}, contact) == Person(ANA_ID, ANA)
    assert Person.of_echo({"to": ANA}, contact) == Person(ANA_ID, ANA)
    assert Person.of_status({"recipient_id": ANA}, contact) == Person(ANA_ID, ANA)


SHORT, LONG = "551188887777", "5511988887777"  # one number in Brazil, before and after the ninth digit
OLD, NEW = "5511999990001", "5511999990002"
OLD_ID, NEW_ID = "BR.13491208655302741918", "BR.99991208655302741918"


def test_both_spellings_of_a_number_are_one_person_who_is_written_to_as_they_came() -> None:
    short, long = Person.of_message({"from": SHORT}), Person.of_message({"from": LONG})
    assert short.key == long.key == LONG
    assert (short.wa_id, long.wa_id) == (SHORT, LONG)
    assert short.is_same_as(long)


def test_a_person_known_by_both_ids_is_found_from_either() -> None:
    person = Person(user_id=OLD_ID, wa_id=SHORT)
    assert person.keys == (OLD_ID, LONG, SHORT)
    for known in (Person(user_id=OLD_ID), Person(wa_id=SHORT), Person(wa_id=LONG)):
        assert known.key in person.keys
        assert known.is_same_as(person)


def test_an_older_document_is_found_under_the_number_as_it_came() -> None:
    assert Person(wa_id="+55 11 8888-7777").keys == (LONG, SHORT, "+55 11 8888-7777")


@pytest.mark.parametrize(
    ("came", "other"),
    [(SHORT, LONG), (LONG, SHORT), ("+55 11 8888-7777", LONG), ("551133334444", None), (None, None)],
)
def test_a_person_may_be_tried_at_the_other_spelling(came: str | None, other: str | None) -> None:
    found = Person(user_id=OLD_ID, wa_id=came).in_other_spelling()
    assert found == (None if other is None else Person(user_id=OLD_ID, wa_id=other))


def test_nobody_is_the_same_as_nobody() -> None:
    assert not Person().is_same_as(Person())


PEOPLE = st.builds(
    Person,
    user_id=st.sampled_from([None, OLD_ID, NEW_ID, OLD_ID + "1"]),
    wa_id=st.sampled_from([None, SHORT, LONG, OLD, NEW, SHORT[:-1], LONG + "1", "1" + SHORT, SHORT[2:]]),
)


@given(PEOPLE, PEOPLE)
def test_people_are_the_same_exactly_when_an_id_is(one: Person, another: Person) -> None:
    number = {SHORT: LONG}
    same_number = one.wa_id is not None and number.get(one.wa_id, one.wa_id) == number.get(
        another.wa_id or "", another.wa_id
    )
    same_id = one.user_id is not None and one.user_id == another.user_id
    assert one.is_same_as(another) == (same_number or same_id)
    assert one.key == (one.keys[0] if one.keys else "")


MOVES: dict[str, tuple[dict[str, Any], Move]] = {
    "a number changed": (
        {"from": OLD, "system": {"type": "user_changed_number", "wa_id": NEW}},
        Move(Person(wa_id=OLD), Person(wa_id=NEW)),
    ),
    "a number and the ids changed": (
        {
            "from": OLD,
            "system": {
                "type": "user_changed_number",
                "wa_id": NEW,
                "user_id": NEW_ID,
                "previous_user_id": OLD_ID,
                "parent_user_id": "BR.ENT.2",
                "previous_parent_user_id": "BR.ENT.1",
            },
        },
        Move(Person(OLD_ID, OLD, "BR.ENT.1"), Person(NEW_ID, NEW, "BR.ENT.2")),
    ),
    "the user id changed, and no number is told": (
        {"system": {"type": "user_changed_user_id", "user_id": NEW_ID, "previous_user_id": OLD_ID}},
        Move(Person(user_id=OLD_ID), Person(user_id=NEW_ID)),
    ),
    "the user id changed, before previous_user_id existed": (
        {
            "system": {
                "type": "user_changed_user_id",
                "body": f"User Ana changed from {OLD_ID} to {NEW_ID}",
                "wa_id": NEW,
                "user_id": NEW_ID,
            }
        },
        Move(Person(user_id=OLD_ID), Person(NEW_ID, NEW)),
    ),
    "the oldest name and spelling": (
        {"system": {"type": "customer_changed_number", "customer": OLD, "new_wa_id": NEW}},
        Move(Person(wa_id=OLD), Person(wa_id=NEW)),
    ),
    "sent from the new number": (
        {"from": NEW, "system": {"type": "customer_changed_number", "customer": OLD, "wa_id": NEW}},
        Move(Person(wa_id=OLD), Person(wa_id=NEW)),
    ),
    "an event nobody has heard of": (
        {"from": OLD, "system": {"type": "user_moved_house", "wa_id": NEW}},
        Move(Person(wa_id=OLD), Person(wa_id=NEW)),
    ),
}
NO_MOVES: dict[str, dict[str, Any]] = {
    "an identity key changed": {
        "from": OLD,
        "system": {"type": "customer_identity_changed", "customer": OLD, "identity": "k"},
    },
    "the same number in its other spelling": {"from": SHORT, "system": {"wa_id": LONG}},
    "only the new id is named": {"system": {"user_id": NEW_ID}},
    "only the old id is named": {"from": OLD, "system": {"type": "user_changed_number"}},
    "no system message": {"from": OLD, "type": "text"},
    "not the documented shape": {"from": OLD, "system": "moved"},
}


@pytest.mark.parametrize(("message", "expected"), MOVES.values(), ids=MOVES)
def test_a_move_is_read_wherever_old_and_new_are_named(message: dict[str, Any], expected: Move) -> None:
    assert identity_move(message) == expected
    assert Person.of_message(message) == expected.old, "ordered with what the person wrote before"
    assert parse_message({**message, "type": "system"}).move == expected


@pytest.mark.parametrize("message", NO_MOVES.values(), ids=NO_MOVES)
def test_what_names_no_old_or_no_new_person_moves_nobody(message: dict[str, Any]) -> None:
    assert identity_move(message) is None
    assert parse_message(message).move is None
