"""The outbox: one Firestore document for each delivery answered, which says who is at it and what became of it.

`outbox/{sha256 of the delivery id}`: state (claimed | planned | done), owner, lease_until, attempt, delivery_id, kind,
conversation, received_at, expire_at, replies, lead.  Every write after the claim has the document's `update_time` as
its precondition: whoever lost the document stops.  Status webhooks write it too, without a claim, and only forwards.
"""

import asyncio
import datetime as dt
import enum
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from google.protobuf.timestamp_pb2 import Timestamp
from wacloud.notification import Delivery

from cloud import firestore
from cloud.firestore import Conflict, Document, Unavailable, Write
from processor.plan import CallbackKey, Plan, Reply

COLLECTION = "outbox"
_ROUNDS = 6  # of read and write, before a document that changes all the time is left to the next delivery
_RECORD_SECONDS = 10.0  # an accepted send is worth asking Firestore again for
_PAUSE = 0.2


class Documents(Protocol):
    """The part of cloud.firestore.Store the outbox stands on."""

    def path(self, collection: str, document_id: str) -> str: ...
    def submit(self, write: Write) -> asyncio.Future[Timestamp]: ...
    async def get(self, name: str) -> Document | None: ...
    async def commit(self, writes: Sequence[Write]) -> list[Timestamp]: ...


class LostError(Exception):
    """The document is another attempt's now: this one stops."""


