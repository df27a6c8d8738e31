"""One inbound message of every type, in Meta's JSON, and what it is read as."""

from datetime import UTC, datetime
from typing import Any

from wacloud import inbound as i
from wacloud.inbound.card import Card, CardName, CardPhone
from wacloud.inbound.content import AnyContent, OrderItem

ANA = "5511999990001"
WAMID = "wamid.TEST00000001=="
FILE = {"id": "77", "mime_type": "image/jpeg", "sha256": "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI="}
URL = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=77"
MISSING_TYPE = [
    {"code": 131051, "title": "Message type unknown", "error_data": {"details": "Not supported."}}
]

EDIT: dict[str, Any] = {
    "type": "edit",
    "edit": {"original_message_id": "b", "message": {"type": "text", "text": {"body": "Oi"}}},
}

# The message besides its envelope, and its content.
CONTENTS: dict[str, tuple[dict[str, Any], AnyContent]] = {
    "text": ({"type": "text", "text": {"body": "Oi"}}, i.Text(body="Oi")),
    "image": (
        {"type": "image", "image": {**FILE, "url": URL, "caption": "Este"}},
        i.Image(**FILE, url=URL, caption="Este"),
    ),
    "video": ({"type": "video", "video": FILE}, i.Video(**FILE)),
    "audio": ({"type": "audio", "audio": {**FILE, "voice": False}}, i.Audio(**FILE)),
    "voice message": ({"type": "audio", "audio": {**FILE, "voice": True}}, i.Audio(**FILE, voice=True)),
    "voice message of old": ({"type": "voice", "voice": FILE}, i.Audio(**FILE, voice=True)),
    "document": (
        {"type": "document", "document": {**FILE, "filename": "laudo.pdf", "caption": "O laudo"}},
        i.Document(**FILE, filename="laudo.pdf", caption="O laudo"),
    ),
    "sticker": ({"type": "sticker", "sticker": {**FILE, "animated": True}}, i.Sticker(**FILE, animated=True)),
    "location": (
        {
            "type": "location",
            "location": {
                "latitude": -23.5614,
                "longitude": -46.6559,
                "name": "Loja",
                "address": "Av. Paulista",
            },
        },
        i.Location(latitude=-23.5614, longitude=-46.6559, name="Loja", address="Av. Paulista"),
    ),
    "location without a type": (
        {"location": {"latitude": 1, "longitude": 2}},
        i.Location(latitude=1, longitude=2),
    ),
    "contacts": (
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {"formatted_name": "João Silva", "first_name": "João"},
                    "phones": [{"phone": "+55 11 99999-0002", "wa_id": "5511999990002", "type": "CELL"}],
                }
            ],
        },
        i.Contacts(
            contacts=(
                Card(
                    name=CardName(formatted_name="João Silva", first_name="João"),
                    phones=(CardPhone(phone="+55 11 99999-0002", wa_id="5511999990002", type="CELL"),),
                ),
            )
        ),
    ),
    "contacts that were asked for": (
        {"type": "contacts", "origin": "contact_request", "contacts": [{"vcard": "BEGIN:VCARD"}]},
        i.Contacts(contacts=(Card(vcard="BEGIN:VCARD"),), origin="contact_request"),
    ),
    "reaction": (
        {"type": "reaction", "reaction": {"message_id": WAMID, "emoji": "👍"}},
        i.Reaction(message_id=WAMID, emoji="👍"),
    ),
    "reaction taken back": (
        {"type": "reaction", "reaction": {"message_id": WAMID}},
        i.Reaction(message_id=WAMID, emoji=""),
    ),
    "button": (
        {"type": "button", "button": {"payload": "sim", "text": "Sim"}},
        i.Button(payload="sim", text="Sim"),
    ),
    "button reply": (
        {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": {"id": "cars", "title": "Ver carros"}},
        },
        i.ButtonReply(id="cars", title="Ver carros"),
    ),
    "list reply": (
        {
            "type": "interactive",
            "interactive": {
                "type": "list_reply",
                "list_reply": {"id": "a", "title": "Até 30", "description": "mil reais"},
            },
        },
        i.ListReply(id="a", title="Até 30", description="mil reais"),
    ),
    "flow reply": (
        {
            "type": "interactive",
            "interactive": {
                "type": "nfm_reply",
                "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"carro":"Civic"}'},
            },
        },
        i.FlowReply(name="flow", body="Sent", response_json='{"carro":"Civic"}'),
    ),
    "flow reply without answers": (
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": None}}},
        i.FlowReply(),
    ),
    "call permission": (
        {
            "type": "interactive",
            "interactive": {
                "type": "call_permission_reply",
                "call_permission_reply": {
                    "response": "accept",
                    "is_permanent": False,
                    "expiration_timestamp": 1764000000,
                    "response_source": "user_action",
                },
            },
        },
        i.CallPermissionReply(
            response="accept",
            expiration_timestamp=datetime(2025, 11, 24, 16, tzinfo=UTC),
            response_source="user_action",
        ),
    ),
    "payment method": (
        {
            "type": "interactive",
            "interactive": {
                "type": "payment_method",
                "payment_method": {"payment_method": "upi", "reference_id": "r1"},
            },
        },
        i.PaymentMethodReply(payment_method="upi", reference_id="r1"),
    ),
    "order": (
        {
            "type": "order",
            "order": {
                "catalog_id": "3670",
                "text": "Quero",
                "product_items": [
                    {
                        "product_retailer_id": "civic-23",
                        "quantity": 1,
                        "item_price": 89900.5,
                        "currency": "BRL",
                    }
                ],
            },
        },
        i.Order(
            catalog_id="3670",
            text="Quero",
            product_items=(
                OrderItem(product_retailer_id="civic-23", quantity=1, item_price=89900.5, currency="BRL"),
            ),
        ),
    ),
    "number changed": (
        {
            "type": "system",
            "system": {"type": "user_changed_number", "body": "changed", "wa_id": "5511999990002"},
        },
        i.System(type="user_changed_number", body="changed", wa_id="5511999990002"),
    ),
    "number changed, in the old spelling": (
        {"type": "system", "system": {"type": "user_changed_number", "new_wa_id": "5511999990002"}},
        i.System(type="user_changed_number", wa_id="5511999990002"),
    ),
    "user id changed": (
        {
            "type": "system",
            "system": {
                "type": "user_changed_user_id",
                "user_id": "BR.2",
                "previous_user_id": "BR.1",
                "parent_user_id": "BR.ENT.2",
                "previous_parent_user_id": "BR.ENT.1",
            },
        },
        i.System(
            type="user_changed_user_id",
            user_id="BR.2",
            previous_user_id="BR.1",
            parent_user_id="BR.ENT.2",
            previous_parent_user_id="BR.ENT.1",
        ),
    ),
    "unsupported": (
        {"type": "unsupported", "unsupported": {"type": "poll_creation"}, "errors": MISSING_TYPE},
        i.Unsupported(type="poll_creation"),
    ),
    "unsupported, without a word": ({"type": "unsupported", "errors": MISSING_TYPE}, i.Unsupported()),
    "unknown, as it was called before": ({"type": "unknown", "errors": MISSING_TYPE}, i.Unsupported()),
    "request welcome": ({"type": "request_welcome"}, i.RequestWelcome()),
    "edit": (
        {
            "type": "edit",
            "edit": {
                "original_message_id": "wamid.0",
                "message": {"type": "image", "image": {**FILE, "caption": "Melhor"}},
            },
        },
        i.Edit(
            original_message_id="wamid.0",
            content=i.Image(**FILE, caption="Melhor"),
            message={"type": "image", "image": {**FILE, "caption": "Melhor"}},
        ),
    ),
    "revoke": (
        {"type": "revoke", "revoke": {"original_message_id": "wamid.0"}},
        i.Revoke(original_message_id="wamid.0"),
    ),
    "a type of tomorrow": (
        {"type": "hologram", "hologram": {"id": 1}},
        i.OtherContent(type="hologram", data={"id": 1}),
    ),
    "a reply of tomorrow": (
        {"type": "interactive", "interactive": {"type": "wink", "wink": 1}},
        i.OtherContent(type="interactive", data={"type": "wink", "wink": 1}),
    ),
    "a text without a body": ({"type": "text", "text": {}}, i.OtherContent(type="text", data={})),
    "a text that is none": ({"type": "text", "text": "Oi"}, i.OtherContent(type="text", data="Oi")),
    "an image that could not be had": (
        {"type": "image", "errors": MISSING_TYPE},
        i.OtherContent(type="image"),
    ),
    "an edit of an edit": (
        {"type": "edit", "edit": {"original_message_id": "a", "message": EDIT}},
        i.Edit(
            original_message_id="a",
            content=i.OtherContent(type="edit", data=EDIT["edit"]),
            message=EDIT,
        ),
    ),
    "nothing": ({}, i.OtherContent(type="")),
}

