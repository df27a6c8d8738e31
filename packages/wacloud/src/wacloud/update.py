"""One update of a webhook: a message, an echo, a status or any other change, by itself.

A POST of Meta's carries up to 1,000 of them; `wacloud.notification.split` takes it apart.  An update is what is claimed,
published and answered once; that one of them is sent again by a queue is a delivery, which is not told here.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wacloud.person import Person
from wacloud.vocabulary import Kind, label

Json = Mapping[str, Any]

_LONGEST_KEY = 256  # an ordering key may be 1 KB
_ITEM_LISTS = ("messages", "message_echoes", "statuses")
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_escaped = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Update:
    """An update in Meta's own shape.

    `id` is the same in every copy that Meta sends; `type` a message's type or a status's name; `person` the customer it
    is about (in a group: the participant); `group_id` the group, else the empty string; `notification` a body in Meta's
    shape that holds this update alone, so whatever reads Meta's webhooks reads it.
    """

    id: str
    kind: Kind
    field: str
    phone_number_id: str
    type: str
    person: Person
    notification: Json
    group_id: str = ""

    @property
    def document_id(self) -> str:
        """Its document in every collection: a hash, for a wamid holds a phone number and may hold a slash."""
        return hashlib.sha256(self.id.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def ordering_key(self) -> str:
        """The conversation of one person with one number; empty where order means nothing."""
        if self.kind in ("status", "change") or not self.person.key:
            return ""
        return conversation_id(self.phone_number_id, self.person.key)

    @property
    def label(self) -> str:
        """The metric label: one of the words of `wacloud.vocabulary`, or `other`."""
        return label(self.kind, self.type, self.field)

    @property
    def value(self) -> Json:
        """The change's value, narrowed to this update.  Of a `change`, which may have any shape, read `notification`."""
        found: Json = self.notification["entry"][0]["changes"][0]["value"]
        return found

    @property
    def item(self) -> Json:
        """The message or status itself.  Not for a `change`."""
        value = self.value
        found: Json = next(value[name][0] for name in _ITEM_LISTS if name in value)
        return found

    @property
    def contact(self) -> Json | None:
        """The contact of its person, where Meta gave one.  Not for a `change`."""
        contacts = self.value.get("contacts")
        return contacts[0] if contacts else None

    def encode(self) -> bytes:
        """The notification as UTF-8 JSON."""
        try:
            return _written(self.notification).encode()
        except UnicodeEncodeError:  # half an emoji, cut off by somebody's limit
            return _escaped(self.notification).encode()


def conversation_id(phone_number_id: str, person_key: str) -> str:
    """The conversation of one person with one number, as ordering keys and documents name it (so without a slash)."""
    key = f"{phone_number_id}:{person_key}"
    if len(key) <= _LONGEST_KEY and key.isascii() and "/" not in key:
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
