"""Every status is read with its price, its errors and the data of the send."""

from datetime import UTC, datetime
from typing import Any

import pytest
from wacloud.inbound import parse_status
from wacloud.person import Person

ANA = "5511999990001"
SENT: dict[str, Any] = {"id": "wamid.OUT", "status": "sent", "timestamp": "1764000000", "recipient_id": ANA}


@pytest.mark.parametrize(
    "name", ["sent", "delivered", "read", "played", "failed", "deleted", "warning", "new"]
)
def test_a_status_of_any_name_is_read(name: str) -> None:
    status = parse_status({**SENT, "status": name})
    assert (status.wamid, status.status, status.person) == ("wamid.OUT", name, Person(wa_id=ANA))
    assert status.timestamp == datetime(2025, 11, 24, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "contact", "person"),
    [
        ({"recipient_user_id": "BR.1"}, None, Person(user_id="BR.1")),
        ({"recipient_user_id": "BR.1", "parent_recipient_user_id": "P"}, None, Person("BR.1", None, "P")),
        ({"recipient_user_id": "BR.1", "recipient_parent_user_id": "P"}, None, Person("BR.1", None, "P")),
        ({"recipient_id": ANA}, {"wa_id": ANA, "user_id": "BR.1"}, Person("BR.1", ANA)),
    ],
)
def test_a_recipient_is_known_by_whatever_meta_gives(item: Any, contact: Any, person: Person) -> None:
    assert parse_status({"id": "w", "status": "sent", **item}, contact).person == person


def test_the_data_of_the_send_comes_back() -> None:
    assert parse_status({**SENT, "biz_opaque_callback_data": "abc.0.1"}).callback_data == "abc.0.1"


def test_conversation_and_price_are_read() -> None:
    status = parse_status(
        {
            **SENT,
            "conversation": {
                "id": "c",
                "expiration_timestamp": 1764000000,
                "origin": {"type": "referral_conversion"},
            },
            "pricing": {
                "billable": False,
                "pricing_model": "PMP",
                "type": "free_entry_point",
                "category": "service",
            },
        }
    )
    assert status.conversation is not None
    assert status.conversation.origin is not None
    assert status.conversation.origin.type == "referral_conversion"
    assert status.conversation.expiration_timestamp == datetime(2025, 11, 24, 16, tzinfo=UTC)
    assert status.pricing is not None
    assert (status.pricing.billable, status.pricing.type) == (False, "free_entry_point")


def test_a_failure_says_what_one_does_about_it() -> None:
    error = {
        "code": 131047,
        "title": "Re-engagement message",
        "error_data": {"details": "24 hours"},
        "href": "x",
    }
    [found] = parse_status({**SENT, "status": "failed", "errors": [error]}).errors
    assert (found.code, found.kind, found.explanation) == (131047, "window", "24 hours")


def test_a_status_of_a_group_names_the_participant() -> None:
    status = parse_status({**SENT, "recipient_type": "group", "recipient_participant_id": 5511999990002})
    assert (status.recipient_type, status.recipient_participant_id) == ("group", "5511999990002")


def test_a_status_of_tomorrow_loses_nothing() -> None:
    item = {**SENT, "pricing": "free", "conversation": 5, "errors": "none", "mood": {"a": 1}}
    status = parse_status(item)
    assert (status.pricing, status.conversation, status.errors) == (None, None, ())
    assert (status.model_extra or {})["mood"] == {"a": 1}
    assert status.raw == item


def test_a_status_without_anything_is_a_status() -> None:
    assert (parse_status({}).wamid, parse_status({}).status) == ("", "")
