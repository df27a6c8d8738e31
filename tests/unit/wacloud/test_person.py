"""A person is whoever the ids say, in every place and spelling Meta has for them."""

from typing import Any

import pytest
from wacloud.person import Person

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
