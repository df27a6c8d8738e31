"""The words are in one place: what is typed, what is split and what metrics count are the same sets."""

from typing import Any

import pytest
from hypothesis import given
from wacloud.inbound import BY_FIELD, OtherContent, parse_message
from wacloud.notification import split
from wacloud.vocabulary import FIELDS, LISTS, MESSAGE_TYPES, STATUSES, label, type_of

from tests.support import bodies
from tests.support.wacloud.bodies_of_any_shape import ANY_SHAPE


def test_every_field_is_typed_or_holds_messages() -> None:
    assert {*BY_FIELD, *LISTS} == FIELDS


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_every_type_of_message_is_read(name: str) -> None:
    assert parse_message({"type": name}).type == name
    assert type_of({name: {}}) == name, "found by its key where Meta gives no type"


def test_a_type_that_is_not_listed_is_other() -> None:
    assert isinstance(parse_message({"type": "hologram", "hologram": {}}).content, OtherContent)
    assert label("message", "hologram", "messages") == "other"


@given(ANY_SHAPE)
def test_whatever_comes_the_labels_are_a_closed_set(body: dict[str, Any]) -> None:
    closed = {*MESSAGE_TYPES, *STATUSES, *FIELDS, "other"}
    assert {update.label for update in split(body)} <= closed


@pytest.mark.parametrize("type_", ["edit", "revoke", "unsupported", "unknown"])
def test_what_speaks_of_another_message_under_its_id_is_no_copy_of_it(type_: str) -> None:
    first, second = (
        bodies.text(message_id="wamid.X"),
        {"id": "wamid.X", "from": bodies.ANA, "type": type_},
    )
    assert len({update.id for update in split(bodies.of(first, second))}) == 2
