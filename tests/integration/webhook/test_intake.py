"""The intake in this process, on the emulators; single ports are wrapped to go wrong."""

import asyncio
import datetime as dt
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from wacloud.notification import Update, split

from cloud.firestore import Document, Store
from cloud.pubsub import Published, Publisher, PublishError
from development.emulators import Emulators
from tests.integration.webhook.conftest import Topic
from tests.support import bodies
from webhook.inbox import ClaimResult, Inbox
from webhook.intake import Accepted, Intake

PATIENCE = 0.5  # seconds; the timeouts of those tests that wait for them


@pytest.fixture
async def clients(emulators: Emulators, project_id: str) -> tuple[Store, Publisher]:
    """The two clients, of this test's own event loop."""
    store = Store.connect(project_id, "(default)", timeout=10, emulator_host=emulators.firestore)
    publisher = Publisher.connect(
        project_id, "whatsapp-deliveries", timeout=10, emulator_host=emulators.pubsub
    )
    return store, publisher


def inbox(
    store: Any, *, timeout: float = 10, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> Inbox:
    return Inbox(
        store, lease=dt.timedelta(seconds=30), retention=dt.timedelta(days=1), timeout=timeout, clock=clock
    )


def intake(store: Any, publisher: Any, *, timeout: float = 10) -> Intake:
    return Intake(inbox(store, timeout=timeout), publisher, dedupe_statuses=False, publish_timeout=timeout)


async def accept(service: Intake, body: dict[str, Any]) -> Accepted:
    return await service.accept(split(body), time.time())


def document(store: Store, delivery: Update) -> str:
    return store.path("inbox", delivery.document_id)


async def state(store: Store, delivery: Update) -> str | None:
    found = await store.get(document(store, delivery))
    return found.fields["state"] if found else None


class StopsAfter:
    """A topic that takes only the first `count` messages of a person."""

    def __init__(self, publisher: Publisher, count: int) -> None:
        self._publisher = publisher
        self._count = count
        self.submit = publisher.submit

    async def publish(self, ordering_key: str, messages: Sequence[Any]) -> Published:
        await self._publisher.publish(ordering_key, messages[: self._count])
        return Published(self._count, PublishError("UNAVAILABLE from Pub/Sub"))


class Deaf:
    """Documents that answer reads and creations, and no other write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.path, self.get = store.path, store.get

    def submit(self, write: Any) -> asyncio.Future[Any]:
        if write.current_document.HasField("exists"):
            return self._store.submit(write)
        return asyncio.get_running_loop().create_future()


async def test_a_persons_later_message_waits_for_the_earlier_one_that_is_in_someone_elses_hands(
    clients: tuple[Store, Publisher], topic: Topic
) -> None:
    store, publisher = clients
    busy, later, other = bodies.text(), bodies.text(), bodies.text(sender="5511999990002")
    body = bodies.of(busy, later, other)
    deliveries = split(body)
    (elsewhere,) = await inbox(store).claim(deliveries[:1])

    accepted = await accept(intake(store, publisher), body)
    assert (accepted.published, accepted.in_progress, accepted.complete) == (1, 2, False)
    assert topic.wamids(1) == [other["id"]]
    assert await state(store, deliveries[1]) is None, "released: its copy need not wait for a lease"

    await inbox(store).settle(published=[], given_up=[elsewhere])
    accepted = await accept(intake(store, publisher), body)
    assert (accepted.published, accepted.duplicates, accepted.complete) == (2, 1, True)
    assert topic.wamids(3) == [other["id"], busy["id"], later["id"]]


@pytest.mark.parametrize("count", [0, 1, 2])
async def test_what_a_person_wrote_after_a_message_that_failed_stays_behind_it(
    count: int, clients: tuple[Store, Publisher], topic: Topic
) -> None:
    store, publisher = clients
    messages = [bodies.text(str(n)) for n in range(3)]
    body = bodies.of(*messages)
    accepted = await accept(intake(store, StopsAfter(publisher, count)), body)
    assert (accepted.published, accepted.failed) == (count, 3 - count)
    states = [await state(store, delivery) for delivery in split(body)]
    assert states == ["published"] * count + [None] * (3 - count)

    accepted = await accept(intake(store, publisher), body)
    assert (accepted.duplicates, accepted.published, accepted.complete) == (count, 3 - count, True)
    assert topic.wamids(3) == [message["id"] for message in messages]


async def test_a_failure_that_nobody_foresaw_releases_its_claims(
    clients: tuple[Store, Publisher], topic: Topic
) -> None:
    class Broken(StopsAfter):
        async def publish(self, ordering_key: str, messages: Sequence[Any]) -> Published:
            raise ZeroDivisionError

    store, publisher = clients
    body = bodies.of(bodies.text(), bodies.text(sender="5511999990002"))
    with pytest.raises(ZeroDivisionError):
        await accept(intake(store, Broken(publisher, 0)), body)
    assert [await state(store, delivery) for delivery in split(body)] == [None, None]
    assert (await accept(intake(store, publisher), body)).published == 2


async def test_confirming_and_releasing_share_one_timeout_so_that_the_lease_outlives_both(
    clients: tuple[Store, Publisher], topic: Topic
) -> None:
    store, publisher = clients
    body = bodies.of(bodies.text(), bodies.text())
    started = time.monotonic()
    accepted = await accept(intake(Deaf(store), StopsAfter(publisher, 1), timeout=PATIENCE), body)
    assert (accepted.published, accepted.failed) == (1, 1)
    assert time.monotonic() - started < 1.8 * PATIENCE
    assert [await state(store, delivery) for delivery in split(body)] == ["claimed", "claimed"]


async def test_a_message_that_waits_behind_stuck_groups_is_given_up_in_time(
    clients: tuple[Store, Publisher],
) -> None:
    store, _ = clients
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        stuck = Publisher.connect("p", "topic", timeout=1, emulator_host=address)
        service = intake(store, stuck, timeout=1)

        async def timed() -> float:
            started = time.monotonic()
            accepted = await accept(service, bodies.of(statuses=[bodies.status()]))
            assert accepted.failed == 1
            return time.monotonic() - started

        waits = []
        for _ in range(4):
            waits.append(asyncio.create_task(timed()))
            await asyncio.sleep(0.05)
        assert max(await asyncio.gather(*waits)) < 1.6, (
            "its group's turn would have come, and failed, after 1.9"
        )


async def test_an_owner_who_was_overtaken_can_neither_confirm_nor_release_what_is_anothers(
    clients: tuple[Store, Publisher],
) -> None:
    store, _ = clients
    slow = inbox(store)
    (delivery,) = split(bodies.of(bodies.text()))
    for settle in ("published", "given_up"):
        (first,) = await slow.claim([delivery])
        assert first.result is ClaimResult.OWNED
        later = inbox(store, clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=31))
        (second,) = await later.claim([delivery])
        assert second.result is ClaimResult.OWNED, "taken over: the lease is over"

        none: dict[str, list[Any]] = {"published": [], "given_up": []}
        await slow.settle(**{**none, settle: [first]})
        assert await state(store, delivery) == "claimed", settle
        await later.settle(published=[], given_up=[second])
        assert await state(store, delivery) is None


async def test_a_claim_of_ones_own_whose_reply_was_lost_is_known_by_its_owner(
    clients: tuple[Store, Publisher], topic: Topic
) -> None:
    """The client library sends the creation again; the answer is then `already exists`."""
    store, publisher = clients

    class SendsTwice(Deaf):
        def submit(self, write: Any) -> asyncio.Future[Any]:
            if not write.current_document.HasField("exists"):
                return self._store.submit(write)

            async def twice() -> Any:
                await self._store.submit(write)
                return await self._store.submit(write)

            return asyncio.ensure_future(twice())

    body = bodies.of(bodies.text())
    accepted = await accept(intake(SendsTwice(store), publisher), body)
    assert (accepted.published, accepted.complete) == (1, True)
    assert await state(store, split(body)[0]) == "published"
    assert len(topic.messages(1)) == 1


async def test_an_inbox_document_is_what_the_documentation_says(clients: tuple[Store, Publisher]) -> None:
    store, _ = clients
    (delivery,) = split(bodies.of(bodies.text()))
    now = dt.datetime(2026, 11, 24, 12, 0, 0, 123456, dt.UTC)
    await inbox(store, clock=lambda: now).claim([delivery])
    found = await store.get(document(store, delivery))
    assert found is not None
    owner = found.fields.pop("owner")
    assert len(owner) == 16
    assert found.fields == {
        "state": "claimed",
        "lease_until": now + dt.timedelta(seconds=30),
        "received_at": now,
        "expire_at": now + dt.timedelta(days=1),
        "delivery_id": delivery.id,
        "kind": "message",
    }


async def test_a_contested_document_that_vanishes_between_write_and_read_is_claimed_after_all(
    clients: tuple[Store, Publisher],
) -> None:
    store, _ = clients
    (delivery,) = split(bodies.of(bodies.text()))
    (elsewhere,) = await inbox(store).claim([delivery])

    class ReleasedMeanwhile(Deaf):
        def __init__(self) -> None:
            super().__init__(store)
            self.submit, self.get = store.submit, self._get  # type: ignore[method-assign]

        async def _get(self, name: str) -> Document | None:
            await inbox(store).settle(published=[], given_up=[elsewhere])
            return await store.get(name)

    (claim,) = await inbox(ReleasedMeanwhile()).claim([delivery])
    assert claim.result is ClaimResult.OWNED
