"""The inbox: one Firestore document for each delivery, which says whose it is and whether it is on the topic.

`inbox/{sha256 of the delivery id}`: state (claimed | published), owner, lease_until, received_at, expire_at,
delivery_id, kind.  Every write has a precondition, so of racing copies one wins; the owner's token tells a claim of
one's own, whose reply was lost, from another's.  TTL deletion is lazy: expiry is a comparison with the clock here.
"""

import asyncio
import contextlib
import datetime as dt
import enum
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp
from wacloud.notification import Delivery

from cloud import firestore
from cloud.firestore import Conflict, Document, StoreError, Unavailable, Write
from cloud.group_commit import abandon
from cloud.turns import in_turns
from webhook import metrics

_ROUNDS = 4  # of look and take over, before a contested claim is somebody else's


class Documents(Protocol):
    """The part of cloud.firestore.Store the inbox stands on."""

    def path(self, collection: str, document_id: str) -> str: ...
    def submit(self, write: Write) -> asyncio.Future[Timestamp]: ...
    async def get(self, name: str) -> Document | None: ...


class Outcome(enum.Enum):
    """What a claim found."""

    OWNED = "owned"
    DUPLICATE = "duplicate"
    IN_PROGRESS = "in_progress"
    UNDECIDED = "undecided"  # Firestore is away
    UNCLAIMED = "unclaimed"  # its kind needs no claim


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim found; one that is ours has the fence of its next write."""

    delivery: Delivery
    outcome: Outcome
    fence: Timestamp | None = None


class Inbox:
    """Claims deliveries and settles the claims.  `timeout` (seconds) bounds each of the two, whatever it takes inside."""

    def __init__(
        self,
        documents: Documents,
        *,
        lease: dt.timedelta,
        retention: dt.timedelta,
        timeout: float,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._documents = documents
        self._lease = lease
        self._retention = retention
        self._timeout = timeout
        self._clock = clock

    async def claim(self, deliveries: Sequence[Delivery]) -> list[Claim]:
        """One claim for each delivery, in their order; never raises for Firestore's sake."""
        owner = secrets.token_hex(8)
        fields = self._fields(owner)
        writes = [
            firestore.create(self._name(delivery), {**fields, **_of(delivery)})
            async for delivery in in_turns(deliveries)
        ]
        creations = [self._documents.submit(write) for write in writes]
        found: dict[int, Claim] = {}
        contested: list[int] = []
        try:
            async with asyncio.timeout(self._timeout):
                for index, creation in enumerate(creations):
                    try:
                        found[index] = Claim(deliveries[index], Outcome.OWNED, await creation)
                    except Conflict:
                        contested.append(index)
                    except Unavailable:
                        found[index] = Claim(deliveries[index], Outcome.UNDECIDED)
                if contested:
                    await self._resolve_all(deliveries, contested, owner, found)
        except TimeoutError:
            abandon(creations)
        return [
            found.get(index) or Claim(delivery, Outcome.UNDECIDED)
            for index, delivery in enumerate(deliveries)
        ]

    async def settle(self, *, published: Sequence[Claim], given_up: Sequence[Claim]) -> None:
        """Confirms the published ones and releases the others; at once, for the lease covers one of the two.

        One that cannot be confirmed is counted: a copy of it will be published once more.  A release is best effort:
        it spares Meta's next try the wait for the lease.
        """
        fields = {"state": "published"}
        updates = [
            firestore.update(self._name(claim.delivery), fields, claim.fence)
            async for claim in in_turns(published)
            if claim.fence is not None
        ]
        deletes = [
            firestore.delete(self._name(claim.delivery), claim.fence)
            async for claim in in_turns(given_up)
            if claim.fence is not None
        ]
        confirms = [self._documents.submit(write) for write in updates]
        releases = [self._documents.submit(write) for write in deletes]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timeout):
                for write in (*confirms, *releases):
                    with contextlib.suppress(StoreError):
                        await write
        metrics.UNCONFIRMED.inc(abandon(confirms))
        abandon(releases)

    async def _resolve_all(
        self, deliveries: Sequence[Delivery], contested: Sequence[int], owner: str, found: dict[int, Claim]
    ) -> None:
        async def resolve(index: int) -> None:
            found[index] = await self._resolve(deliveries[index], owner)

        await asyncio.gather(*(resolve(index) for index in contested))

    async def _resolve(self, delivery: Delivery, owner: str) -> Claim:
        """The document was there: whose is it, and may it be taken over?"""
        try:
            for _ in range(_ROUNDS):
                document = await self._documents.get(self._name(delivery))
                if document is not None:
                    if document.fields.get("owner") == owner:
                        return Claim(delivery, Outcome.OWNED, document.update_time)
                    if not self._is_free(document):
                        published = document.fields.get("state") == "published"
                        return Claim(delivery, Outcome.DUPLICATE if published else Outcome.IN_PROGRESS)
                claim = await self._take(delivery, owner, document)
                if claim is not None:
                    return claim
        except Unavailable:
            return Claim(delivery, Outcome.UNDECIDED)
        return Claim(delivery, Outcome.IN_PROGRESS)

    async def _take(self, delivery: Delivery, owner: str, document: Document | None) -> Claim | None:
        name, fields = self._name(delivery), {**self._fields(owner), **_of(delivery)}
        try:
            if document is None:
                fence = await self._documents.submit(firestore.create(name, fields))
            else:
                fence = await self._documents.submit(firestore.replace(name, fields, document.update_time))
        except Conflict:
            return None
        if document is not None and document.fields.get("state") == "claimed":
            metrics.TAKEN_OVER.inc()
        return Claim(delivery, Outcome.OWNED, fence)

    def _is_free(self, document: Document) -> bool:
        now = self._clock()
        if document.fields["expire_at"] <= now:
            return True
        return document.fields["state"] == "claimed" and bool(document.fields["lease_until"] <= now)

    def _name(self, delivery: Delivery) -> str:
        return self._documents.path("inbox", delivery.document_id)

    def _fields(self, owner: str) -> dict[str, object]:
        """What the documents of one request's claims have in common."""
        now = self._clock()
        return {
            "state": "claimed",
            "owner": owner,
            "lease_until": firestore.timestamp(now + self._lease),
            "received_at": firestore.timestamp(now),
            "expire_at": firestore.timestamp(now + self._retention),
        }


def _of(delivery: Delivery) -> dict[str, object]:
    return {"delivery_id": delivery.id, "kind": delivery.kind}
