"""The envelope of a push, as Pub/Sub documents it and as nobody should send it."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.push import EnvelopeError, unwrap

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def envelope(**message: Any) -> dict[str, Any]:
    usual = {"data": base64.b64encode(b"{}").decode(), "messageId": "1", "message_id": "1"}
    return {"message": {**usual, **message}, "subscription": "projects/p/subscriptions/s"}


def test_a_push_as_documented_is_understood() -> None:
    found = unwrap({**envelope(attributes={"a": "b"}), "deliveryAttempt": 5})
    assert (found.data, found.attributes, found.message_id, found.delivery_attempt) == (
        b"{}",
        {"a": "b"},
        "1",
        5,
    )
    assert found.subscription == "projects/p/subscriptions/s"


def test_what_the_emulator_leaves_out_is_optional() -> None:
    found = unwrap({"message": {"data": "e30="}})
    assert (found.attributes, found.message_id, found.delivery_attempt) == ({}, "", None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": None},
        {"message": []},
        {"message": "text"},
        envelope(data=None),
        envelope(data=7),
        envelope(data=[]),
        envelope(data="not base64!"),
        envelope(data="é"),
        envelope(data="a"),
        envelope(attributes=[1]),
        envelope(attributes={"a": 1}),
        envelope(attributes={"a": None}),
    ],
)
def test_what_is_none_is_refused_with_what_was_expected(body: dict[str, Any]) -> None:
    with pytest.raises(EnvelopeError, match="message"):
        unwrap(body)


@given(st.dictionaries(st.sampled_from(["message", "subscription", "deliveryAttempt"]), json_values))
def test_no_shape_of_an_envelope_raises_anything_else(body: dict[str, Any]) -> None:
    try:
        unwrap(json.loads(json.dumps(body)))
    except EnvelopeError:
        return


@given(st.dictionaries(st.sampled_from(["data", "attributes", "messageId"]), json_values, min_size=1))
def test_no_shape_of_a_message_raises_anything_else(message: dict[str, Any]) -> None:
    try:
        unwrap({"message": message})
    except EnvelopeError:
        return
