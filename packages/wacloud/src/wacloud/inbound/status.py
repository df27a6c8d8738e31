"""One element of `statuses`: what became of a message that was sent.  Reading one never raises.

They come late, twice, and in any order (`read` before `delivered`).
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
- https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from wacloud.inbound.message import Contact, Error, as_object
from wacloud.inbound.received import Id, Moment, Received, each
from wacloud.person import Person, group_of


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


class Amount(Received):
    """An amount of money: `value` divided by `offset`."""

    value: int | None = None
    offset: int | None = None


class Transaction(Received):
    """A try to pay; `status` is success, pending, failed or canceled."""

    id: Id | None = None
    type: str | None = None
    status: str | None = None
    created_timestamp: Moment | None = None
    updated_timestamp: Moment | None = None
    amount: Amount | None = None
    currency: str | None = None
    method: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None


class Payment(Received):
    """What a person paid; `reference_id` is that of the order_details message.

    Source: https://developers.facebook.com/docs/whatsapp/cloud-api/payments-api/payments-br (read 2026-11-25, as
    stored by public libraries)
    """

    reference_id: Id | None = None
    amount: Amount | None = None
    currency: str | None = None
    transaction: Transaction | None = None
    receipt: str | None = None
    notes: Mapping[str, Any] | None = None


class Status(Received):
    """`status` is sent, delivered, read, played (a voice message), failed, or what Meta adds.

    `person` is whom the message went to; for a message to a group, the participant, and `group_id` the group.
    `callback_data` is the `biz_opaque_callback_data` of the send; `raw` the JSON as it came.  A payment's status has
    `type` `payment` and the `payment`; its `status` is captured, pending, failed or canceled.
    """

    wamid: Annotated[Id, Field(validation_alias="id")] = ""
    status: str = ""
    timestamp: Moment | None = None
    person: Person = Person()
    contact: Contact | None = None
    callback_data: Annotated[str | None, Field(validation_alias="biz_opaque_callback_data")] = None
    recipient_type: str | None = None
    recipient_participant_id: Annotated[
        Id | None,
        Field(validation_alias=AliasChoices("recipient_participant_id", "participant_recipient_id")),
    ] = None
    recipient_participant_user_id: Annotated[
        Id | None,
        Field(
            validation_alias=AliasChoices("recipient_participant_user_id", "participant_recipient_user_id")
        ),
    ] = None
    group_id: Id | None = None
    phone_number_id: str = ""
    type: str | None = None
    payment: Payment | None = None
    recipient_identity_key_hash: str | None = None
    conversation: Conversation | None = None
    pricing: Pricing | None = None
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()
    raw: Annotated[Mapping[str, Any], Field(repr=False)] = {}


def parse_status(
    item: Mapping[str, Any], contact: Mapping[str, Any] | None = None, *, phone_number_id: str = ""
) -> Status:
    """An element of `statuses`, with the value's contact of the same person if there is one."""
    known = as_object(contact)
    return Status.model_validate(
        {
            **item,
            "person": Person.of_status(item, known),
            "group_id": group_of(item) or None,
            "contact": Contact.read(known),
            "phone_number_id": phone_number_id,
            "raw": item,
        }
    )
