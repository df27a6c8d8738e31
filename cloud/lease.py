"""A lease on a Firestore document: of racing processes one works on it, and another follows one that died.

A leased document has `state`, `owner` (a token of one attempt), `lease_until` and `expire_at`; its other fields are
the user's.  Every write has a precondition, so of racing attempts one wins.  The owner token tells an attempt's own
write, whose reply was lost, from another's.  TTL deletion is lazy: expiry is a comparison with the clock here.

TRANSITIONS is the whole protocol.  LeaseMachine walks it and is pure; Lease asks Firestore what the machine says.
"""

import asyncio
import datetime as dt
import enum
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from cloud import firestore
from cloud.firestore import Conflict, Document, Unavailable, Write
from cloud.group_commit import abandon
from cloud.turns import yield_every


class Phase(enum.StrEnum):
    """What an attempt asks of Firestore, or what it ended with."""

    CREATE = "create"
    READ = "read"
    TAKE_OVER = "take over"
    ACQUIRED = "acquired"
    COMPLETED = "completed"
    HELD_ELSEWHERE = "held elsewhere"
    UNDECIDED = "undecided"


class Answer(enum.StrEnum):
    """What Firestore's answer means."""

    WRITTEN = "written"
    CONFLICT = "conflict"
    UNAVAILABLE = "unavailable"
    ABSENT = "absent"
    OURS = "ours"
    FREE = "free"
    DONE = "done"
    HELD = "held"


Transitions = Mapping[tuple[Phase, Answer], Phase]
TRANSITIONS: Transitions = MappingProxyType(
    {
        (Phase.CREATE, Answer.WRITTEN): Phase.ACQUIRED,
        # Not "somebody else's": the client sends a write again whose reply was lost, and then it exists.
        (Phase.CREATE, Answer.CONFLICT): Phase.READ,
        (Phase.CREATE, Answer.UNAVAILABLE): Phase.UNDECIDED,
        (Phase.READ, Answer.ABSENT): Phase.CREATE,
        (Phase.READ, Answer.OURS): Phase.ACQUIRED,
        (Phase.READ, Answer.FREE): Phase.TAKE_OVER,
        (Phase.READ, Answer.DONE): Phase.COMPLETED,
        (Phase.READ, Answer.HELD): Phase.HELD_ELSEWHERE,
        (Phase.READ, Answer.UNAVAILABLE): Phase.UNDECIDED,
        (Phase.TAKE_OVER, Answer.WRITTEN): Phase.ACQUIRED,
        (Phase.TAKE_OVER, Answer.CONFLICT): Phase.READ,
        (Phase.TAKE_OVER, Answer.UNAVAILABLE): Phase.UNDECIDED,
    }
)


class Attempt(NamedTuple):
    """Where an attempt is; `update_time` of the document as this attempt last wrote or read it."""

    phase: Phase = Phase.CREATE
    update_time: Timestamp | None = None
    reads: int = 0


@dataclass(frozen=True, slots=True)
class LeaseMachine:
    """The protocol of one attempt.  After `most_reads` the document counts as held elsewhere."""

    transitions: Transitions
    most_reads: int = 4

    def step(self, attempt: Attempt, answer: Answer, update_time: Timestamp | None = None) -> Attempt:
        """The attempt after Firestore's answer; `update_time`: of the document written or read."""
        phase = self.transitions[attempt.phase, answer]
        if phase is not Phase.READ:
            return Attempt(phase, update_time, attempt.reads)
        if attempt.reads == self.most_reads:
            return Attempt(Phase.HELD_ELSEWHERE)
        return Attempt(phase, None, attempt.reads + 1)


LEASE = LeaseMachine(TRANSITIONS)


def look(document: Document | None, *, owner: str, completed: str, now: dt.datetime) -> Answer:
    """What a document that was read means to the attempt of this owner token."""
    if document is None:
        return Answer.ABSENT
    fields = document.fields
    if fields.get("owner") == owner:
        return Answer.OURS
    if fields["expire_at"] <= now:
        return Answer.FREE
    if fields["state"] == completed:
        return Answer.DONE
    return Answer.FREE if fields["lease_until"] <= now else Answer.HELD


