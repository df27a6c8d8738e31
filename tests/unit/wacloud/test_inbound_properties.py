"""Whatever JSON comes: it is read without an exception, nothing is lost, and what is typed says what came."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from wacloud import inbound as i
from wacloud.inbound import (
    Message,
    OtherContent,
    parse,
    parse_change,
    parse_echo,
    parse_message,
    parse_status,
)
from wacloud.notification import split

from tests.support import bodies
from tests.support.wacloud.bodies_of_any_shape import ANY_SHAPE
from tests.support.wacloud.inbound_examples import CHANGES, CONTENTS

words = st.text(max_size=20)
ids = st.text("0123456789", min_size=1, max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=10,
)
files = {"id": ids, "mime_type": words, "sha256": words}
# For every type: the strategy of its JSON, and the class it becomes.
PAYLOADS: dict[str, tuple[dict[str, st.SearchStrategy[Any]], type[Any]]] = {
    "text": ({"body": words}, i.Text),
    "image": ({**files, "caption": words}, i.Image),
    "video": ({**files, "caption": words}, i.Video),
    "audio": ({**files, "voice": st.booleans()}, i.Audio),
    "document": ({**files, "filename": words}, i.Document),
    "sticker": ({**files, "animated": st.booleans()}, i.Sticker),
    "location": (
        {"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180), "name": words},
        i.Location,
    ),
    "reaction": ({"message_id": ids, "emoji": words}, i.Reaction),
    "button": ({"payload": words, "text": words}, i.Button),
    "order": ({"catalog_id": ids, "text": words}, i.Order),
    "system": ({"type": words, "body": words, "wa_id": ids, "user_id": ids}, i.System),
    "revoke": ({"original_message_id": ids}, i.Revoke),
}
REPLIES: dict[str, tuple[dict[str, st.SearchStrategy[Any]], type[Any]]] = {
    "button_reply": ({"id": words, "title": words}, i.ButtonReply),
    "list_reply": ({"id": words, "title": words, "description": words}, i.ListReply),
    "nfm_reply": ({"name": words, "body": words, "response_json": words}, i.FlowReply),
    "call_permission_reply": ({"response": words, "is_permanent": st.booleans()}, i.CallPermissionReply),
    "payment_method": ({"payment_method": words, "reference_id": words}, i.PaymentMethodReply),
}


@st.composite
def messages(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], type[Any]]:
    """A message, the payload in it, and the class of its content."""
    interactive = draw(st.booleans())
    table = REPLIES if interactive else PAYLOADS
    kind = draw(st.sampled_from(sorted(table)))
    shape, model = table[kind]
    payload = draw(st.fixed_dictionaries(shape))
    inner = {"type": "interactive", "interactive": {"type": kind, kind: payload}}
    item = {"from": draw(ids), "id": draw(ids), "timestamp": str(draw(st.integers(0, 2**32)))}
    return {**item, **(inner if interactive else {"type": kind, kind: payload})}, payload, model


@settings(max_examples=300, deadline=None)
@given(messages())
def test_what_is_typed_says_what_came(drawn: tuple[dict[str, Any], dict[str, Any], type[Any]]) -> None:
    item, payload, model = drawn
    message = parse_message(json.loads(json.dumps(item)))
    assert type(message.content) is model
    assert {name: getattr(message.content, name) for name in payload} == payload
    assert message.timestamp is not None
    assert (message.wamid, int(message.timestamp.timestamp())) == (item["id"], int(item["timestamp"]))


@settings(max_examples=200, deadline=None)
@given(json_values)
def test_any_json_is_a_body(body: Any) -> None:
    found = parse(body)
    assert len(found) == (len(split(body)) if isinstance(body, dict) else 1)


@settings(max_examples=200, deadline=None)
@given(ANY_SHAPE)
def test_what_is_parsed_is_each_update_read(body: dict[str, Any]) -> None:
    """One parser: what the processor reads off the topic is what a whole body reads as."""
    apart = [item for update in split(body) for item in parse(json.loads(update.encode()))]
    whole = json.loads(json.dumps(body))
    assert apart == parse(whole)


@settings(max_examples=200, deadline=None)
@given(json_values, st.sampled_from(["messages", "standby", "smb_message_echoes", *CHANGES]), json_values)
def test_any_json_is_a_change(change: Any, field: str, value: Any) -> None:
    parse_change(change)
    assert parse_change({"field": field, "value": value}).raw == {"field": field, "value": value}


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted({*i.TYPES, "hologram"})),
    json_values,
    st.dictionaries(words, json_values, max_size=3),
)
def test_any_json_under_any_type_is_a_message(kind: str, payload: Any, more: Mapping[str, Any]) -> None:
    item = {**more, "type": kind, kind: payload}
    message = parse_message(item)
    assert (message.raw, message.type) == (item, kind)
    if isinstance(message.content, OtherContent):
        assert message.content.data == payload


@settings(deadline=None)
@given(json_values)
def test_any_json_in_place_of_a_contact_does_no_harm(contact: Any) -> None:
    for read, item in (
        (parse_message, bodies.text()),
        (parse_echo, bodies.text()),
        (parse_status, bodies.status()),
    ):
        assert read(item, contact).raw == item


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """A valid JSON value with one place in it replaced by anything."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(spoilt(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(spoilt(value[place])), *value[place + 1 :]]
    return draw(json_values)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_one_spoilt_place_never_takes_the_other_messages_away(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(CONTENTS)), min_size=2, max_size=5))
    items = [{**bodies.text(), **CONTENTS[name][0]} for name in names]
    place = data.draw(st.integers(0, len(items) - 1))
    damaged = data.draw(spoilt(items[place]))
    value = {**bodies.value(), "messages": [*items[:place], damaged, *items[place + 1 :]]}
    found = parse(bodies.notification({"field": "messages", "value": value}))
    objects = [item for item in value["messages"] if isinstance(item, dict)]
    messages = [item for item in found if isinstance(item, Message)]
    assert [message.raw for message in messages] == objects
    for message, item in zip(messages, objects, strict=True):
        if item is not damaged:
            assert message.content == parse_message(item).content


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_spoilt_status_is_still_a_status(data: st.DataObject) -> None:
    status = bodies.status(
        "failed",
        errors=[{"code": 131026}],
        pricing={"billable": True},
        conversation={"origin": {"type": "x"}},
    )
    damaged = data.draw(spoilt(status))
    if isinstance(damaged, dict):
        assert parse_status(damaged).raw == damaged
