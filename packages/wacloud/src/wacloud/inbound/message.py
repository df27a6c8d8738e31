"""One element of `messages` (or `message_echoes`): the envelope, and what it says.  Reading one never raises.

Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
- https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field, SkipValidation

from wacloud.error_codes import Consequence, consequence_of, kind_of
from wacloud.error_codes import Kind as ErrorKind
from wacloud.inbound import content as contents
from wacloud.inbound.content import AnyContent, Edit, OtherContent
from wacloud.inbound.received import Id, Moment, Received, each
from wacloud.notification import unwrapped_echo
from wacloud.person import Move, Person, identity_move
from wacloud.vocabulary import MESSAGE_TYPES, MessageKind, type_of


class ErrorData(Received):
    """The longer explanation."""

    details: str | None = None


class Error(Received):
    """An error as webhooks report it, in a value, a message or a status."""

    code: int | None = None
    title: str | None = None
    message: str | None = None
    details: str | None = None
    error_data: ErrorData | None = None
    href: str | None = None

    @property
    def explanation(self) -> str:
        """The longest explanation that Meta gives."""
        details = self.error_data.details if self.error_data else None
        return details or self.details or self.message or self.title or ""

    @property
    def kind(self) -> ErrorKind:
        """What one does about it, in the names of `wacloud.errors`."""
        return kind_of(self.code, message=self.message or self.title or "")

    @property
    def consequence(self) -> Consequence:
        """What it means for the reply, the number and an alert: the same as of an answer with this code."""
        return consequence_of(self.kind, self.code)


class Profile(Received):
    """The name and username that a person has chosen."""

    name: str | None = None
    username: str | None = None


class Contact(Received):
    """The sender, as an element of the value's `contacts`."""

    profile: Profile = Profile()
    wa_id: Id | None = None
    user_id: Id | None = None
    parent_user_id: Id | None = None
    identity_key_hash: str | None = None


class ReferredProduct(Received):
    """The product a question came from."""

    catalog_id: Id | None = None
    product_retailer_id: Id | None = None


class Context(Received):
    """What a message refers to: the one it replies to, a product, or that it was forwarded."""

    sender: Annotated[Id | None, Field(validation_alias="from")] = None
    message_id: Annotated[Id | None, Field(validation_alias="id")] = None
    group_id: Id | None = None
    forwarded: bool = False
    frequently_forwarded: bool = False
    referred_product: ReferredProduct | None = None


class WelcomeMessage(Received):
    """The greeting of the ad."""

    text: str | None = None


class Referral(Received):
    """The ad or post a conversation began at; `source_type` is `ad` or `post`."""

    source_url: str | None = None
    source_id: Id | None = None
    source_type: str | None = None
    headline: str | None = None
    body: str | None = None
    media_type: str | None = None
    image_url: str | None = None
    video_url: str | None = None
    thumbnail_url: str | None = None
    ctwa_clid: str | None = None
    ref: str | None = None
    welcome_message: WelcomeMessage | None = None


class Message(Received):
    """A message; `wamid` is empty and `timestamp` None only where Meta gave none.

    `kind` is `message` for what may be answered; an `echo` is what the business wrote itself, from its phone app or
    through Meta's agent; `standby` is what the agent handles, and an answer would take the conversation from it; `history` is an old message of the
    phone app.
    `person` is the customer (for an echo: whom the business wrote to), `phone_number_id` the business's number where
    that is known, `raw` the JSON as it came.
    """

    kind: MessageKind = "message"
    phone_number_id: str = ""

    wamid: Annotated[Id, Field(validation_alias="id")] = ""
    timestamp: Moment | None = None
    type: str = ""
    content: SkipValidation[AnyContent]
    person: Person = Person()
    contact: Contact | None = None
    context: Context | None = None
    referral: Referral | None = None
    group_id: Id | None = None
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()
    raw: Annotated[Mapping[str, Any], Field(repr=False)] = {}

    @property
    def move(self) -> Move | None:
        """Who the person was and is, where this message tells of new ids; `person` is then who they were."""
        return identity_move(self.raw)


def parse_message(
    item: Mapping[str, Any],
    contact: Mapping[str, Any] | None = None,
    *,
    kind: MessageKind = "message",
    phone_number_id: str = "",
) -> Message:
    """An element of `messages`, with the value's contact of the same person if there is one."""
    known = as_object(contact)
    return _message(item, Person.of_message(item, known), known, kind, phone_number_id)