@dataclass(frozen=True, slots=True)
class Acquired:
    """The document is this owner's.  `fields`: as they stand; `precondition`: of the next write."""

    owner: str
    fields: Mapping[str, Any]
    precondition: Timestamp
    taken_over: bool = False


@dataclass(frozen=True, slots=True)
class Completed:
    """The work on this document is done."""


@dataclass(frozen=True, slots=True)
class HeldElsewhere:
    """Another owner's lease runs, or others change the document all the time."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Firestore did not answer in time: the document may be anybody's, this attempt's too."""


LeaseResult = Acquired | Completed | HeldElsewhere | Undecided
_ENDS: Mapping[Phase, LeaseResult] = {
    Phase.COMPLETED: Completed(),
    Phase.HELD_ELSEWHERE: HeldElsewhere(),
    Phase.UNDECIDED: Undecided(),
}
_UNDECIDED = _ENDS[Phase.UNDECIDED]


class LostError(Exception):
    """The document is another owner's now: this one stops."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to lease.  `fields`: those of a new one, but for `owner` and `lease_until`."""

    name: str
    fields: Mapping[str, Any]


class Documents(Protocol):
    """The part of cloud.firestore.Store a lease stands on."""

    def submit(self, write: Write) -> asyncio.Future[Timestamp]: ...
    async def get(self, name: str) -> Document | None: ...


