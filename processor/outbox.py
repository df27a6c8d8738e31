"""The outbox: one Firestore document for each message answered, which says who works on it and what became of it.

`outbox/{sha256 of the update's id}`: state (claimed | planned | done), owner, lease_until, attempt, delivery_id, kind,
conversation, received_at, expire_at, replies, events.  Every write after the claim has the document's `update_time` as
its precondition: who lost the document stops.  Status webhooks write it too, without a claim.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from cloud import firestore
from cloud.firestore import Conflict, Document, Unavailable, Write
from cloud.lease import Acquired, Completed, HeldElsewhere, Lease, LostError, Wanted
from processor.protocol.entry import Entry, PlannedEvent, State
from processor.protocol.reply import CallbackKey, Reply

COLLECTION = "outbox"
_WRITE_SECONDS = 10.0  # an accepted send is worth asking Firestore again for
_PAUSE = 0.2


class Documents(Protocol):
    """The part of cloud.firestore.Store the outbox stands on."""

    def path(self, collection: str, document_id: str) -> str: ...
    def submit(self, write: Write) -> asyncio.Future[Timestamp]: ...
    async def get(self, name: str) -> Document | None: ...
    async def commit(self, writes: Sequence[Write]) -> list[Timestamp]: ...


class ChangedError(Exception):
    """A status webhook has written the document meanwhile; `held` is what it is now."""

    def __init__(self, held: "Held") -> None:
        super().__init__("the document has changed since it was read")
        self.held = held


@dataclass(frozen=True, slots=True)
class Held:
    """A document as it was last read or written; `update_time` is the precondition of the next write."""

    id: str
    name: str
    owner: str
    attempt: int
    entry: Entry
    update_time: Timestamp


class Outbox:
    """Claims messages and keeps what is decided about them.  Raises Unavailable where Firestore is away."""

    def __init__(
        self,
        documents: Documents,
        *,
        lease: dt.timedelta,
        retention: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._documents = documents
        self.lease = lease
        self._lease = Lease(
            documents,
            completed=State.DONE,
            duration=lease,
            take_over=lambda before, _: {"attempt": before["attempt"] + 1},
            clock=clock,
        )
        self._retention = retention
        self._clock = clock

    async def claim(
        self, document_id: str, update_id: str, kind: str, conversation: str, received_at: dt.datetime
    ) -> Held | Completed | HeldElsewhere:
        """The message for this push alone, or why not.  Raises Unavailable."""
        name = self._documents.path(COLLECTION, document_id)
        fields = {
            "attempt": 1,
            "delivery_id": update_id,
            "kind": kind,
            "conversation": conversation,
            "received_at": received_at,
            "expire_at": self._clock() + self._retention,
            **_fields(Entry()),
        }
        acquired = await self._lease.acquire(Wanted(name, fields))
        if not isinstance(acquired, Acquired):
            return acquired
        fields = {**acquired.fields, "owner": acquired.owner}
        return _held(Document(name, fields, acquired.precondition))

    async def reread(self, held: Held) -> Held:
        """The document as it is now; raises LostError where it is no longer this push's."""
        document = await self._documents.get(held.name)
        if document is None or document.fields["owner"] != held.owner:
            raise LostError
        return _held(document)

    async def commit(self, held: Held, entry: Entry, others: Sequence[Write]) -> Held:
        """The entry and other writes, all or none, the lease kept.

        Raises Conflict where one of them has changed, Unavailable, LostError.
        """
        fields = {**_fields(entry), "owner": held.owner, "lease_until": self._clock() + self.lease}
        writes = [firestore.update(held.name, fields, held.update_time), *others]
        try:
            update_time, *_ = await self._documents.commit(writes)
        except (Conflict, Unavailable):
            # Applied all the same, its answer lost?  Then the plan stands, and is this push's.
            fresh = await self.reread(held)
            if fresh.entry.state is State.CLAIMED:
                raise
            return fresh
        return replace(held, entry=entry, update_time=update_time)

    async def write(self, held: Held, entry: Entry) -> Held:
        """The entry, the lease kept; asks again for some seconds.  Raises ChangedError, LostError, Unavailable."""
        deadline = asyncio.get_running_loop().time() + _WRITE_SECONDS
        while True:
            fields = {**_fields(entry), "owner": held.owner, "lease_until": self._clock() + self.lease}
            try:
                return await self._update(held, entry, fields)
            except Unavailable:
                if asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(_PAUSE)

    async def renew(self, held: Held) -> Held:
        """The lease, a while longer, and the entry as it stands.  Raises LostError, Unavailable."""
        renewed = await self._lease.renew(held.name, Acquired(held.owner, {}, held.update_time))
        entry = _entry(renewed.fields) if "state" in renewed.fields else held.entry
        return replace(
            held, entry=held.entry if entry == held.entry else entry, update_time=renewed.precondition
        )

    async def release(self, held: Held, entry: Entry, until: dt.datetime) -> None:
        """The entry, and nobody works on it before `until`.  Raises ChangedError, LostError, Unavailable."""
        await self._update(held, entry, {**_fields(entry), "owner": "", "lease_until": until})

    async def read(self, key: CallbackKey) -> Held | None:
        """The document of a reply, whoever works on it."""
        document = await self._documents.get(self._documents.path(COLLECTION, key.outbox_id))
        return None if document is None else _held(document)

    async def amend(self, held: Held, entry: Entry, *, end_wait: bool) -> None:
        """What a status says, whoever works on the document; raises Conflict where it has changed.

        `end_wait`: a message that nobody works on may be pushed at once.
        """
        fields: dict[str, Any] = {key: value for key, value in _fields(entry).items() if key != "state"}
        if end_wait and not held.owner:
            fields["lease_until"] = self._clock()
        await self._submit(held, fields)

    async def _update(self, held: Held, entry: Entry, fields: Mapping[str, Any]) -> Held:
        try:
            return await self._submit(replace(held, entry=entry), fields)
        except Conflict:
            document = await self._documents.get(held.name)
        if document is None:
            raise LostError
        found = _held(document)
        if found.owner == fields.get("owner", held.owner) and found.entry == entry:
            return found  # one's own write, whose answer was lost
        if found.owner != held.owner:
            raise LostError
        raise ChangedError(found)

    async def _submit(self, held: Held, fields: Mapping[str, Any]) -> Held:
        update_time = await self._documents.submit(firestore.update(held.name, fields, held.update_time))
        return replace(held, update_time=update_time)


def _fields(entry: Entry) -> dict[str, Any]:
    return {
        "state": entry.state,
        "replies": [reply.as_fields() for reply in entry.replies],
        "events": [asdict(event) for event in entry.events],
    }


def _held(document: Document) -> Held:
    fields = document.fields
    return Held(
        document.name.rsplit("/", 1)[1],
        document.name,
        fields["owner"],
        fields["attempt"],
        _entry(fields),
        document.update_time,
    )


def _entry(fields: Mapping[str, Any]) -> Entry:
    replies = tuple(Reply.of_fields(item) for item in fields["replies"])
    return Entry(State(fields["state"]), replies, _events(fields))


def _events(fields: Mapping[str, Any]) -> tuple[PlannedEvent, ...]:
    if "events" in fields:
        return tuple(PlannedEvent(**event) for event in fields["events"])
    lead = fields.get("lead")  # of a version that knew leads only
    return (PlannedEvent(str(lead["lead_id"]), "lead", "leads", lead),) if lead else ()
