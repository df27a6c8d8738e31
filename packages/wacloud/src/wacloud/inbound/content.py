"""What a message says, one class a type, made to be read in a match statement.

    match message.content:
        case Text(body=body): ...
        case ButtonReply(id="cars"): ...

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages (read 2026-11)
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AliasChoices, Field, SkipValidation

from wacloud.inbound.card import Card
from wacloud.inbound.received import Id, Moment, Received, each
from wacloud.person import Person


class Content(Received):
    """What all contents have in common; `type` is Meta's name for it."""

    type_: ClassVar[str]


class Text(Content):
    """A text."""

    type_ = "text"
    body: str


class _Media(Content):
    """A file: its `id` lives 7 days, its `url` works for 5 minutes and wants the token, `sha256` is base64."""

    id: Id
    mime_type: str | None = None
    sha256: str | None = None
    url: str | None = None


class Image(_Media):
    """A picture."""

    type_ = "image"
    caption: str | None = None


class Video(_Media):
    """A video."""

    type_ = "video"
    caption: str | None = None


class Audio(_Media):
    """A sound file, or, with `voice`, a voice message."""

    type_ = "audio"
    voice: bool = False


class Document(_Media):
    """Any file."""

    type_ = "document"
    caption: str | None = None
    filename: str | None = None


class Sticker(_Media):
    """A sticker."""

    type_ = "sticker"
    animated: bool = False


class Location(Content):
    """A place, in degrees; None where the sender gave no number."""

    type_ = "location"
    latitude: float | None = None
    longitude: float | None = None
    name: str | None = None
    address: str | None = None
    url: str | None = None

    @property
    def is_current(self) -> bool:
        """Whether it is where the person is: a place that was chosen on the map has a name or an address."""
        return not (self.name or self.address or self.url)


class Contacts(Content):
    """Contact cards; `origin` is `contact_request` when the business asked for them (`other` if not)."""

    type_ = "contacts"
    contacts: Annotated[tuple[Card, ...], each(Card.read)]
    origin: str | None = None


class Reaction(Content):
    """An emoji on a message; an empty one says that the reaction was taken back.

    `message_id` is empty where Meta does not name the message.
    """

    type_ = "reaction"
    message_id: Id = ""
    emoji: str = ""

    @property
    def removed(self) -> bool:
        """Whether the reaction was taken back."""
        return not self.emoji


class Button(Content):
    """A tap on a template's quick-reply button."""

    type_ = "button"
    payload: str | None = None
    text: str | None = None


class ButtonReply(Content):
    """A tap on a reply button."""

    type_ = "button_reply"
    id: Id
    title: str = ""


class ListReply(Content):
    """A row chosen from a menu."""

    type_ = "list_reply"
    id: Id
    title: str = ""
    description: str | None = None


class FlowReply(Content):
    """A form that was filled in: `name` is `flow`, or `address_message` for an address."""

    type_ = "nfm_reply"
    name: str | None = None
    body: str | None = None
    response_json: str | None = None

    @property
    def response(self) -> Mapping[str, Any] | None:
        """The answers; None where what came is no JSON object, which happens."""
        try:
            answers = json.loads(self.response_json or "")
        except (ValueError, RecursionError):
            return None
        return answers if isinstance(answers, dict) else None

    @property
    def flow_token(self) -> str | None:
        """The `flow_token` of the message that opened the form."""
        token = (self.response or {}).get("flow_token")
        return token if isinstance(token, str) else None


class CallPermissionReply(Content):
    """Whether the business may call: `response` is `accept` or `reject`."""

    type_ = "call_permission_reply"
    response: str
    is_permanent: bool = False
    expiration_timestamp: Moment | None = None
    response_source: str | None = None


class PaymentMethodReply(Content):
    """How the person paid, or wants to."""

    type_ = "payment_method"
    payment_method: str | None = None
    payment_timestamp: Moment | None = None
    reference_id: str | None = None


class OrderItem(Received):
    """A product of an order; `item_price` is in units of `currency`."""

    product_retailer_id: Id | None = None
    quantity: int | None = None
    item_price: float | None = None
    currency: str | None = None


class Order(Content):
    """A cart that was sent."""

    type_ = "order"
    catalog_id: Id | None = None
    text: str | None = None
    product_items: Annotated[tuple[OrderItem, ...], each(OrderItem.read)] = ()


class System(Content):
    """Something about the person: `user_changed_number`, `user_changed_user_id`, `customer_identity_changed`."""

    type_ = "system"
    type: str | None = None
    body: str | None = None
    wa_id: Annotated[Id | None, Field(validation_alias=AliasChoices("wa_id", "new_wa_id"))] = None
    user_id: Id | None = None
    parent_user_id: Id | None = None
    previous_user_id: Id | None = None
    previous_parent_user_id: Id | None = None
    customer: Id | None = None
    identity: Mapping[str, Any] | str | None = None

    @property
    def now(self) -> Person:
        """Who the person is from now on."""
        return Person(user_id=self.user_id, wa_id=self.wa_id, parent_user_id=self.parent_user_id)


class Unsupported(Content):
    """A message that the Cloud API does not hand over; `type` (edit, poll_creation, pin, ...) where Meta says."""

    type_ = "unsupported"
    type: str | None = None


class RequestWelcome(Content):
    """The chat was opened for the first time; it opens the 24-hour window."""

    type_ = "request_welcome"


class Revoke(Content):
    """A message was deleted (numbers shared with the phone app only, within two days)."""

    type_ = "revoke"
    original_message_id: Id


class OtherContent(Content):
    """A type that is not known here, or whose shape is not the documented one; `data` is what came under its name."""

    type_ = ""
    type: str
    data: Any = None


# What can stand in an edited message, and, with Edit, in any.
Plain = (
    Text
    | Image
    | Video
    | Audio
    | Document
    | Sticker
    | Location
    | Contacts
    | Reaction
    | Button
    | ButtonReply
    | ListReply
    | FlowReply
    | CallPermissionReply
    | PaymentMethodReply
    | Order
    | System
    | Unsupported
    | RequestWelcome
    | Revoke
    | OtherContent
)


class Edit(Content):
    """A message was changed (numbers shared with the phone app only, within 15 minutes)."""

    type_ = "edit"
    original_message_id: Id
    content: SkipValidation[Plain]


AnyContent = Plain | Edit
