"""What a lease promises, of both its users: the webhook's inbox and the processor's outbox, on Firestore's emulator."""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from cloud.firestore import Store
from development.emulators import Emulators
from tests.support.cloud.lease_users import LEASE, RETENTION, USERS, Documents, LeaseUser, new_delivery

Start = Callable[[], LeaseUser]
MANY = 20


class Clock:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.now = dt.datetime.now(dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def documents(emulators: Emulators, project_id: str) -> Documents:
    return Documents(Store.connect(project_id, "(default)", timeout=10, emulator_host=emulators.firestore))


@pytest.fixture(params=USERS)
async def start(request: Any, documents: Documents, clock: Clock) -> Start:
    """Another process at the same delivery."""
    delivery = new_delivery()
    return lambda: USERS[request.param](documents, delivery, clock)


async def test_the_first_acquires_and_a_copy_finds_it_held(start: Start) -> None:
    first, copy = start(), start()
    assert [await first.claim(), await copy.claim()] == ["acquired", "held elsewhere"]


async def test_of_many_at_once_exactly_one_acquires(start: Start) -> None:
    found = await asyncio.gather(*(start().claim() for _ in range(MANY)))
    assert sorted(found) == ["acquired"] + (MANY - 1) * ["held elsewhere"]


async def test_what_is_finished_is_completed_for_every_copy(start: Start) -> None:
    first = start()
    await first.claim()
    await first.finish()
    assert await start().claim() == "completed"


async def test_of_many_that_find_a_dead_owners_lease_over_exactly_one_acquires(
    start: Start, clock: Clock
) -> None:
    await start().claim()
    clock.now += LEASE + dt.timedelta(seconds=1)
    found = await asyncio.gather(*(start().claim() for _ in range(MANY)))
    assert sorted(found) == ["acquired"] + (MANY - 1) * ["held elsewhere"]


async def test_a_lease_holds_until_its_end(start: Start, clock: Clock) -> None:
    await start().claim()
    clock.now += LEASE - dt.timedelta(seconds=1)
    assert await start().claim() == "held elsewhere"


async def test_a_completed_document_that_is_expired_is_as_if_absent(start: Start, clock: Clock) -> None:
    first = start()
    await first.claim()
    await first.finish()
    clock.now += RETENTION + dt.timedelta(seconds=1)
    assert await start().claim() == "acquired"
    assert await start().claim() == "held elsewhere"


async def test_a_creation_whose_reply_was_lost_is_ones_own(start: Start, documents: Documents) -> None:
    documents.lose_the_reply_once()
    assert await start().claim() == "acquired"
    assert await start().claim() == "held elsewhere"


async def test_a_take_over_whose_reply_was_lost_is_ones_own(
    start: Start, documents: Documents, clock: Clock
) -> None:
    await start().claim()
    clock.now += LEASE + dt.timedelta(seconds=1)
    documents.lose_the_reply_once()
    # The lost reply is the creation's that finds the document there, or the take-over's.
    assert await start().claim() == "acquired"
    assert await start().claim() == "held elsewhere"


async def test_who_lost_the_race_for_a_take_over_reads_again(
    start: Start, documents: Documents, clock: Clock
) -> None:
    await start().claim()
    clock.now += LEASE + dt.timedelta(seconds=1)
    rival = start()

    async def rival_comes_first(write: Any) -> None:
        if not write.current_document.HasField("exists"):
            documents.before_write = _nothing
            assert await rival.claim() == "acquired"

    documents.before_write = rival_comes_first
    assert await start().claim() == "held elsewhere"


async def test_a_document_that_changes_all_the_time_is_given_up_after_a_few_reads(
    start: Start, documents: Documents, clock: Clock
) -> None:
    await start().claim()
    clock.now += LEASE + dt.timedelta(seconds=1)

    async def another_is_first(write: Any) -> None:
        if not write.current_document.HasField("exists"):
            write.current_document.update_time.seconds -= 1

    documents.before_write = another_is_first
    assert await start().claim() == "held elsewhere"
    assert documents.reads < 10


async def test_with_firestore_unavailable_nobody_knows(start: Start, documents: Documents) -> None:
    documents.unavailable = True
    assert await start().claim() == "undecided"
    documents.unavailable = False
    assert await start().claim() == "acquired"


async def _nothing(_: Any) -> None:
    return None
