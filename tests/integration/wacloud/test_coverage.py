"""Every path of Meta's OpenAPI is called by something here, or is left out for a reason that is written down."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "packages" / "wacloud" / "src" / "wacloud"

PARTNERS = "a solution partner's call on behalf of other businesses, not a business's on its own"
NUMBERS = "numbers that a partner verifies before a business takes them"
MOVING = "moves an account between partners"

# The 77 paths of business-messaging-api v23.0 (https://github.com/facebook/openapi, read 2026-11) beside
# /whatsapp/webhooks, the one that Meta calls: each with a word of the
# call that covers it, `file: text`, or with the reason why nothing does.
COVERED: dict[str, str] = {
    "{Phone-Number-ID}/block_users": "blocklist.py: /block_users",
    "{Phone-Number-ID}/call_permissions": "calls.py: /call_permissions",
    "{Phone-Number-ID}/calls": "calls.py: /calls",
    "{Phone-Number-ID}/groups": "groups.py: /groups",
    "{Phone-Number-ID}/marketing_messages": 'client.py: "marketing_messages"',
    "{Phone-Number-ID}/media": "media.py: /media",
    "{Phone-Number-ID}/messages": "client.py: /messages",
    "{Phone-Number-ID}/message_qrdls": "qr_codes.py: /message_qrdls",
    "{Phone-Number-ID}/message_qrdls/{QR-Code-ID}": "qr_codes.py: {self._path}/{code}",
    "{Phone-Number-ID}": "client.py: self._number, query",
    "{Phone-Number-ID}/deregister": 'registration.py: "deregister"',
    "{Phone-Number-ID}/register": 'registration.py: "register"',
    "{Phone-Number-ID}/request_code": 'registration.py: "request_code"',
    "{Phone-Number-ID}/settings": 'registration.py: "settings"',
    "{Phone-Number-ID}/verify_code": 'registration.py: "verify_code"',
    "{Phone-Number-ID}/whatsapp_business_encryption": "flow_key.py: /whatsapp_business_encryption",
    "{Phone-Number-ID}/whatsapp_business_profile": "client.py: /whatsapp_business_profile",
    "{Phone-Number-ID}/whatsapp_commerce_settings": "commerce.py: /whatsapp_commerce_settings",
    "{Phone-Number-ID}/conversational_automation": "conversation_starters.py: /conversational_automation",
    "{group_id}/invite_link": "groups.py: /invite_link",
    "{group_id}/join_requests": "groups.py: /join_requests",
    "{group_id}/participants": "groups.py: /participants",
    "{group_id}": 'groups.py: "DELETE", group_id',
    "{Media-ID}": "media.py: quote(media_id",
    "{Media-URL}": "media.py: download(found.url)",
    "{WABA-ID}/flows": "flows.py: /flows",
    "{WABA-ID}/migrate_flows": "flows.py: /migrate_flows",
    "{Flow-ID}": 'flows.py: "DELETE", flow_id',
    "{Flow-ID}/assets": "flows.py: /assets",
    "{Flow-ID}/publish": "flows.py: /publish",
    "{Flow-ID}/deprecate": "flows.py: /deprecate",
    "{WABA-ID}/phone_numbers": "client.py: /phone_numbers",
    "{WABA-ID}/subscribed_apps": "client.py: /subscribed_apps",
    "{TEMPLATE_ID}": 'templates.py: "POST", template_id',
    "{WABA-ID}/message_templates": "templates.py: /message_templates",
    "{WABA-ID}": "analytics.py: self._waba",
}
LEFT_OUT: dict[str, str] = {
    "{Application-ID}/connected_client_businesses": PARTNERS,
    "{Application-ID}/whatsapp_business_solution": PARTNERS,
    "{Application-ID}/whatsapp_business_solutions": PARTNERS,
    "{Business-ID}/add_phone_numbers": NUMBERS,
    "{Business-ID}": "the business portfolio, of which WhatsApp is one part",
    "{Business-ID}/preverified_numbers": NUMBERS,
    "{Business-ID}/client_whatsapp_business_accounts": PARTNERS,
    "{Business-ID}/onboard_partners_to_mm_lite": PARTNERS,
    "{Business-ID}/owned_whatsapp_business_accounts": "accounts of a portfolio: a client speaks for one",
    "{Business-ID}/share_preverified_numbers": NUMBERS,
    "{Business-ID}/extendedcredits": PARTNERS,
    "{Phone-Number-ID}/messages_encrypted": "payload encryption, which no page that could be read describes",
    "{Phone-Number-ID}/official_business_account": "an application for the badge: once, by hand, in Meta's manager",
    "{Phone-Number-ID}/message_history": "a beta for businesses that Meta has chosen",
    "{Phone-Number-ID}/business_compliance_info": "an Indian business's legal data: once, by hand",
    "{Message-History-ID}/events": "a beta for businesses that Meta has chosen",
    "{Migration-Intent-ID}": MOVING,
    "{Pre-Verified-Phone-Number-ID}": NUMBERS,
    "{Pre-Verified-Phone-Number-ID}/partners": NUMBERS,
    "{Pre-Verified-Phone-Number-ID}/request_code": NUMBERS,
    "{Pre-Verified-Phone-Number-ID}/verify_code": NUMBERS,
    "{Solution-ID}/access_token": PARTNERS,
    "{Solution-ID}/accept_deactivation_request": PARTNERS,
    "{Solution-ID}/accept": PARTNERS,
    "{Solution-ID}": PARTNERS,
    "{Solution-ID}/reject_deactivation_request": PARTNERS,
    "{Solution-ID}/reject": PARTNERS,
    "{Solution-ID}/send_deactivation_request": PARTNERS,
    "{User-ID}/assigned_whatsapp_business_accounts": "people's rights: Meta's manager",
    "{WhatsApp-Account-Number-ID}": "the account number of the phone app, another name of the number",
    "{WhatsApp-Business-Account-ID}/assigned_users": "people's rights: Meta's manager",
    "{WABA-ID}/in_progress_onbehalf_request": MOVING,
    "{OBO-Mobility-Intent-ID}": MOVING,
    "{WABA-ID}/obo_mobility_intent": MOVING,
    "{WABA-ID}/schedules": "scheduled messages, which no page that could be read describes",
    "{WABA-ID}/set_obo_mobility_intent": MOVING,
    "{WABA-ID}/set_solution_migration_intent": MOVING,
    "{WABA-ID}/solutions": PARTNERS,
    "{WABA-ID}/activities": "who changed what in the account: Meta's manager",
    "{WABA-Bot-ID}": "Meta's own bot builder",
    "{WhatsApp-Business-Profile-ID}": "the profile by another id; the number's own is here",
}


@pytest.mark.parametrize("path", COVERED)
def test_a_path_is_called_where_it_is_said_to_be(path: str) -> None:
    file, text = COVERED[path].split(": ", 1)
    source = re.sub(r"\s+", " ", (SOURCE / file).read_text())
    assert text in source, f"{path}: {file} has no {text!r}"


def test_no_path_is_both_covered_and_left_out_and_each_has_a_reason() -> None:
    assert not set(COVERED) & set(LEFT_OUT)
    assert all(len(reason) > 10 for reason in LEFT_OUT.values())