def parse_echo(
    item: Mapping[str, Any],
    contact: Mapping[str, Any] | None = None,
    *,
    kind: MessageKind = "echo",
    phone_number_id: str = "",
) -> Message:
    """An element of `message_echoes`: what the business itself wrote, from its phone app or through Meta's agent."""
    known = as_object(contact)
    whole = unwrapped_echo(item)
    message = _message(whole, Person.of_echo(whole, known), known, kind, phone_number_id)
    return message if whole is item else message.model_copy(update={"raw": item})


def _message(
    item: Mapping[str, Any],
    person: Person,
    contact: Mapping[str, Any] | None,
    kind: MessageKind,
    phone_number_id: str,
) -> Message:
    type_ = type_of(item)
    # A key of the type's own name would otherwise be kept a second time, beside `content`.
    extra = {key: value for key, value in item.items() if key != type_ or type_ not in TYPES}
    return Message.model_validate(
        {
            **extra,
            "type": type_,
            "kind": kind,
            "phone_number_id": phone_number_id,
            "content": content_of(type_, item),
            "person": person,
            "contact": Contact.read(contact),
            "raw": item,
        }
    )


def as_object(value: Any) -> Mapping[str, Any] | None:
    """A JSON object, or None for anything else in its place."""
    return value if isinstance(value, dict) else None


def content_of(kind: str, item: Mapping[str, Any], *, edits: bool = True) -> AnyContent:
    """What the message says; OtherContent where that cannot be read."""
    found: AnyContent | None
    if kind == "edit":
        found = _edit(item) if edits else None
    else:
        read = _READERS.get(kind)
        found = read(item) if read else None
    return found if found is not None else OtherContent(type=kind, data=item.get(kind))


def _edit(item: Mapping[str, Any]) -> Edit | None:
    edit = item.get("edit")
    changed = edit.get("message") if isinstance(edit, dict) else None
    if not isinstance(changed, dict):
        return None
    return Edit.read(edit, content=content_of(type_of(changed), changed, edits=False))


def _under(kind: str, model: type[AnyContent]) -> Callable[[Mapping[str, Any]], AnyContent | None]:
    return lambda item: model.read(item.get(kind))


def _voice(item: Mapping[str, Any]) -> AnyContent | None:
    return contents.Audio.read(item.get("voice"), voice=True)


def _contacts(item: Mapping[str, Any]) -> AnyContent | None:
    cards = item.get("contacts")
    if not isinstance(cards, list):
        return None
    origins = [item.get("origin"), *(card.get("origin") for card in cards if isinstance(card, dict))]
    origin = next((origin for origin in origins if isinstance(origin, str) and origin), None)
    return contents.Contacts.read({"contacts": cards, "origin": origin})


def _interactive(item: Mapping[str, Any]) -> AnyContent | None:
    reply = item.get("interactive")
    if not isinstance(reply, dict):
        return None
    kind = reply.get("type")
    names = [kind] if isinstance(kind, str) else [name for name in REPLIES if name in reply]
    model = REPLIES.get(names[0]) if names else None
    return model.read(reply.get(names[0])) if model else None


def _unsupported(item: Mapping[str, Any]) -> AnyContent | None:
    return contents.Unsupported.read(item.get("unsupported") or {})


REPLIES: Mapping[str, type[AnyContent]] = {
    model.type_: model
    for model in (
        contents.ButtonReply,
        contents.ListReply,
        contents.FlowReply,
        contents.CallPermissionReply,
        contents.PaymentMethodReply,
    )
}
_PLAIN = (
    contents.Text,
    contents.Image,
    contents.Video,
    contents.Audio,
    contents.Document,
    contents.Sticker,
    contents.Location,
    contents.Reaction,
    contents.Button,
    contents.Order,
    contents.System,
    contents.Revoke,
)
_READERS: Mapping[str, Callable[[Mapping[str, Any]], AnyContent | None]] = {
    **{model.type_: _under(model.type_, model) for model in _PLAIN},
    "voice": _voice,
    "contacts": _contacts,
    "interactive": _interactive,
    "unsupported": _unsupported,
    "unknown": _unsupported,
    "request_welcome": lambda item: contents.RequestWelcome.read(item.get("request_welcome") or {}),
}

# The values of `type` whose shape is known.
TYPES = frozenset(MESSAGE_TYPES)
