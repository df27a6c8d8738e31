"""Keys that bodies in public repositories have and that no page lists together are read under a name of their own."""

from typing import Any

import pytest
from wacloud import inbound as i
from wacloud.inbound import (
    Message,
    NumberNotice,
    OtherContent,
    parse,
    parse_change,
    parse_message,
    parse_status,
)
from wacloud.inbound.account_change import AccountUpdate
from wacloud.inbound.people_change import Groups
from wacloud.person import Person

from tests.support import bodies

CARD = {"phones": [{"phone": "+55 11 99999-0001", "wa_id": bodies.ANA}]}


@pytest.mark.parametrize(
    "message",
    [
        {"contacts": [{**CARD, "origin": "contact_request"}]},
        {"contacts": [CARD], "origin": "contact_request"},
        {"contacts": [{**CARD, "origin": "other"}], "origin": "contact_request"},
    ],
)
def test_a_shared_contact_says_that_it_was_asked_for_wherever_meta_says_so(message: dict[str, Any]) -> None:
    content = parse_message({"type": "contacts", **message}).content
    assert isinstance(content, i.Contacts)
    assert content.origin == "contact_request"
    assert content.contacts[0].phones[0].wa_id == bodies.ANA


def test_a_reaction_to_a_message_that_is_not_named_is_a_reaction() -> None:
    assert parse_message({"type": "reaction", "reaction": {"emoji": "👍"}}).content == i.Reaction(emoji="👍")


def test_a_place_without_a_name_is_where_the_person_is() -> None:
    here = parse_message({"type": "location", "location": {"latitude": -23.5, "longitude": -46.6}}).content
    there = parse_message(
        {"type": "location", "location": {"latitude": 1, "longitude": 2, "name": "Loja"}}
    ).content
    assert isinstance(here, i.Location)
    assert isinstance(there, i.Location)
    assert (here.is_current, there.is_current) == (True, False)


@pytest.mark.parametrize(
    ("answers", "token"), [('{"flow_token": "t"}', "t"), ('{"flow_token": 1}', None), ("no JSON", None)]
)
def test_a_form_tells_which_message_opened_it(answers: str, token: str | None) -> None:
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": answers}}
    content = parse_message({"type": "interactive", "interactive": reply}).content
    assert isinstance(content, i.FlowReply)
    assert content.flow_token == token


def test_a_payment_status_says_what_was_paid() -> None:
    payment = {
        "reference_id": "pedido-1",
        "amount": {"value": 9000, "offset": 100},
        "currency": "BRL",
        "transaction": {"id": "t1", "type": "upi", "status": "success", "created_timestamp": "1764000000"},
    }
    status = parse_status({"id": "w", "status": "captured", "type": "payment", "payment": payment})
    assert status.payment is not None
    assert status.payment.amount is not None
    assert status.payment.transaction is not None
    assert (status.type, status.payment.reference_id, status.payment.amount.value) == (
        "payment",
        "pedido-1",
        9000,
    )
    assert status.payment.transaction.status == "success"


def test_an_ad_may_carry_a_reference() -> None:
    referral = {"source_type": "ad", "ref": "campanha-7"}
    message = parse_message({**bodies.text(), "referral": referral})
    assert message.referral is not None
    assert message.referral.ref == "campanha-7"


def test_a_tap_on_a_marketing_link_is_read() -> None:
    action = {"action_type": "marketing_messages_link_click", "timestamp": "1764000000"}
    value = bodies.value(user_actions=[action])
    [notice] = parse(bodies.notification({"field": "messages", "value": value}))
    assert isinstance(notice, NumberNotice)
    assert notice.user_actions[0].action_type == "marketing_messages_link_click"


def test_who_asks_to_join_a_group_is_a_person() -> None:
    group = {
        "group_id": "G",
        "type": "group_join_request_created",
        "join_request_id": "j1",
        "initiated_by": "participant",
        "wa_id": bodies.ANA,
        "user_id": "BR.1",
        "username": "ana",
        "added_participants": [{"user_id": "BR.2", "username": "bia"}],
    }
    change = parse_change({"field": "group_participants_update", "value": {"groups": [group]}})
    assert isinstance(change, Groups)
    [found] = change.groups
    assert (found.join_request_id, found.initiated_by, found.username) == ("j1", "participant", "ana")
    assert (found.wa_id, found.user_id) == (bodies.ANA, "BR.1")
    assert found.added_participants[0].person == Person(user_id="BR.2")


def test_news_of_the_account_have_their_details() -> None:
    value = {
        "event": "ACCOUNT_OFFBOARDED",
        "disconnection_info": {"reason": "PRIMARY_INACTIVITY", "initiated_by": "USER"},
        "restriction_info": [
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "remediation": "Wait"}
        ],
        "waba_info": {"ad_account_linked": 7, "solution_partner_business_ids": [1, "2"]},
    }
    change = parse_change({"field": "account_update", "value": value})
    assert isinstance(change, AccountUpdate)
    assert change.disconnection_info is not None
    assert change.waba_info is not None
    assert (change.disconnection_info.reason, change.restriction_info[0].remediation) == (
        "PRIMARY_INACTIVITY",
        "Wait",
    )
    assert (change.waba_info.ad_account_linked, change.waba_info.solution_partner_business_ids) == (
        "7",
        ("1", "2"),
    )


def test_the_words_of_this_package_are_not_taken_from_a_body() -> None:
    """A key of Meta's of tomorrow that is called like a field of ours changes nothing of it."""
    spoilt = {
        "kind": "echo",
        "phone_number_id": "evil",
        "person": {"wa_id": "1"},
        "content": {},
        "raw": {},
        "move": 1,
    }
    message = parse_message({**bodies.text("Oi"), **spoilt}, phone_number_id="1")
    assert isinstance(message, Message)
    assert (message.kind, message.phone_number_id, message.person.wa_id) == ("message", "1", bodies.ANA)
    assert message.content == i.Text(body="Oi")
    assert not isinstance(message.content, OtherContent)
