"""One element of `statuses`: what became of a message that was sent.  Reading one never raises.

They come late, twice, and in any order (`read` before `delivered`).
Source: Meta, Cloud API, Webhooks, "status"; "Business-scoped user IDs".
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from wacloud.inbound.message import Contact, Error, as_object
from wacloud.inbound.received import Id, Moment, Received, each
from wacloud.person import Person


class Origin(Received):
    """What kind of conversation it is."""

    type: str | None = None


class Conversation(Received):
    """The conversation that is billed; since version 24 only for free entry points."""

    id: Id | None = None
    expiration_timestamp: Moment | None = None
    origin: Origin | None = None


class Pricing(Received):
    """What the message costs: `type` is regular, free_customer_service or free_entry_point.

    `pricing_model` is CBP (conversations) or PMP (messages).  Meta gives it with `sent` and one of delivered and read.
    """

    billable: bool | None = None
    pricing_model: str | None = None
    type: str | None = None
    category: str | None = None


class Status(Received):
    """`status` is sent, delivered, read, played (a voice message), failed, or what Meta adds.

    `callback_data` is the `biz_opaque_callback_data` of the send; `raw` the JSON as it came.
    """

    wamid: Annotated[Id, Field(validation_alias="id")] = ""
    status: str = ""
    timestamp: Moment | None = None
    person: Person = Person()
    contact: Contact | None = None
    callback_data: Annotated[str | None, Field(validation_alias="biz_opaque_callback_data")] = None
    recipient_type: str | None = None
    recipient_participant_id: Id | None = None
    recipient_identity_key_hash: str | None = None
    conversation: Conversation | None = None
    pricing: Pricing | None = None
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()
    raw: Annotated[Mapping[str, Any], Field(repr=False)] = {}


def parse_status(item: Mapping[str, Any], contact: Mapping[str, Any] | None = None) -> Status:
    """An element of `statuses`, with the value's contact of the same person if there is one."""
    known = as_object(contact)
    person = Person.of_status(item, known)
    return Status.model_validate({**item, "person": person, "contact": Contact.read(known), "raw": item})
