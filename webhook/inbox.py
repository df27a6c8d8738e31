"""The inbox: one Firestore document for each update, which says whose it is and whether it is on the topic.

`inbox/{sha256 of the update's id}`: state (claimed | published), owner, lease_until, received_at, expire_at,
delivery_id, kind.  Who may publish an update is cloud.lease's to say; what a document holds is said here.
"""

import asyncio
import contextlib
import datetime as dt
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp
from wacloud.notification import Update

from cloud import firestore
from cloud.firestore import Document, StoreError, Write
from cloud.group_commit import abandon
from cloud.lease import Acquired, Completed, HeldElsewhere, Lease, LeaseResult, Undecided, Wanted
from cloud.turns import yield_every
from webhook import metrics


class Documents(Protocol):
    """The part of cloud.firestore.Store the inbox stands on."""

    def path(self, collection: str, document_id: str) -> str: ...
    def submit(self, write: Write) -> asyncio.Future[Timestamp]: ...
    async def get(self, name: str) -> Document | None: ...


class ClaimResult(enum.Enum):
    """What a claim found."""

    OWNED = "owned"
    DUPLICATE = "duplicate"
    IN_PROGRESS = "in_progress"
    UNDECIDED = "undecided"  # Firestore did not answer in time
    NOT_NEEDED = "not_needed"  # updates of its kind are not claimed


_RESULTS: dict[type[LeaseResult], ClaimResult] = {
    Acquired: ClaimResult.OWNED,
    Completed: ClaimResult.DUPLICATE,
    HeldElsewhere: ClaimResult.IN_PROGRESS,
    Undecided: ClaimResult.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim found; `held`: the lease of one that is owned."""

    update: Update
    result: ClaimResult
    held: Acquired | None = None


class Inbox:
    """Claims updates and settles the claims.  `timeout` (seconds) bounds each of the two, retries included."""

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
        self._retention = retention
        self._timeout = timeout
        self._clock = clock
        self._lease = Lease(
            documents, completed="published", duration=lease, take_over=lambda _, new: new, clock=clock
        )

    async def claim(self, updates: Sequence[Update]) -> list[Claim]:
        """One claim for each update, in their order; never raises for Firestore's sake."""
        now = self._clock()
        common = {
            "state": "claimed",
            "received_at": firestore.timestamp(now),
            "expire_at": firestore.timestamp(now + self._retention),
        }
        wanted = [
            Wanted(self._name(item), {**common, "delivery_id": item.id, "kind": item.kind})
            async for item in yield_every(updates)
        ]
        found = await self._lease.acquire_all(wanted, timeout=self._timeout)
        claims = [_claim(update, result) for update, result in zip(updates, found, strict=True)]
        metrics.TAKEN_OVER.inc(sum(claim.held is not None and claim.held.taken_over for claim in claims))
        return claims

    async def settle(self, *, published: Sequence[Claim], given_up: Sequence[Claim]) -> None:
        """Confirms the published ones and releases the others, within one time-out: the lease covers no second one.

        One that cannot be confirmed is counted: a copy of it will be published once more.  A release is best effort:
        it spares Meta's next try the wait for the lease.
        """
        completions = [
            self._lease.completion(self._name(claim.update), claim.held)
            async for claim in yield_every(published)
            if claim.held is not None
        ]
        withdrawals = [
            self._lease.withdrawal(self._name(claim.update), claim.held)
            async for claim in yield_every(given_up)
            if claim.held is not None
        ]
        confirms = [self._documents.submit(write) for write in completions]
        releases = [self._documents.submit(write) for write in withdrawals]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timeout):
                for write in (*confirms, *releases):
                    with contextlib.suppress(StoreError):
                        await write
        metrics.UNCONFIRMED.inc(abandon(confirms))
        abandon(releases)

    def _name(self, update: Update) -> str:
        return self._documents.path("inbox", update.document_id)


def _claim(update: Update, result: LeaseResult) -> Claim:
    return Claim(update, _RESULTS[type(result)], result if isinstance(result, Acquired) else None)
