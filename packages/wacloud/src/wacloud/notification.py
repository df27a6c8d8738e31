"""Takes one webhook body apart into its updates.

`split` is total: nothing that is a JSON object makes it raise, and nothing in it is dropped.  What it does not know
travels as a `change`, whole.  Shapes that only some senders use (an object in place of a list of one, a `standby` nested
once more, an echo wrapped by Meta's agent) come out in Meta's documented shape, so that every reader reads one.
No typed model is built here (`wacloud.inbound.read` builds one of an update); this is the hot path.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from wacloud.numbering import canonical
from wacloud.person import Person, group_of, is_user_id
from wacloud.update import Json, Update, conversation_id
from wacloud.vocabulary import ABOUT_ANOTHER, LISTS, Kind, type_of

__all__ = ["Update", "conversation_id", "split"]

_CONTEXT = ("messaging_product", "metadata")
_LONGEST_ID = 512
_LONGEST_NUMBER_ID = 256
_SHORTEST_NUMBER = 7
_sorted = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def split(body: dict[str, Any]) -> list[Update]:
    """Every update of a webhook body, in its order.  Accepts any JSON object."""
    entries = _listed(body.get("entry"))
    if entries is None:
        return [_change(body, {}, body)]
    found = [update for entry in entries for update in _of_entry(body.get("object"), entry)]
    if rest := {key: value for key, value in body.items() if key not in ("object", "entry")}:
        found.append(_change({**rest, "object": body.get("object")}, {}, rest))
    return found


def _of_entry(kind: Any, entry: Any) -> Iterator[Update]:
    if not isinstance(entry, dict):
        yield _change({"object": kind, "entry": [entry]}, {}, entry)
        return
    head = {key: entry[key] for key in ("id", "time") if key in entry}
    changes = _listed(entry.get("changes"))
    for change in changes or ():
        yield from _of_change(kind, head, change)
    rest = {
        key: value
        for key, value in entry.items()
        if key not in head and (changes is None or key != "changes")
    }
    if rest:
        yield _change({"object": kind, "entry": [{**head, **rest}]}, head, rest)


def _of_change(object_: Any, head: Json, change: Any) -> Iterator[Update]:
    value = change.get("value") if isinstance(change, dict) else None
    field = change.get("field") if isinstance(change, dict) else None
    lists = LISTS.get(field or "messages") if field is None or isinstance(field, str) else None
    if not isinstance(value, dict) or lists is None:
        yield _change({"object": object_, "entry": [{**head, "changes": [change]}]}, head, change)
        return

    if field == "standby":
        value = _flat_standby(value)
    context = {key: value[key] for key in _CONTEXT if key in value}
    around = {key: item for key, item in change.items() if key != "value"}
    rest = {key: item for key, item in value.items() if key not in _CONTEXT and key != "contacts"}
    found: list[tuple[str, Kind, list[Any]]] = []
    for name, listed_kind in lists:
        items = _listed(rest.get(name))
        if items is None:
            continue
        del rest[name]
        if not set(map(type, items)) <= {dict}:
            rest[name] = [item for item in items if not isinstance(item, dict)]
            items = [item for item in items if isinstance(item, dict)]
        found.append(
            (name, listed_kind, [*map(unwrapped_echo, items)] if name == "message_echoes" else items)
        )
    count = sum(len(items) for _, _, items in found)
    number = _Number(value)
    contacts = _Contacts(value["contacts"], number, alone=count == 1) if "contacts" in value else None

    for name, listed_kind, items in found:
        for item in items:
            own = listed_kind == "message" and number.is_sender_of(item)
            kind: Kind = "echo" if own else listed_kind
            person = _person(kind, item)
            narrowed = {**context, name: [item]}
            if contacts is not None and (contact := contacts.of(kind, person)) is not None:
                narrowed = {**context, "contacts": [contact], name: [item]}
                if "system" not in item:
                    person = person.completed(contact)
            type_ = _string(item.get("status")) if kind == "status" else type_of(item)
            yield Update(
                _update_id(kind, type_, item, number.id),
                kind,
                field or "messages",
                number.id,
                type_,
                person,
                {"object": object_, "entry": [{**head, "changes": [{**around, "value": narrowed}]}]},
                group_of(item),
            )
    if contacts is not None and (left := contacts.unclaimed()) != []:
        rest["contacts"] = left
    if rest or not count:
        remainder = {**around, "value": {**context, **rest}}
        yield _change({"object": object_, "entry": [{**head, "changes": [remainder]}]}, head, remainder)


def _flat_standby(value: Json) -> Json:
    """Meta's agent is known to nest everything once more; what both layers have stays where it is.

    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/standby
    (read 2026-11-25), and bodies that users of the agent have published.
    """
    inner = value.get("standby")
    if not isinstance(inner, dict):
        return value
    outer = {key: item for key, item in value.items() if key != "standby"}
    both = {key: item for key, item in inner.items() if key in outer}
    return {**inner, **outer, **({"standby": both} if both else {})}


def unwrapped_echo(echo: Json) -> Json:
    """Meta's agent wraps a message into `message`, and calls the person `recipient`."""
    inner = echo.get("message")
    if isinstance(inner, dict):
        outer = {key: item for key, item in echo.items() if key != "message"}
        both = {key: item for key, item in inner.items() if key in outer and item != outer[key]}
        echo = {**inner, **outer, **({"message": both} if both else {})}
    recipient = echo.get("recipient")
    if isinstance(recipient, str) and "to" not in echo and "to_user_id" not in echo:
        echo = {**echo, ("to_user_id" if is_user_id(recipient) else "to"): recipient}
    return echo


