"""The two users of cloud.lease behind one interface, and documents whose calls go wrong as a test says."""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

from wacloud.notification import Update, split

from cloud.firestore import Conflict, Document, Store, Unavailable
from cloud.lease import Completed
from processor.outbox import Held, Outbox
from processor.protocol.entry import Entry, State
from tests.support import bodies
from webhook.inbox import ClaimResult, Inbox

LEASE = dt.timedelta(seconds=30)
RETENTION = dt.timedelta(hours=24)
Clock = Callable[[], dt.datetime]


class Documents:
    """A Store; `before_write` and `after_write` may change documents, or raise what the caller is to see."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.path = store.path
        self.commit = store.commit
        self.before_write: Callable[[Any], Any] = _nothing
        self.after_write: Callable[[Any], Any] = _nothing
        self.reads = 0
        self.unavailable = False

    def submit(self, write: Any) -> asyncio.Future[Any]:
        return asyncio.ensure_future(self._write(write))

    async def get(self, name: str) -> Document | None:
        self.reads += 1
        if self.unavailable:
            raise Unavailable("unavailable, as the test wants it")
        return await self._store.get(name)

    async def _write(self, write: Any) -> Any:
        if self.unavailable:
            raise Unavailable("unavailable, as the test wants it")
        await self.before_write(write)
        update_time = await self._store.submit(write)
        await self.after_write(write)
        return update_time

    def lose_the_reply_once(self) -> None:
        """As when the client library sends a write again whose reply was lost: it comes back as a conflict."""

        async def lose(_: Any) -> None:
            self.after_write = _nothing
            raise Conflict("the first try had been applied")

        self.after_write = lose


class LeaseUser(Protocol):
    """One process that works on one delivery's document."""

    async def claim(self) -> str: ...
    async def finish(self) -> None: ...


class InboxUser:
    """The webhook's."""

    def __init__(self, documents: Any, delivery: Update, clock: Clock) -> None:
        self._inbox = Inbox(documents, lease=LEASE, retention=RETENTION, timeout=5, clock=clock)
        self._delivery = delivery

    async def claim(self) -> str:
        (self._claim,) = await self._inbox.claim([self._delivery])
        return {
            ClaimResult.OWNED: "acquired",
            ClaimResult.DUPLICATE: "completed",
            ClaimResult.IN_PROGRESS: "held elsewhere",
            ClaimResult.UNDECIDED: "undecided",
        }[self._claim.result]

    async def finish(self) -> None:
        await self._inbox.settle(published=[self._claim], given_up=[])


class OutboxUser:
    """The processor's."""

    def __init__(self, documents: Any, delivery: Update, clock: Clock) -> None:
        self._outbox = Outbox(documents, lease=LEASE, retention=RETENTION, clock=clock)
        self._delivery = delivery
        self._clock = clock

    async def claim(self) -> str:
        try:
            found = await self._outbox.claim(
                self._delivery.document_id, self._delivery.id, "message", "", self._clock()
            )
        except Unavailable:
            return "undecided"
        if isinstance(found, Held):
            self._held = found
            return "acquired"
        return "completed" if isinstance(found, Completed) else "held elsewhere"

    async def finish(self) -> None:
        await self._outbox.write(self._held, Entry(State.DONE))


USERS: dict[str, Callable[[Any, Update, Clock], LeaseUser]] = {"inbox": InboxUser, "outbox": OutboxUser}


def new_delivery() -> Update:
    """One nobody has seen."""
    (delivery,) = split(bodies.of(bodies.text()))
    return delivery


async def _nothing(_: Any) -> None:
    return None
