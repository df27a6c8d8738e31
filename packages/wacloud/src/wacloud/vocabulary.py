"""The words of Meta's webhooks, as data: fields, kinds of update, types of message, statuses.

Everything that reads a webhook walks these tables, and the labels of metrics are these words and `other`: a closed set,
whatever a body says.  An unknown word is never refused; it is only not listed.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview (read 2026-11-25)
"""

from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["message", "echo", "standby", "status", "change"]
MessageKind = Literal["message", "echo", "standby", "history"]

OTHER = "other"

# The lists of updates in a field's value, and the kind of their items.  Any other field is one change.
LISTS: Mapping[str, tuple[tuple[str, Kind], ...]] = {
    "messages": (("messages", "message"), ("statuses", "status")),
    "standby": (("messages", "standby"), ("message_echoes", "standby"), ("statuses", "status")),
    "smb_message_echoes": (("message_echoes", "echo"),),
}

FIELDS = frozenset(
    {
        *LISTS,
        "account_alerts",
        "account_review_update",
        "account_settings_update",
        "account_update",
        "automatic_events",
        "business_capability_update",
        "business_username_update",
        "calls",
        "flows",
        "group_lifecycle_update",
        "group_participants_update",
        "group_settings_update",
        "group_status_update",
        "history",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "messaging_handovers",
        "partner_solutions",
        "payment_configuration_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "smb_app_state_sync",
        "template_category_update",
        "user_preferences",
    }
)

# In the order in which a message without a `type` is searched for one of them as a key.
MESSAGE_TYPES = (
    "text",
    "image",
    "video",
    "audio",
    "voice",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "button",
    "interactive",
    "order",
    "system",
    "unsupported",
    "unknown",
    "request_welcome",
    "edit",
    "revoke",
)
_MESSAGE_TYPES = frozenset(MESSAGE_TYPES)

# Messages about another message: they may reuse its id, and must not pass for a copy of it.
ABOUT_ANOTHER = frozenset({"edit", "revoke", "unsupported", "unknown"})

STATUSES = frozenset({"sent", "delivered", "read", "played", "failed", "deleted", "warning"})


def type_of(item: Mapping[str, Any]) -> str:
    """A message's `type`; where it is missing, the one known type whose name is a key; else the empty string."""
    kind = item.get("type")
    if isinstance(kind, str) and kind:
        return kind
    return next((name for name in MESSAGE_TYPES if name in item), "")


def label(kind: Kind, type_: str, field: str) -> str:
    """The metric label of an update: a message's type, a status's name, a change's field, or `other`."""
    if kind == "message":
        return type_ if type_ in _MESSAGE_TYPES else OTHER
    if kind == "status":
        return type_ if type_ in STATUSES else OTHER
    return field if field in FIELDS else OTHER
