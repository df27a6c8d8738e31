"""What is remembered of one person's conversation with one number, between messages.

`conversations/{phone number id}:{person key}`: state (the bot's own), name, wa_id, user_id, last_message_at, opted_out,
silent_until, expire_at.  A conversation first seen under a phone number is found again when the person comes with a
user id too, and moves to the new key; so it does when a `system` message announces a changed number or user id.  What
an echo has left under the other of a person's keys is joined to it.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from wacloud.notification import conversation_id
from wacloud.person import Person

from cloud import firestore
from cloud.firestore import Document, Write

COLLECTION = "conversations"
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Documents(Protocol):
    """The part of cloud.firestore.Store this stands on."""

    def path(self, collection: str, document_id: str) -> str: ...
    async def get(self, name: str) -> Document | None: ...


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it was read, or a new one.  `path`: its document; `name`: what the person calls themselves."""

    path: str
    person: Person
    name: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    last_message_at: dt.datetime | None = None
    opted_out: bool = False
    silent_until: dt.datetime | None = None
    stored: Document | None = None
    joined: tuple[Document, ...] = ()

    def writes(self, retention: dt.timedelta, now: dt.datetime) -> list[Write]:
        """What stores it, if nobody else has written it since it was read."""
        fields = {
            "state": dict(self.state),
            "name": self.name,
            "wa_id": self.person.wa_id,
            "user_id": self.person.user_id,
            "last_message_at": self.last_message_at,
            "opted_out": self.opted_out,
            "silent_until": self.silent_until,
            "expire_at": now + retention,
        }
        if self.stored is None:
            writes = [firestore.create(self.path, fields)]
        else:
            writes = [firestore.replace(self.path, fields, self.stored.update_time)]
        return writes + [firestore.delete(other.name, other.update_time) for other in self.joined]

    @property
    def known(self) -> bool:
        """Whether there is anything to remember of this person."""
        return self.last_message_at is not None or self.silent_until is not None

    def is_silent(self, now: dt.datetime) -> bool:
        """Whether a person of the business has taken over for a while."""
        return self.silent_until is not None and self.silent_until > now


async def load(
    documents: Documents,
    phone_number_id: str,
    person: Person,
    now: dt.datetime,
    *,
    previous: Person | None = None,
) -> Conversation:
    """The conversation with a person, who may have been known as somebody else; raises Unavailable."""
    keys = dict.fromkeys(
        key for one in (person, previous) if one is not None for key in (one.user_id, one.wa_id) if key
    )
    names = [documents.path(COLLECTION, conversation_id(phone_number_id, key)) for key in keys]
    found = await asyncio.gather(*(documents.get(name) for name in names))
    return _chosen(names, found, person, now)


def _chosen(
    names: Sequence[str], found: Sequence[Document | None], person: Person, now: dt.datetime
) -> Conversation:
    """What was said last under any of the names, from now on under the first."""
    stored = found[0]
    current = Conversation(names[0], person, stored=stored)
    live = [document for document in found if document is not None and document.fields["expire_at"] > now]
    if not live:
        return current
    fields = max(live, key=lambda document: document.fields["last_message_at"] or _NEVER).fields
    silences = [until for document in live if (until := document.fields["silent_until"]) is not None]
    return replace(
        current,
        person=Person(person.user_id or fields["user_id"], person.wa_id or fields["wa_id"]),
        name=fields.get("name") or "",
        state=fields["state"],
        last_message_at=fields["last_message_at"],
        opted_out=fields["opted_out"],
        silent_until=max(silences, default=None),
        joined=tuple(document for document in live if document is not stored),
    )
