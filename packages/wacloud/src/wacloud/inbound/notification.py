"""A whole webhook body: entries, their changes, and all messages and statuses in one row.  Reading one never raises.

What is queued and processed one update at a time is cut up by `wacloud.notification` instead, without any model.
Source: Meta, Cloud API, Webhooks, "Overview", "messages".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field, SerializeAsAny

from wacloud.inbound.change import Change, Metadata, OtherChange
from wacloud.inbound.field import BY_FIELD
from wacloud.inbound.message import Contact, Error, Message, parse_echo, parse_message
from wacloud.inbound.received import Id, Moment, Received, each
from wacloud.inbound.status import Status, parse_status
from wacloud.person import Person

Json = Mapping[str, Any]

ReadT = TypeVar("ReadT")

MESSAGE_FIELDS = frozenset({"messages", "standby", "smb_message_echoes"})


class Messages(Change):
    """The changes that carry messages: `messages`, `standby` (Meta's agent has the talk) and `smb_message_echoes`.

    A message of `standby` must not be answered: that would take the conversation from the agent.  `echoes` are what the
    business itself wrote, from its phone app or through the agent.
    """

    contacts: tuple[Contact, ...] = ()
    messages: tuple[Message, ...] = ()
    statuses: tuple[Status, ...] = ()
    echoes: tuple[Message, ...] = ()
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()


class Entry(Received):
    """What happened in one WhatsApp Business Account."""

    id: Id | None = None
    time: Moment | None = None
    changes: tuple[SerializeAsAny[Change], ...] = ()


class Notification(Received):
    """A body.  `raw` is the JSON as it came, whatever could be read of it."""

    object: str | None = None
    entries: tuple[Entry, ...] = ()
    raw: Annotated[Any, Field(repr=False)] = None

    def changes(self) -> Iterator[Change]:
        """Every change of every entry."""
        for entry in self.entries:
            yield from entry.changes

    def messages(self) -> Iterator[Message]:
        """Every message that may be answered: those of `standby` are not here."""
        for change in self.changes():
            if isinstance(change, Messages) and change.field == "messages":
                yield from change.messages

    def statuses(self) -> Iterator[Status]:
        """Every status, whatever its change's field."""
        for change in self.changes():
            if isinstance(change, Messages):
                yield from change.statuses


def parse(body: Any) -> Notification:
    """Any JSON value, as far as it can be read."""
    if not isinstance(body, dict):
        return Notification(raw=body)
    kind = body.get("object")
    return Notification(
        object=kind if isinstance(kind, str) else None,
        entries=tuple(_entry(entry) for entry in _listed(body.get("entry"))),
        raw=body,
    )


def parse_change(change: Any) -> Change:
    """An element of `changes`."""
    known = change if isinstance(change, dict) else {}
    field, value = known.get("field"), known.get("value")
    if field is None and isinstance(value, dict) and ("messages" in value or "statuses" in value):
        field = "messages"
    if isinstance(field, str) and isinstance(value, dict):
        # Meta's agent is known to nest everything once more.
        inner = value.get("standby") if field == "standby" else None
        whole = {**value, **inner} if isinstance(inner, dict) else value
        found = _messages(field, whole, known) if field in MESSAGE_FIELDS else None
        model = BY_FIELD.get(field)
        if model is not None:
            found = model.read(value, field=field, raw=known)
        if found is not None:
            return found
    name = field if isinstance(field, str) else ""
    metadata = Metadata.read(value.get("metadata")) if isinstance(value, dict) else None
    raw = known if isinstance(change, dict) else {"value": change}
    return OtherChange(field=name, metadata=metadata, value=value, raw=raw)


def _entry(entry: Any) -> Entry:
    if not isinstance(entry, dict):
        return Entry(changes=(parse_change(entry),))
    changes = tuple(parse_change(change) for change in _listed(entry.get("changes")))
    rest = {key: value for key, value in entry.items() if key != "changes"}
    return Entry.model_validate({**rest, "changes": changes})


def _messages(field: str, value: Json, raw: Json) -> Change:
    contacts = [contact for contact in _listed(value.get("contacts")) if isinstance(contact, dict)]
    others = {key: item for key, item in value.items() if key not in ("standby", "message_echoes")}
    echoes = value.get("message_echoes")
    return Messages.model_validate(
        {
            **others,
            "field": field,
            "raw": raw,
            "contacts": tuple(found for item in contacts if (found := Contact.read(item)) is not None),
            "messages": _each(value.get("messages"), parse_message, Person.of_message, contacts),
            "statuses": _each(value.get("statuses"), parse_status, Person.of_status, contacts),
            "echoes": _each(echoes, parse_echo, Person.of_echo, contacts),
        }
    )


def _each(
    items: Any,
    read: Callable[[Json, Json | None], ReadT],
    person_of: Callable[[Json], Person],
    contacts: list[dict[str, Any]],
) -> tuple[ReadT, ...]:
    """Reads each with the contact of its person; Meta does not promise that the two lists go side by side."""
    known = [item for item in _listed(items) if isinstance(item, dict)]
    return tuple(read(item, _contact(person_of(item), contacts, alone=len(known) == 1)) for item in known)


def _contact(person: Person, contacts: list[dict[str, Any]], *, alone: bool) -> Json | None:
    for contact in contacts:
        user_id, wa_id = contact.get("user_id"), contact.get("wa_id")
        if (person.user_id and person.user_id == user_id) or (person.wa_id and person.wa_id == str(wa_id)):
            return contact
    return contacts[0] if alone and len(contacts) == 1 else None


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []
