"""A whole webhook body, typed: `parse(body)` is `[read(update) for update in split(body)]`.  Reading never raises.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview (read 2026-11-25)
"""

from collections.abc import Mapping
from typing import Annotated, Any

from wacloud.inbound.change import Change, Metadata, OtherChange
from wacloud.inbound.field import BY_FIELD
from wacloud.inbound.message import Contact, Error, Message, parse_echo, parse_message
from wacloud.inbound.received import Moment, Received, each
from wacloud.inbound.status import Status, parse_status
from wacloud.notification import split
from wacloud.update import Update
from wacloud.vocabulary import LISTS


class UserAction(Received):
    """Something a person did with a marketing message.

    Source: https://developers.facebook.com/docs/whatsapp/marketing-messages-lite-api (read 2026-11-25, as quoted by
    public libraries; the page itself could not be read)
    """

    action_type: str | None = None
    timestamp: Moment | None = None
    marketing_messages_link_click_data: Mapping[str, Any] | None = None


class NumberNotice(Change):
    """What a value with messages holds beside them.

    `errors` of the whole number, `contacts` of nobody, `user_actions` (taps on a marketing message's link, with
    `action_type`, `timestamp` and an object of the type's own).
    """

    contacts: Annotated[tuple[Contact, ...], each(Contact.read)] = ()
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()
    user_actions: Annotated[tuple[UserAction, ...], each(UserAction.read)] = ()


def parse(body: Any) -> list[Message | Status | Change]:
    """Everything in a webhook body, in its order.  Any JSON value, as far as it can be read."""
    if not isinstance(body, dict):
        return [OtherChange(field="", value=body, raw={"value": body})]
    return [read(update) for update in split(body)]


def read(update: Update) -> Message | Status | Change:
    """One update, typed: a Message (also an echo or what Meta's agent handles: see its `kind`), a Status or a Change."""
    if update.kind == "status":
        return parse_status(update.item, update.contact, phone_number_id=update.phone_number_id)
    if update.kind == "change":
        return parse_change(_change_in(update.notification))
    to_customer = update.kind == "echo" or "message_echoes" in update.value
    reader = parse_echo if to_customer else parse_message
    return reader(update.item, update.contact, kind=update.kind, phone_number_id=update.phone_number_id)


def parse_change(change: Any) -> Change:
    """An element of `changes`."""
    known = change if isinstance(change, dict) else {}
    field, value = known.get("field"), known.get("value")
    if isinstance(value, dict) and (field is None or isinstance(field, str)):
        if field in LISTS or (field is None and {"errors", "contacts", "user_actions"} & value.keys()):
            model: type[Change] | None = NumberNotice
        else:
            model = BY_FIELD.get(field or "")
        found = model.read(value, field=field or "messages", raw=known) if model else None
        if found is not None:
            return found
    metadata = Metadata.read(value.get("metadata")) if isinstance(value, dict) else None
    raw = known if isinstance(change, dict) else {"value": change}
    return OtherChange(field=field if isinstance(field, str) else "", metadata=metadata, value=value, raw=raw)


def _change_in(notification: Mapping[str, Any]) -> Any:
    """The one change of a notification; the whole of what has no such shape."""
    match notification:
        case {"entry": [{"changes": [change]}]}:
            return change
        case _:
            return notification
