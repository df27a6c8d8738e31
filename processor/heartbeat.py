"""The document that a push holds, and the heartbeat that renews its lease while the push works."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from cloud.firestore import StoreError, Write
from cloud.lease import LostError
from cloud.logs import fields
from processor import metrics
from processor.outbox import ChangedError, Held, Outbox
from processor.protocol.entry import Entry

log = logging.getLogger(__name__)
_BEATS = 3  # in a lease: one may fail and the next still comes in time


class HeldLease:
    """A lease on one document.  Writes and renewals take turns, so each has the newest `update_time`."""

    def __init__(self, outbox: Outbox, held: Held) -> None:
        self._outbox = outbox
        self._held = held
        self._lost = False
        self._seconds = outbox.lease.total_seconds()
        self._runs_until = time.monotonic() + self._seconds
        self._turn = asyncio.Lock()

    @property
    def entry(self) -> Entry:
        """The entry as it was last read or written."""
        return self._held.entry

    @property
    def lost(self) -> bool:
        """Whether another may hold the document by now: then nothing may be sent."""
        return self._lost or time.monotonic() >= self._runs_until

    @contextlib.asynccontextmanager
    async def renewed(self) -> AsyncIterator[None]:
        """Renews the lease while the block runs, three times in its duration, until it is lost."""
        beats = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beats.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beats

    async def commit(self, known: Entry, entry: Entry, others: Sequence[Write]) -> None:
        """The entry and other writes in one commit.  Raises what Outbox.commit raises, and ChangedError."""
        async with self._turn:
            self._check(known)
            started = time.monotonic()
            self._keep(await self._outbox.commit(self._held, entry, others), started)

    async def write(self, known: Entry, entry: Entry) -> None:
        """The entry; raises ChangedError where it is no longer based on `known`, LostError, StoreError."""
        async with self._turn:
            self._check(known)
            started = time.monotonic()
            self._keep(await self._outbox.write(self._held, entry), started)

    async def release(self, known: Entry, entry: Entry, until: datetime) -> None:
        """The entry, and the lease is over.  Raises ChangedError, LostError, StoreError."""
        async with self._turn:
            self._check(known)
            await self._outbox.release(self._held, entry, until)
            self._lost = True

    async def reread(self) -> None:
        """The document as it is now; raises LostError, StoreError."""
        async with self._turn:
            self._held = await self._outbox.reread(self._held)

    def take(self, held: Held) -> None:
        """What somebody else has written meanwhile."""
        self._held = held

    def _check(self, known: Entry) -> None:
        if self._held.entry is not known:
            raise ChangedError(self._held)

    def _keep(self, held: Held, started: float) -> None:
        self._held = held
        self._runs_until = started + self._seconds

    async def _beat(self) -> None:
        while not self.lost:
            await asyncio.sleep(self._seconds / _BEATS)
            async with self._turn:
                if self._lost:
                    return
                started = time.monotonic()
                try:
                    self._keep(await self._outbox.renew(self._held), started)
                except LostError:
                    self._lost = True
                except StoreError as error:
                    log.warning("a lease was not renewed: %s", error, extra=fields(delivery=self._held.id))
        metrics.LEASES_LOST.inc()