class _Number:
    """The business's number that a value is about."""

    __slots__ = ("_number", "id")

    def __init__(self, value: Json) -> None:
        metadata = value.get("metadata")
        known = metadata if isinstance(metadata, dict) else {}
        found = _string(known.get("phone_number_id"))
        self.id = found if len(found) <= _LONGEST_NUMBER_ID and found.isascii() else ""
        number = canonical(_string(known.get("display_phone_number")))
        # Samples have PHONE_NUMBER in place of both numbers: that is nobody's own.
        self._number = number if number.isdecimal() and len(number) >= _SHORTEST_NUMBER else ""

    def is_sender_of(self, message: Json) -> bool:
        """Whether the business wrote a message itself."""
        return self.is_number(message.get("from"))

    def is_number(self, spelled: Any) -> bool:
        return bool(self._number) and canonical(_string(spelled)) == self._number


class _Contacts:
    """The value's contacts, each given to the updates of its person; they are not index-aligned with them."""

    __slots__ = ("_all", "_by_key", "_given", "_listed", "_number", "_only")

    def __init__(self, contacts: Any, number: _Number, *, alone: bool) -> None:
        self._all = contacts
        self._number = number
        listed = _listed(contacts)
        self._listed = listed if listed and all(isinstance(item, dict) for item in listed) else []
        self._only = self._listed[0] if alone and len(self._listed) == 1 else None
        self._given: set[int] = set()
        self._by_key: dict[str, Json] = {}
        if self._only is None:
            for contact in self._listed:
                number_as_it_came = _string(contact.get("wa_id"))
                self._by_key.setdefault(canonical(number_as_it_came), contact)
                self._by_key[number_as_it_came] = self._by_key[_string(contact.get("user_id"))] = contact
            self._by_key.pop("", None)

    def of(self, kind: Kind, person: Person) -> Json | None:
        contact = self._only
        if contact is None and self._by_key:
            contact = self._by_key.get(person.user_id or "") or self._by_key.get(person.wa_id or "")
            if contact is None and person.wa_id:
                contact = self._by_key.get(canonical(person.wa_id))
        elif contact is not None and kind == "echo" and self._number.is_number(contact.get("wa_id")):
            return None  # of the business itself
        if contact is not None:
            self._given.add(id(contact))
        return contact

    def unclaimed(self) -> Any:
        if not self._listed:
            return self._all
        return [contact for contact in self._listed if id(contact) not in self._given]


def _change(notification: Json, head: Json, content: Any) -> Update:
    change: Any = content if isinstance(content, dict) else {}
    value = change.get("value")
    return Update(
        id=f"change:{_digest([head.get('id'), head.get('time'), content])}",
        kind="change",
        field=_string(change.get("field")),
        phone_number_id=_Number(value).id if isinstance(value, dict) else "",
        type="",
        person=Person(),
        notification=notification,
    )


def _update_id(kind: Kind, type_: str, item: Json, phone_number_id: str) -> str:
    wamid = item.get("id")
    named = isinstance(wamid, str) and 0 < len(wamid) <= _LONGEST_ID and wamid.isascii()
    if kind == "status":
        # One wamid has a status for each participant of a group, and each may come twice: equal ones are copies.
        return f"status:{wamid}:{_digest(item)}" if named else f"status:{_digest([phone_number_id, item])}"
    name = wamid if named else _digest([phone_number_id, item])
    return f"{kind}:{name}:{type_}:{_digest(item)}" if type_ in ABOUT_ANOTHER else f"{kind}:{name}"


def _person(kind: Kind, item: Json) -> Person:
    if kind == "message":
        return Person.of_message(item)
    if kind == "status":
        return Person.of_status(item)
    if kind == "echo" or "to" in item or "to_user_id" in item:
        return Person.of_echo(item)
    return Person.of_message(item)


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
    return hashlib.sha256(_sorted(content).encode()).hexdigest()