class State(enum.StrEnum):
    """How far a delivery is."""

    CLAIMED = "claimed"
    PLANNED = "planned"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as its owner knows it; `fence` is the precondition of the next write."""

    id: str
    name: str
    state: State
    owner: str
    attempt: int
    plan: Plan
    fence: Timestamp


class Outbox:
    """Claims deliveries and keeps their plans.  Raises Unavailable where Firestore is away: then nothing is sent."""

    def __init__(
        self,
        documents: Documents,
        *,
        lease: dt.timedelta,
        retention: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._documents = documents
        self._lease = lease
        self._retention = retention
        self._clock = clock

    async def claim(self, delivery: Delivery, received_at: dt.datetime) -> Entry | State:
        """The delivery for this attempt alone; State.DONE where it was dealt with, State.CLAIMED where another is at it."""
        owner = secrets.token_hex(8)
        name = self._documents.path(COLLECTION, delivery.document_id)
        document: Document | None = None
        for _ in range(_ROUNDS):
            try:
                return await self._take(delivery, name, owner, received_at, document)
            except Conflict:
                document = await self._documents.get(name)
            if document is None or document.fields["expire_at"] <= self._clock():
                continue
            if document.fields["owner"] == owner:
                return _entry(document)
            if document.fields["state"] == State.DONE:
                return State.DONE
            if document.fields["lease_until"] > self._clock():
                return State.CLAIMED
        return State.CLAIMED

    async def _take(
        self, delivery: Delivery, name: str, owner: str, received_at: dt.datetime, document: Document | None
    ) -> Entry:
        """Creates the document, or takes over the one whose owner is gone; raises Conflict."""
        now = self._clock()
        if document is not None and document.fields["expire_at"] > now:
            found = _entry(document)
            entry = replace(found, owner=owner, attempt=found.attempt + 1)
            return await self._write(entry, {"attempt": entry.attempt, **self._leased(owner)})
        fields = {
            "state": State.CLAIMED,
            "attempt": 1,
            "delivery_id": delivery.id,
            "kind": delivery.kind,
            "conversation": delivery.ordering_key,
            "received_at": received_at,
            "expire_at": now + self._retention,
            "replies": [],
            "lead": None,
            **self._leased(owner),
        }
        write = (
            firestore.create(name, fields)
            if document is None
            else firestore.replace(name, fields, document.update_time)
        )
        fence = await self._documents.submit(write)
        return Entry(delivery.document_id, name, State.CLAIMED, owner, 1, Plan(), fence)

    async def decide(self, entry: Entry, plan: Plan, conversation: Sequence[Write]) -> Entry:
        """The plan and the conversation's new state in one atomic commit; raises Conflict where either has changed."""
        planned = _having(entry, plan)
        writes = [firestore.update(entry.name, self._held(planned), entry.fence), *conversation]
        try:
            fence, *_ = await self._documents.commit(writes)
        except (Conflict, Unavailable):
            # Applied all the same, its reply lost?  Then the plan stands, and is this attempt's.
            fresh = await self.reread(entry)
            if fresh.state is State.CLAIMED:
                raise
            return fresh
        return replace(planned, fence=fence)

    async def reread(self, entry: Entry) -> Entry:
        """The document as it is now; raises LostError where it is no longer this attempt's."""
        document = await self._documents.get(entry.name)
        if document is None or document.fields["owner"] != entry.owner:
            raise LostError
        return _entry(document)

    async def record(self, entry: Entry, change: Callable[[Plan], Plan]) -> Entry:
        """Writes what has become of the plan, on top of what status webhooks have written meanwhile.

        Tried again for some seconds.  Raises LostError, or Unavailable: then the next attempt finds a reply
        `sending` and has to treat it as unknown.
        """
        deadline = asyncio.get_running_loop().time() + _RECORD_SECONDS
        stale = False
        while True:
            try:
                if stale:
                    entry, stale = await self.reread(entry), False
                changed = _having(entry, change(entry.plan))
                return await self._write(changed, self._held(changed))
            except Conflict:
                stale = True
            except Unavailable:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(_PAUSE)

    async def release(self, entry: Entry, change: Callable[[Plan], Plan], until: dt.datetime) -> None:
        """Gives the delivery up until then; best effort: the lease covers what fails here.

        Where a status has settled meanwhile what was to be waited for, nobody need wait.
        """
        awaited = change(entry.plan).next
        try:
            for _ in range(_ROUNDS):
                plan = change(entry.plan)
                state = State.DONE if entry.state is State.PLANNED and plan.finished else entry.state
                lease_until = until if plan.next == awaited else self._clock()
                fields = {"state": state, **_fields(plan), "owner": "", "lease_until": lease_until}
                try:
                    await self._write(replace(entry, plan=plan), fields)
                except Conflict:
                    entry = await self.reread(entry)
                else:
                    return
        except (Unavailable, LostError):
            return

    async def tell(self, key: CallbackKey, change: Callable[[Plan], Plan]) -> bool:
        """What a status webhook says of a reply, whoever owns the document; whether it was news."""
        name = self._documents.path(COLLECTION, key.outbox_id)
        while (document := await self._documents.get(name)) is not None:
            before = _entry(document)
            plan = change(before.plan)
            if plan == before.plan:
                return False
            fields: dict[str, Any] = _fields(plan)
            if not before.owner and plan.next != before.plan.next:
                fields["lease_until"] = self._clock()  # nobody need wait for what is known now
            try:
                await self._write(before, fields)
            except Conflict:
                continue
            return True
        return False

    def _held(self, entry: Entry) -> dict[str, Any]:
        """What is written by an owner who goes on."""
        return {"state": entry.state, **_fields(entry.plan), **self._leased(entry.owner)}

    def _leased(self, owner: str) -> dict[str, Any]:
        return {"owner": owner, "lease_until": self._clock() + self._lease}

    async def _write(self, entry: Entry, fields: Mapping[str, Any]) -> Entry:
        fence = await self._documents.submit(firestore.update(entry.name, fields, entry.fence))
        return replace(entry, fence=fence)


def _having(entry: Entry, plan: Plan) -> Entry:
    return replace(entry, state=State.DONE if plan.finished else State.PLANNED, plan=plan)


def _fields(plan: Plan) -> dict[str, Any]:
    return {"replies": [reply.as_fields() for reply in plan.replies], "lead": plan.lead}


def _entry(document: Document) -> Entry:
    fields = document.fields
    plan = Plan(tuple(Reply.of_fields(item) for item in fields["replies"]), fields["lead"])
    return Entry(
        document.name.rsplit("/", 1)[1],
        document.name,
        State(fields["state"]),
        fields["owner"],
        fields["attempt"],
        plan,
        document.update_time,
    )