class Lease:
    """Leases documents of one kind.

    `completed`: the `state` of a document whose work is done.  `duration`: how long an owner keeps others off without
    renewing.  `take_over(old fields, new fields)`: what is changed in a document whose owner's lease is over; an
    expired document is replaced by the new fields whole.
    """

    def __init__(
        self,
        documents: Documents,
        *,
        completed: str,
        duration: dt.timedelta,
        take_over: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]],
        clock: Callable[[], dt.datetime],
        machine: LeaseMachine = LEASE,
    ) -> None:
        self._documents = documents
        self._completed = completed
        self._duration = duration
        self._take_over = take_over
        self._clock = clock
        self._machine = machine

    async def acquire(self, wanted: Wanted) -> Acquired | Completed | HeldElsewhere:
        """The document for one owner alone.  Raises Unavailable where Firestore does not answer."""
        owner = secrets.token_hex(8)
        result = await self._run(wanted, owner, Attempt())
        if isinstance(result, Undecided):
            raise Unavailable("Firestore did not say whose the document is")
        return result

    async def acquire_all(self, wanted: Sequence[Wanted], *, timeout: float) -> list[LeaseResult]:  # noqa: ASYNC109 all calls
        """Each document for one owner, in their order; Undecided for those not known within `timeout` seconds.

        The writes share requests, and are not atomic.  Raises nothing for Firestore's sake.
        """
        owner = secrets.token_hex(8)
        leased = self.leased(owner)
        # First all of the writes, then all of the submits: those of one turn of the event loop share a request.
        writes = [self._creation(item, leased) async for item in yield_every(wanted)]
        creations = [self._documents.submit(write) for write in writes]
        found: list[LeaseResult] = [_UNDECIDED] * len(wanted)
        contested: list[tuple[int, Attempt]] = []
        try:
            async with asyncio.timeout(timeout):
                for index, creation in enumerate(creations):
                    attempt = await self._written(Attempt(), creation)
                    if attempt.phase is Phase.ACQUIRED:
                        found[index] = _acquired(owner, wanted[index].fields, attempt)
                    elif attempt.phase is Phase.READ:
                        contested.append((index, attempt))
                if contested:
                    await self._run_all(wanted, owner, contested, found)
        except TimeoutError:
            abandon(creations)
        return found

    async def renew(self, name: str, held: Acquired) -> Acquired:
        """Moves the end of the lease, whoever else has written meanwhile.

        Raises LostError where the document is another's, Unavailable where that cannot be known.
        """
        leased = self.leased(held.owner)
        for _ in range(self._machine.most_reads):
            try:
                update_time = await self._documents.submit(firestore.update(name, leased, held.precondition))
            except Conflict:
                document = await self._documents.get(name)
                if document is None or document.fields.get("owner") != held.owner:
                    raise LostError from None
                held = Acquired(held.owner, document.fields, document.update_time)
            else:
                return Acquired(held.owner, {**held.fields, **leased}, update_time)
        raise Unavailable("others change the document all the time")

    def completion(self, name: str, held: Acquired) -> Write:
        """The write that says that the work is done."""
        return firestore.update(name, {"state": self._completed}, held.precondition)

    def withdrawal(self, name: str, held: Acquired) -> Write:
        """The write that leaves things as if the document had never been leased."""
        return firestore.delete(name, held.precondition)

    def leased(self, owner: str) -> dict[str, Any]:
        """The fields by which this owner holds a document from now on."""
        return {"owner": owner, "lease_until": firestore.timestamp(self._clock() + self._duration)}

    def _creation(self, wanted: Wanted, leased: Mapping[str, Any]) -> Write:
        return firestore.create(wanted.name, {**wanted.fields, **leased})

    async def _run_all(
        self,
        wanted: Sequence[Wanted],
        owner: str,
        contested: Iterable[tuple[int, Attempt]],
        found: list[LeaseResult],
    ) -> None:
        async def run(index: int, attempt: Attempt) -> None:
            found[index] = await self._run(wanted[index], owner, attempt)

        await asyncio.gather(*(run(index, attempt) for index, attempt in contested))

    async def _run(self, wanted: Wanted, owner: str, attempt: Attempt) -> LeaseResult:
        """Asks Firestore what the machine says, until it says how the attempt ends."""
        fields = wanted.fields
        taken_over = False
        while attempt.phase not in _ENDS:
            if attempt.phase is Phase.READ:
                attempt, fields = await self._read(attempt, wanted, owner)
            elif attempt.phase is Phase.CREATE:
                fields, taken_over = wanted.fields, False
                creation = self._creation(wanted, self.leased(owner))
                attempt = await self._written(attempt, self._documents.submit(creation))
            elif attempt.update_time is not None and attempt.phase is Phase.TAKE_OVER:
                taken_over = fields["state"] != self._completed
                fields, taking = self._taking_over(wanted, owner, fields, attempt.update_time)
                attempt = await self._written(attempt, self._documents.submit(taking))
            else:
                return _acquired(owner, fields, attempt, taken_over)
        return _ENDS[attempt.phase]

    async def _written(self, attempt: Attempt, write: asyncio.Future[Timestamp]) -> Attempt:
        try:
            return self._machine.step(attempt, Answer.WRITTEN, await write)
        except Conflict:
            return self._machine.step(attempt, Answer.CONFLICT)
        except Unavailable:
            return self._machine.step(attempt, Answer.UNAVAILABLE)

    async def _read(self, attempt: Attempt, wanted: Wanted, owner: str) -> tuple[Attempt, Mapping[str, Any]]:
        try:
            document = await self._documents.get(wanted.name)
        except Unavailable:
            return self._machine.step(attempt, Answer.UNAVAILABLE), wanted.fields
        answer = look(document, owner=owner, completed=self._completed, now=self._clock())
        if document is None:
            return self._machine.step(attempt, answer), wanted.fields
        return self._machine.step(attempt, answer, document.update_time), document.fields

    def _taking_over(
        self, wanted: Wanted, owner: str, before: Mapping[str, Any], precondition: Timestamp
    ) -> tuple[Mapping[str, Any], Write]:
        """The fields after the take-over, and its write."""
        if before["expire_at"] <= self._clock():
            fields = {**wanted.fields, **self.leased(owner)}
            return fields, firestore.replace(wanted.name, fields, precondition)
        changes = {**self._take_over(before, wanted.fields), **self.leased(owner)}
        return {**before, **changes}, firestore.update(wanted.name, changes, precondition)


def _acquired(owner: str, fields: Mapping[str, Any], attempt: Attempt, taken_over: bool = False) -> Acquired:
    if attempt.update_time is None:
        raise AssertionError("an acquired document has an update_time")
    return Acquired(owner, fields, attempt.update_time, taken_over)
