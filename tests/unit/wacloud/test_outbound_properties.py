"""Whatever message can be made: Meta would take it, and its JSON says all of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wacloud import outbound as o
from wacloud.errors import InvalidMessageError
from wacloud.outbound import Outbound, build_request
from wacloud_simulator.graph.validation import check_send

from tests.support.wacloud.outbound_messages import MESSAGES, read_back

ANA = "5511999990001"


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_what_can_be_made_meta_would_take_and_says_all_of_it(message: Outbound) -> None:
    sent = json.loads(json.dumps(build_request(message, to=ANA)))
    assert check_send(sent) == message.kind
    assert read_back({"type": sent["type"], sent["type"]: sent[sent["type"]]}) == message


@settings(max_examples=100, deadline=None)
@given(MESSAGES)
def test_nothing_that_was_not_given_is_sent_as_null(message: Outbound) -> None:
    def keys_of_nulls(value: Any, below: str = "") -> list[str]:
        if isinstance(value, dict):
            # What a flow is given is the flow's own affair.
            return [
                key for name, item in value.items() if name != "data" for key in keys_of_nulls(item, name)
            ]
        if isinstance(value, list):
            return [key for item in value for key in keys_of_nulls(item, below)]
        return [below] if value is None else []

    assert keys_of_nulls(message.content()) == []


LONGEST: dict[str, tuple[int, Callable[[str], object]]] = {
    "body": (4096, lambda text: o.Text(body=text)),
    "caption": (1024, lambda text: o.Image(id="1", caption=text)),
    "buttons[0].title": (
        20,
        lambda text: o.ReplyButtons(body="Oi", buttons=[{"id": "a", "title": text}]),
    ),
    "sections[0].rows[0].description": (
        72,
        lambda text: o.ListMenu(
            body="Oi",
            button="Ver",
            sections=[{"rows": [{"id": "a", "title": "A", "description": text}]}],
        ),
    ),
    "cards[0].body": (
        160,
        lambda text: o.Carousel(
            body="Oi",
            cards=[
                {
                    "header": o.Image(id="1"),
                    "display_text": "Ver",
                    "url": "https://example.com",
                    "body": text,
                },
                o.LinkCard(header=o.Image(id="1"), display_text="Ver", url="https://example.com"),
            ],
        ),
    ),
}


@pytest.mark.parametrize("field", LONGEST)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_length_beyond_the_limit_is_refused_by_its_number(field: str, data: st.DataObject) -> None:
    most, make = LONGEST[field]
    length = data.draw(st.integers(most + 1, most + 3000))
    text = data.draw(st.sampled_from("xçあ🚗")) * length
    with pytest.raises(InvalidMessageError) as refused:
        make(text)
    assert (field, f"{length} characters, at most {most}") in refused.value.problems
