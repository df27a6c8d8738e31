"""One webhook body, taken apart into its deliveries.

A POST carries up to 1,000 updates (messages, statuses, other changes) for many people.  Each becomes a `Delivery` of
its own: what is claimed once, published once, answered once.  A delivery's `notification` is a body in Meta's own
shape that holds just this update, so whatever reads Meta's webhooks reads it.

`split` is total: nothing that is a JSON object makes it raise, and nothing in it is dropped.  What it does not know
travels as a `change`, whole.  No typed model is built here (that is `wacloud.inbound`); this is the hot path.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wacloud.person import Person

Json = Mapping[str, Any]
Kind = Literal["message", "echo", "standby", "status", "change"]

_CONTEXT = ("messaging_product", "metadata")
# Where the updates of a field lie, and what they are.  Any other field is one change.
_LISTS: dict[str | None, tuple[tuple[str, Kind], ...]] = {
    "messages": (("messages", "message"), ("statuses", "status")),
    "standby": (("messages", "standby"), ("message_echoes", "standby"), ("statuses", "status")),
    "smb_message_echoes": (("message_echoes", "echo"),),
}
_LISTS[None] = _LISTS["messages"]
# These may reuse the id of the message they speak of, and must not pass for a copy of it.
_ABOUT_ANOTHER = frozenset({"edit", "revoke", "unsupported"})
_LONGEST_ID = 512
_LONGEST_KEY = 256  # an ordering key may be 1 KB
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_escaped = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Delivery:
    """One update on its way.

    `id` is the same for every copy of it that Meta sends; `type` a message's type or a status's name; `person` the
    customer it is about; `notification` the update in Meta's shape.
    """

    id: str
    kind: Kind
    field: str
    phone_number_id: str
    type: str
    person: Person
    notification: Json

    @property
    def document_id(self) -> str:
        """Its document in every collection: a hash, for a wamid holds a phone number and may hold a slash."""
        return hashlib.sha256(self.id.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def ordering_key(self) -> str:
        """One person's talk with one number; empty where order means nothing."""
        if self.kind in ("status", "change") or not self.person.key:
            return ""
        return conversation_id(self.phone_number_id, self.person.key)

    @property
    def value(self) -> Json:
        """The change's value, narrowed to this update.  Of a `change`, which may have any shape, read `notification`."""
        found: Json = self.notification["entry"][0]["changes"][0]["value"]
        return found

    def encode(self) -> bytes:
        """The notification as UTF-8 JSON."""
        try:
            return _written(self.notification).encode()
        except UnicodeEncodeError:  # half an emoji, cut off by somebody's limit
            return _escaped(self.notification).encode()


def conversation_id(phone_number_id: str, person_key: str) -> str:
    """One person's talk with one number, as ordering keys and documents name it (so without a slash)."""
    key = f"{phone_number_id}:{person_key}"
    return key if len(key) <= _LONGEST_KEY and key.isascii() and "/" not in key else _hash(key)


def split(body: dict[str, Any]) -> list[Delivery]:
    """Every delivery of a webhook body, in its order.  Accepts any JSON object."""
    entries = _listed(body.get("entry"))
    if entries is None:
        return [_change(body, {}, body)]
    found = [delivery for entry in entries for delivery in _of_entry(body.get("object"), entry)]
    if rest := {key: value for key, value in body.items() if key not in ("object", "entry")}:
        found.append(_change({**rest, "object": body.get("object")}, {}, rest))
    return found


def _of_entry(kind: Any, entry: Any) -> Iterator[Delivery]:
    if not isinstance(entry, dict):
        yield _change({"object": kind, "entry": [entry]}, {}, entry)
        return
    head = {key: entry[key] for key in ("id", "time") if key in entry}

    def wrapped(part: Json) -> Json:
        return {"object": kind, "entry": [{**head, **part}]}

    changes = _listed(entry.get("changes"))
    for change in changes or ():
        yield from _of_change(wrapped, head, change)
    rest = {
        key: value
        for key, value in entry.items()
        if key not in head and (changes is None or key != "changes")
    }
    if rest:
        yield _change(wrapped(rest), head, rest)


