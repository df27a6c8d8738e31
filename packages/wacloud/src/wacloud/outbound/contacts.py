"""Contact cards.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/messages/contacts-messages (read 2026-11)
"""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import model_validator

from wacloud.outbound.message import Outbound, Part, Text1, limit


class Name(Part):
    """`formatted_name` and at least one of the others."""

    formatted_name: Text1
    first_name: Text1 | None = None
    last_name: Text1 | None = None
    middle_name: Text1 | None = None
    prefix: Text1 | None = None
    suffix: Text1 | None = None

    @model_validator(mode="after")
    def _some_part(self) -> Self:
        if not (self.first_name or self.last_name or self.middle_name or self.prefix or self.suffix):
            raise ValueError("needs a first, middle or last name, a prefix or a suffix beside formatted_name")
        return self


class Phone(Part):
    """`wa_id` puts "Message" in place of "Invite" on the card."""

    phone: Text1
    type: str | None = None
    wa_id: str | None = None


class Email(Part):
    """An e-mail address."""

    email: Text1
    type: str | None = None


class Link(Part):
    """A web page."""

    url: Text1
    type: str | None = None


class Address(Part):
    """A postal address."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    country_code: str | None = None
    type: str | None = None


class Organization(Part):
    """Where the person works."""

    company: str | None = None
    department: str | None = None
    title: str | None = None


class Contact(Part):
    """One card."""

    name: Name
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[Address, ...] = ()
    urls: tuple[Link, ...] = ()
    org: Organization | None = None
    birthday: date | None = None


class Contacts(Outbound):
    """One card or several, at most 257; Meta advises few."""

    kind = "contacts"
    contacts: Annotated[tuple[Contact, ...], limit(257)]

    def payload(self) -> list[dict[str, Any]]:
        """A list of cards."""
        return [{key: value for key, value in card.dump().items() if value != []} for card in self.contacts]
