"""Erasing a person: what this system stores of them, and how each of it goes.

    conversations   deleted
    outbox          emptied: a nameless document stays, so that a copy still under way is not answered again
    inbox           the same: its delivery id goes, because a wamid holds the phone number
    dead letters    taken out

No field is indexed (terraform), so inbox and outbox are read whole: a read for each document of the retention time.
What cannot be erased from here is told by `BEYOND`.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.cloud import firestore
from wacloud.notification import conversation_id

from ops.letterbox import DeadLetter, Letterbox

BEYOND = (
    "Pub/Sub keeps deliveries that are dealt with for up to 7 days (topics whatsapp-deliveries and leads); nobody can "
    "delete single ones, they go by themselves.",
    "Firestore's point-in-time recovery remembers the last 7 days, backups as long as you keep them.",
    "Whoever reads the leads topic has to erase what it took from there.",
    "Meta and the person's own phone have the chat; logs hold identities masked.",
)
_ERASED = "erased"
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Findings:
    """What there is of a person."""

    identities: frozenset[str]
    conversations: tuple[str, ...] = ()
    outbox: tuple[str, ...] = ()
    inbox: tuple[str, ...] = ()
    letters: tuple[DeadLetter, ...] = field(default=())

    @property
    def count(self) -> int:
        """Documents and letters."""
        return sum(map(len, (self.conversations, self.outbox, self.inbox, self.letters)))


class Eraser:
    """Finds and erases.  `numbers`: the ids of the business's phone numbers."""

    def __init__(self, documents: firestore.Client, box: Letterbox, numbers: Sequence[str]) -> None:
        self._documents = documents
        self._box = box
        self._numbers = numbers

    def find(self, identities: Iterable[str], seen: Callable[[int], None]) -> Findings:
        """Everything about the person with these ids, and with those their conversations add.

        Dead letters are leased until `erase` or `leave`.  `seen` hears how many documents have been read.
        """
        known, conversations = self._conversations(frozenset(identities))
        keys = {conversation_id(number, name) for number in self._numbers for name in known}
        phones = tuple(name.encode() for name in known if name.isdecimal())
        outbox = tuple(
            document.id
            for document in self._read("outbox", ["conversation", "delivery_id", "replies"], seen)
            if _is_theirs(document.to_dict() or {}, known, keys, phones)
        )
        inbox = tuple(
            document.id
            for document in self._read("inbox", ["delivery_id"], seen)
            if document.id in outbox or _names(str((document.to_dict() or {}).get("delivery_id")), phones)
        )
        everyones = self._box.take()
        letters = tuple(letter for letter in everyones if letter.identities & known)
        self._box.release(letter for letter in everyones if letter not in letters)
        return Findings(known, conversations, outbox, inbox, letters)

    def leave(self, findings: Findings) -> None:
        """Puts the dead letters back."""
        self._box.release(findings.letters)

    def erase(self, findings: Findings, done: Callable[[int], None]) -> None:
        """All of it; `done` hears how many went with each step."""
        for group in _groups([("conversations", name) for name in findings.conversations]):
            batch = self._documents.batch()
            for collection, name in group:
                batch.delete(self._documents.collection(collection).document(name))
            batch.commit()
            done(len(group))
        nameless = [("outbox", name) for name in findings.outbox] + [
            ("inbox", name) for name in findings.inbox
        ]
        for group in _groups(nameless):
            batch = self._documents.batch()
            for collection, name in group:
                batch.update(self._documents.collection(collection).document(name), _EMPTY[collection])
            batch.commit()
            done(len(group))
        self._box.discard(findings.letters)
        done(len(findings.letters))

    def _conversations(self, known: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """The conversations by name, and the ids they say belong to the same person."""
        collection = self._documents.collection("conversations")
        found: dict[str, None] = {}
        while True:
            names = {conversation_id(number, name) for number in self._numbers for name in known} - set(found)
            if not names:
                return known, tuple(found)
            documents = list(self._documents.get_all([collection.document(name) for name in names]))
            present = [document for document in documents if document.exists]
            if not present:
                return known, tuple(found)
            found |= dict.fromkeys(document.id for document in present)
            known |= {
                str(name)
                for document in present
                for name in (document.get("wa_id"), document.get("user_id"))
                if name
            }

    def _read(self, collection: str, fields: list[str], seen: Callable[[int], None]) -> Iterator[Any]:
        for document in self._documents.collection(collection).select(fields).stream():
            seen(1)
            yield document


# The state stays what keeps copies off; the retention time stays as it was.
_EMPTY: dict[str, dict[str, Any]] = {
    "outbox": {
        "state": "done",
        "owner": "",
        "delivery_id": _ERASED,
        "conversation": _ERASED,
        "replies": [],
        "lead": None,
        "events": [],
    },
    "inbox": {"delivery_id": _ERASED},
}


def _is_theirs(
    fields: dict[str, Any], known: frozenset[str], keys: set[str], phones: Sequence[bytes]
) -> bool:
    if fields.get("conversation") in keys or _names(str(fields.get("delivery_id")), phones):
        return True
    to = (reply.get("to") or {} for reply in fields.get("replies") or ())
    return any({person.get("wa_id"), person.get("user_id")} & known for person in to)


def _names(delivery_id: str, phones: Sequence[bytes]) -> bool:
    """Whether a wamid in it holds one of the phone numbers: it is base64 of bytes among which the number stands."""
    for part in delivery_id.split(":"):
        text = part.removeprefix("wamid.")
        if text == part:
            continue
        try:
            content = base64.b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            continue
        if any(phone in content for phone in phones):
            return True
    return False


def _groups(items: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