# The value of a change, and how some of it is read.
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "account_alerts": (
        {"entity_type": "WABA", "entity_id": 12, "alert_info": {"alert_type": "OBA_APPROVED"}},
        {"entity_id": "12", "alert_info.alert_type": "OBA_APPROVED"},
    ),
    "account_review_update": ({"decision": "APPROVED"}, {"decision": "APPROVED"}),
    "account_settings_update": (
        {
            "type": "phone_number_settings",
            "timestamp": "1764000000",
            "phone_number_settings": {"calling": {}},
        },
        {"phone_number_settings": {"calling": {}}},
    ),
    "account_update": (
        {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [
                {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION", "expiration": 1764000000}
            ],
            "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"},
        },
        {"event": "ACCOUNT_RESTRICTION", "ban_info.waba_ban_state": "SCHEDULE_FOR_DISABLE"},
    ),
    "automatic_events": (
        {"automatic_events": [{"id": "1", "event_name": "LeadSubmitted", "timestamp": 1764000000}]},
        {"automatic_events.0.event_name": "LeadSubmitted"},
    ),
    "business_capability_update": (
        {"max_phone_numbers_per_business": 25, "max_daily_conversations_per_business": "TIER_10K"},
        {"max_phone_numbers_per_business": 25, "max_daily_conversations_per_business": "TIER_10K"},
    ),
    "calls": (
        {"calls": [{"id": "wacid.1", "from": "5511999990001", "to": "5511999990009", "event": "connect"}]},
        {"calls.0.sender": "5511999990001", "calls.0.event": "connect"},
    ),
    "group_lifecycle_update": (
        {
            "groups": [
                {"group_id": "g", "type": "group_create", "added_participants": [{"wa_id": 5511999990001}]}
            ]
        },
        {"groups.0.type": "group_create", "groups.0.added_participants.0.wa_id": "5511999990001"},
    ),
    "group_participants_update": ({"groups": [{"group_id": "g"}]}, {"groups.0.group_id": "g"}),
    "group_settings_update": (
        {"groups": [{"group_subject": {"text": "Novo", "update_successful": True}}]},
        {"groups.0.group_subject": {"text": "Novo", "update_successful": True}},
    ),
    "group_status_update": ({"groups": [{"type": "group_suspend"}]}, {"groups.0.type": "group_suspend"}),
    "flows": (
        {"event": "FLOW_STATUS_CHANGE", "flow_id": 7, "old_status": "DRAFT", "new_status": "PUBLISHED"},
        {"flow_id": "7", "new_status": "PUBLISHED"},
    ),
    "business_username_update": (
        {"display_phone_number": 5511999990009, "username": "faciliauto", "status": "approved"},
        {"display_phone_number": "5511999990009", "username": "faciliauto", "status": "approved"},
    ),
    "history": (
        {"history": [{"metadata": {"phase": 0, "progress": 55}, "threads": [{"id": "5511999990001"}]}]},
        {"history.0.metadata.progress": 55, "history.0.threads.0.id": "5511999990001"},
    ),
    "message_template_components_update": (
        {"message_template_id": 5, "message_template_element": "Olá"},
        {"message_template_id": "5", "message_template_element": "Olá"},
    ),
    "message_template_quality_update": (
        {"previous_quality_score": "GREEN", "new_quality_score": "YELLOW", "message_template_name": "oi"},
        {"new_quality_score": "YELLOW", "message_template_name": "oi"},
    ),
    "message_template_status_update": (
        {
            "event": "PAUSED",
            "message_template_id": 5,
            "reason": None,
            "other_info": {"title": "SECOND_PAUSE"},
        },
        {"event": "PAUSED", "reason": None, "other_info": {"title": "SECOND_PAUSE"}},
    ),
    "messaging_handovers": (
        {
            "type": "control_passed",
            "sender": {"phone_number": "5511999990001"},
            "recipient": {"phone_number_id": "1"},
            "control_passed": {"previous_owner_app_role": "meta_business_agent"},
        },
        {"to_agent": False, "person.wa_id": "5511999990001", "recipient.phone_number_id": "1"},
    ),
    "partner_solutions": ({"event": "SOLUTION_UPDATED", "solution_id": 9}, {"solution_id": "9"}),
    "payment_configuration_update": (
        {"configuration_name": "pix", "status": "ACTIVE", "created_timestamp": 1764000000},
        {"configuration_name": "pix", "status": "ACTIVE"},
    ),
    "phone_number_name_update": (
        {"display_phone_number": "5511999990009", "decision": "APPROVED", "rejection_reason": None},
        {"decision": "APPROVED", "rejection_reason": None},
    ),
    "phone_number_quality_update": (
        {"event": "FLAGGED", "current_limit": "TIER_10K"},
        {"event": "FLAGGED", "current_limit": "TIER_10K"},
    ),
    "security": ({"event": "PIN_CHANGED", "requester": 12}, {"event": "PIN_CHANGED", "requester": "12"}),
    "smb_app_state_sync": (
        {"state_sync": [{"type": "contact", "action": "add", "contact": {"full_name": "Ana"}}]},
        {"state_sync.0.action": "add"},
    ),
    "template_category_update": (
        {"previous_category": "UTILITY", "new_category": "MARKETING"},
        {"new_category": "MARKETING"},
    ),
    "user_preferences": (
        {"user_preferences": [{"wa_id": "5511999990001", "category": "marketing_messages", "value": "stop"}]},
        {"user_preferences.0.value": "stop", "user_preferences.0.person.key": "5511999990001"},
    ),
}
