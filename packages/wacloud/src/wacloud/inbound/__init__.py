"""Everything Meta's webhooks bring, typed and never refused.

    for update in parse(body):
        match update:
            case Message(kind="message", content=Text(body=words)): ...
            case Message(kind="message", content=ButtonReply(id="cars")): ...
            case Status(status="failed", errors=errors): ...

Unknown keys, types and fields are kept; `raw` is always at hand.
"""

from wacloud.inbound.change import Change, OtherChange
from wacloud.inbound.content import (
    AnyContent,
    Audio,
    Button,
    ButtonReply,
    CallPermissionReply,
    Contacts,
    Document,
    Edit,
    FlowReply,
    Image,
    ListReply,
    Location,
    Order,
    OtherContent,
    PaymentMethodReply,
    Reaction,
    RequestWelcome,
    Revoke,
    Sticker,
    System,
    Text,
    Unsupported,
    Video,
)
from wacloud.inbound.field import BY_FIELD
from wacloud.inbound.message import (
    TYPES,
    Contact,
    Context,
    Error,
    Message,
    Referral,
    parse_echo,
    parse_message,
)
from wacloud.inbound.notification import NumberNotice, parse, parse_change, read
from wacloud.inbound.people_change import Handover, UserPreferences
from wacloud.inbound.status import Status, parse_status

__all__ = [
    "BY_FIELD",
    "TYPES",
    "AnyContent",
    "Audio",
    "Button",
    "ButtonReply",
    "CallPermissionReply",
    "Change",
    "Contact",
    "Contacts",
    "Context",
    "Document",
    "Edit",
    "Error",
    "FlowReply",
    "Handover",
    "Image",
    "ListReply",
    "Location",
    "Message",
    "NumberNotice",
    "Order",
    "OtherChange",
    "OtherContent",
    "PaymentMethodReply",
    "Reaction",
    "Referral",
    "RequestWelcome",
    "Revoke",
    "Status",
    "Sticker",
    "System",
    "Text",
    "Unsupported",
    "UserPreferences",
    "Video",
    "parse",
    "parse_change",
    "parse_echo",
    "parse_message",
    "parse_status",
    "read",
]
