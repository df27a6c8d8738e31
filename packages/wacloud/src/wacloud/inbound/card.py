"""Contact cards, as people share them.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/contacts (read 2026-11)
"""

from typing import Annotated

from wacloud.inbound.received import Id, Received, each


class CardName(Received):
    """A name on a contact card."""

    formatted_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    prefix: str | None = None
    suffix: str | None = None


class CardPhone(Received):
    """A phone number; `wa_id` when it is on WhatsApp."""

    phone: Id | None = None
    wa_id: Id | None = None
    type: str | None = None


class CardEmail(Received):
    """An e-mail address."""

    email: str | None = None
    type: str | None = None


class CardAddress(Received):
    """A postal address."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    country_code: str | None = None
    type: str | None = None


class CardUrl(Received):
    """A web page."""

    url: str | None = None
    type: str | None = None


class CardOrganization(Received):
    """Where somebody works."""

    company: str | None = None
    department: str | None = None
    title: str | None = None


class Card(Received):
    """A contact card; the name may be missing, `vcard` is the whole as one text."""

    name: CardName | None = None
    phones: Annotated[tuple[CardPhone, ...], each(CardPhone.read)] = ()
    emails: Annotated[tuple[CardEmail, ...], each(CardEmail.read)] = ()
    addresses: Annotated[tuple[CardAddress, ...], each(CardAddress.read)] = ()
    urls: Annotated[tuple[CardUrl, ...], each(CardUrl.read)] = ()
    org: CardOrganization | None = None
    birthday: str | None = None
    vcard: str | None = None
