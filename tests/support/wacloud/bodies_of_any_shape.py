"""Hypothesis strategies for webhook bodies: Meta's shape, Meta's shape with anything in any place, and any JSON."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

# Lone surrogates are meant: JSON may carry them, UTF-8 may not.
TEXT = st.text(st.characters(codec=None), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
PEOPLE = st.sampled_from(["5511999990001", "5511999990002", "BR.13491208655302741918"])
WAMIDS = st.sampled_from([f"wamid.{n}" for n in range(6)])
TYPES = st.sampled_from(["text", "image", "reaction", "unsupported", "edit", "revoke", "system", "new_type"])

MESSAGE = st.fixed_dictionaries(
    {"id": WAMIDS, "type": TYPES},
    optional={
        "from": PEOPLE,
        "from_user_id": PEOPLE,
        "timestamp": st.just("1764000000"),
        "text": st.fixed_dictionaries({"body": TEXT}),
        "context": st.fixed_dictionaries({"id": WAMIDS}),
    },
)
STATUS = st.fixed_dictionaries(
    {"id": WAMIDS, "status": st.sampled_from(["sent", "delivered", "read", "failed"])},
    optional={
        "recipient_id": PEOPLE,
        "recipient_user_id": PEOPLE,
        "recipient_participant_id": PEOPLE,
        "errors": st.just([{"code": 131026}]),
    },
)
CONTACT = st.fixed_dictionaries(
    {"profile": st.fixed_dictionaries({"name": TEXT})}, optional={"wa_id": PEOPLE, "user_id": PEOPLE}
)
VALUE = st.fixed_dictionaries(
    {"messaging_product": st.just("whatsapp")},
    optional={
        "metadata": st.fixed_dictionaries({"phone_number_id": st.sampled_from(["106540352242922", "2"])}),
        "contacts": st.lists(CONTACT, max_size=3),
        "messages": st.lists(MESSAGE, max_size=4),
        "statuses": st.lists(STATUS, max_size=4),
        "message_echoes": st.lists(MESSAGE, max_size=3),
        "errors": st.just([{"code": 130429}]),
    },
)
FIELD = st.sampled_from(
    ["messages", "messages", "standby", "smb_message_echoes", "account_update", "from_the_future"]
)
CHANGE = st.fixed_dictionaries({"value": VALUE}, optional={"field": FIELD})
ENTRY = st.fixed_dictionaries(
    {"id": st.sampled_from(["102290129340398", "1"]), "changes": st.lists(CHANGE, max_size=3)},
    optional={"time": st.integers(1764000000, 1764000100)},
)
WELL_FORMED = st.fixed_dictionaries(
    {"object": st.just("whatsapp_business_account"), "entry": st.lists(ENTRY, max_size=3)}
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key or index) in a JSON value."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


@st.composite
def _spoiled(draw: st.DrawFn) -> dict[str, Any]:
    body = copy.deepcopy(draw(WELL_FORMED))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(body))
        container, key = found[draw(st.integers(0, len(found) - 1))]
        what = draw(st.sampled_from(["replace", "remove", "double", "add"]))
        if what == "replace":
            container[key] = draw(ANYTHING)
        elif what == "remove":
            del container[key]
            if not body:
                break
        elif what == "double" and isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        elif isinstance(container, dict):
            container[draw(TEXT)] = draw(ANYTHING)
    return body


ANY_SHAPE = _spoiled() | st.dictionaries(TEXT | st.sampled_from(["object", "entry"]), ANYTHING, max_size=3)