def _of_change(wrapped: Any, head: Json, change: Any) -> Iterator[Delivery]:
    value = change.get("value") if isinstance(change, dict) else None
    field = change.get("field") if isinstance(change, dict) else None
    lists = _LISTS.get(field) if field is None or isinstance(field, str) else None
    if not isinstance(value, dict) or lists is None:
        yield _change(wrapped({"changes": [change]}), head, change)
        return

    context = {key: value[key] for key in _CONTEXT if key in value}
    around = {key: item for key, item in change.items() if key != "value"}
    rest = {key: item for key, item in value.items() if key not in _CONTEXT and key != "contacts"}
    updates: list[tuple[str, Kind, Json]] = []
    for name, kind in lists:
        items = _listed(rest.get(name))
        if items is not None and all(isinstance(item, dict) for item in items):
            updates += ((name, kind, item) for item in items)
            del rest[name]
    contacts = _Contacts(value.get("contacts"), alone=len(updates) == 1)

    for name, kind, item in updates:
        contact = contacts.of(kind, item)
        narrowed = {**context, **({"contacts": [contact]} if contact else {}), name: [item]}
        yield Delivery(
            id=_update_id(kind, item, _phone_number_id(value)),
            kind=kind,
            field=field or "messages",
            phone_number_id=_phone_number_id(value),
            type=_string(item.get("status" if kind == "status" else "type")),
            person=_person(kind, item, contact),
            notification=wrapped({"changes": [{**around, "value": narrowed}]}),
        )
    left = contacts.unclaimed()
    if "contacts" in value and left != []:
        rest["contacts"] = left
    if rest or not updates:
        remainder = {**around, "value": {**context, **rest}}
        yield _change(wrapped({"changes": [remainder]}), head, remainder)


class _Contacts:
    """The value's contacts, each given to the updates of its person; they are not index-aligned with them."""

    def __init__(self, contacts: Any, *, alone: bool) -> None:
        self._all = contacts
        listed = _listed(contacts)
        self._listed = listed if listed and all(isinstance(item, dict) for item in listed) else []
        self._alone = alone and len(self._listed) == 1
        self._by_id = {
            key: contact
            for contact in self._listed
            for name in ("wa_id", "user_id")
            if (key := _string(contact.get(name)))
        }
        self._given: set[int] = set()

    def of(self, kind: Kind, item: Json) -> Json | None:
        contact = None
        if self._alone:
            contact = self._listed[0]
        elif self._by_id:
            person = _person(kind, item, None)
            contact = self._by_id.get(person.user_id or "") or self._by_id.get(person.wa_id or "")
            contact = contact or self._by_id.get(_string(item.get("recipient_participant_id")))
        if contact is not None:
            self._given.add(id(contact))
        return contact

    def unclaimed(self) -> Any:
        if not self._listed:
            return self._all
        return [contact for contact in self._listed if id(contact) not in self._given]


def _change(notification: Json, head: Json, content: Any) -> Delivery:
    change: Any = content if isinstance(content, dict) else {}
    value = change.get("value")
    return Delivery(
        id=f"change:{_digest([head.get('id'), head.get('time'), content])}",
        kind="change",
        field=_string(change.get("field")),
        phone_number_id=_phone_number_id(value) if isinstance(value, dict) else "",
        type="",
        person=Person(),
        notification=notification,
    )


def _update_id(kind: Kind, item: Json, phone_number_id: str) -> str:
    wamid = item.get("id")
    named = isinstance(wamid, str) and 0 < len(wamid) <= _LONGEST_ID and wamid.isascii()
    name = wamid if named else _digest([phone_number_id, item])
    if kind == "status":
        parts = [f"status:{name}", _string(item.get("status"))]
        # A group's statuses are one for each participant.
        parts += filter(None, [_string(item.get("recipient_participant_id"))])
        identity = ":".join(parts)
        plain = len(identity) <= 2 * _LONGEST_ID and identity.isascii()
        return identity if plain else f"status:{_hash(identity)}"
    kind_of_message = _string(item.get("type"))
    if kind_of_message in _ABOUT_ANOTHER:
        return f"{kind}:{name}:{kind_of_message}:{_digest(item)}"
    return f"{kind}:{name}"


def _person(kind: Kind, item: Json, contact: Json | None) -> Person:
    if kind == "status":
        return Person.of_status(item, contact)
    if kind == "echo" or (kind == "standby" and ("to" in item or "to_user_id" in item)):
        return Person.of_echo(item, contact)
    return Person.of_message(item, contact)


def _phone_number_id(value: Json) -> str:
    metadata = value.get("metadata")
    found = _string(metadata.get("phone_number_id")) if isinstance(metadata, dict) else ""
    return found if len(found) <= _LONGEST_KEY and found.isascii() else ""


def _listed(value: Any) -> list[Any] | None:
    """Meta's lists; some senders put the object itself in place of a list of one."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else None


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
