"""Who a person is: one key for every spelling and id, and what happens when the ids change.

Since 2026 the phone number may be missing, and the business-scoped user id is what stays.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids (read 2026-11-25)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from wacloud.numbering import canonical, other_spelling, spellings

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A person as one update names them; any of the three may be absent.

    `wa_id` is the phone number as it came, which is the spelling to send to.
    """

    user_id: str | None = None
    wa_id: str | None = None
    parent_user_id: str | None = None

    @property
    def key(self) -> str:
        """What documents and ordering keys are made of: the user id, else the canonical number, else the empty string."""
        return self.user_id or (canonical(self.wa_id) if self.wa_id else "")

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that a document of this person may lie under, `key` first.

        The others are aliases.  A reader looks under each in turn, and so finds what was written while only the number was
        known.  A writer uses `key` and, where it knows both ids, leaves a pointer to it under each alias, so that an update
        with the number alone finds its way back to the user id.
        """
        numbers = (*spellings(self.wa_id), self.wa_id) if self.wa_id else ()
        return tuple(dict.fromkeys((*((self.user_id,) if self.user_id else ()), *numbers)))

    def in_other_spelling(self) -> "Person | None":
        """The same person with the number in its other spelling, for a send that was refused at this one; else None."""
        if not self.wa_id or (other := other_spelling(self.wa_id)) is None:
            return None
        return Person(self.user_id, other, self.parent_user_id)

    def is_same_as(self, other: "Person") -> bool:
        """Whether the two share an id: the user id, or the number in any spelling."""
        return not set(self.keys).isdisjoint(other.keys)

    def completed(self, contact: Json | None) -> "Person":
        """With the ids that only the value's contact has."""
        if not contact:
            return self
        user_id = self.user_id or _text(contact.get("user_id"))
        wa_id = self.wa_id or _text(contact.get("wa_id"))
        parent_user_id = self.parent_user_id or _text(contact.get("parent_user_id"))
        if (user_id, wa_id, parent_user_id) == (self.user_id, self.wa_id, self.parent_user_id):
            return self
        return Person(user_id, wa_id, parent_user_id)

    @classmethod
    def of_message(cls, message: Json, contact: Json | None = None) -> "Person":
        """Who wrote a message: `from`, `from_user_id`, `from_parent_user_id`, completed by the value's contact.

        Of a system message that moves a person to other ids, who they were before.
        """
        if "system" in message and (move := identity_move(message)):
            return move.old
        return cls(
            user_id=_text(message.get("from_user_id")),
            wa_id=_text(message.get("from")),
            parent_user_id=_text(message.get("from_parent_user_id")),
        ).completed(contact)

    @classmethod
    def of_echo(cls, echo: Json, contact: Json | None = None) -> "Person":
        """Whom the business wrote to from its phone app: `to`, `to_user_id`."""
        return cls(
            user_id=_text(echo.get("to_user_id")),
            wa_id=_text(echo.get("to")),
            parent_user_id=_text(echo.get("to_parent_user_id")),
        ).completed(contact)

    @classmethod
    def of_status(cls, status: Json, contact: Json | None = None) -> "Person":
        """Whom a status is about: `recipient_id`, `recipient_user_id`, and both spellings of the parent's id.

        Of a message to a group: the participant, never the group (see `group_of`).
        """
        if status.get("recipient_type") == "group" or not status.keys().isdisjoint(_PARTICIPANT):
            found = [text for name in _PARTICIPANT if (text := _text(status.get(name)))]
            return cls(
                user_id=next((text for text in found if is_user_id(text)), None),
                wa_id=next((text for text in found if not is_user_id(text)), None),
            ).completed(contact)
        parent = status.get("parent_recipient_user_id") or status.get("recipient_parent_user_id")
        return cls(
            user_id=_text(status.get("recipient_user_id")),
            wa_id=_text(status.get("recipient_id")),
            parent_user_id=_text(parent),
        ).completed(contact)


# Meta's pages and bodies in public repositories spell the participant in these ways.
_PARTICIPANT = (
    "recipient_participant_user_id",
    "recipient_participant_id",
    "participant_recipient_user_id",
    "participant_recipient_id",
)
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)


def is_user_id(text: str) -> bool:
    """Whether a text is a business-scoped user id (`BR.13491208655302741918`), which no phone number is."""
    return _USER_ID.fullmatch(text) is not None


def group_of(item: Json) -> str:
    """The group that a message or status belongs to, or the empty string."""
    name = "recipient_id" if item.get("recipient_type") == "group" else "group_id"
    return _text(item.get(name)) or ""


class Move(NamedTuple):
    """A person has other ids from now on.  What lies under any of `old.keys` belongs under `new.key`."""

    old: Person
    new: Person


_OLD_USER_ID = re.compile(r"changed from ([A-Z]{2}\.[A-Za-z0-9.]+) to ", re.ASCII)


def identity_move(message: Json) -> Move | None:
    """The move that a message of type `system` announces, or None where it names no old or no new id.

    Read by what is named, whatever `system.type` is called: `user_changed_number`, `user_changed_user_id` (which has no
    `from`), the older `customer_changed_number` with `customer` and `new_wa_id`, and what comes next.  Before
    `previous_user_id` existed (2026-08-11) the old user id stood in the text alone, and is read there.
    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system
    (read 2026-11-25)
    """
    system = message.get("system")
    if not isinstance(system, dict):
        return None
    new = Person(
        user_id=_text(system.get("user_id")),
        wa_id=_text(system.get("wa_id")) or _text(system.get("new_wa_id")),
        parent_user_id=_text(system.get("parent_user_id")),
    )
    old = Person(
        user_id=_text(system.get("previous_user_id")) or _text(message.get("from_user_id")),
        wa_id=_text(system.get("customer")) or _text(message.get("from")),
        parent_user_id=_text(system.get("previous_parent_user_id"))
        or _text(message.get("from_parent_user_id")),
    )
    if not old.key and (text := _OLD_USER_ID.search(_text(system.get("body")) or "")):
        old = Person(user_id=text[1])
    if not old.key or not new.key or set(new.keys) <= set(old.keys):
        return None
    return Move(old, new)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    return str(value) if isinstance(value, str | int) and str(value) else None
