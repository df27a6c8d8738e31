"""A lease that is renewed keeps others off for as long as work goes on, and no longer."""

import datetime as dt

import pytest

from cloud import firestore
from cloud.firestore import Store, Unavailable
from cloud.lease import Acquired, Completed, HeldElsewhere, Lease, LostError, Wanted
from development.emulators import Emulators

DURATION = dt.timedelta(seconds=10)
PAST = dt.timedelta(seconds=11)


class Case:
    """One document, its lease, and a clock that the test sets forward."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = dt.datetime.now(dt.UTC)
        self.name = store.path("leased", "one")
        self.wanted = Wanted(
            self.name, {"state": "claimed", "tries": 1, "expire_at": self.now + dt.timedelta(hours=1)}
        )
        self.lease = Lease(
            store,
            completed="done",
            duration=DURATION,
            take_over=lambda old, _: {"tries": old["tries"] + 1},
            clock=lambda: self.now,
        )

    async def acquire(self) -> Acquired:
        found = await self.lease.acquire(self.wanted)
        assert isinstance(found, Acquired)
        return found


@pytest.fixture
async def case(emulators: Emulators, project_id: str) -> Case:
    return Case(Store.connect(project_id, "(default)", timeout=10, emulator_host=emulators.firestore))


async def test_a_renewed_lease_holds_past_its_first_end(case: Case) -> None:
    held = await case.acquire()
    for _ in range(3):
        case.now += DURATION / 2
        held = await case.lease.renew(case.name, held)
    assert isinstance(await case.lease.acquire(case.wanted), HeldElsewhere)
    case.now += PAST
    assert isinstance(await case.lease.acquire(case.wanted), Acquired)


async def test_a_renewal_goes_on_where_somebody_else_has_written_the_document(case: Case) -> None:
    held = await case.acquire()
    await case.store.submit(firestore.update(case.name, {"status": "read"}, held.precondition))
    renewed = await case.lease.renew(case.name, held)
    assert renewed.fields["status"] == "read"
    await case.store.submit(case.lease.completion(case.name, renewed))
    assert isinstance(await case.lease.acquire(case.wanted), Completed)


async def test_a_lease_that_another_has_taken_over_cannot_be_renewed(case: Case) -> None:
    dead = await case.acquire()
    case.now += PAST
    successor = await case.acquire()
    assert (successor.taken_over, successor.fields["tries"]) == (True, 2)
    with pytest.raises(LostError):
        await case.lease.renew(case.name, dead)


async def test_a_withdrawn_lease_is_as_if_there_had_been_none(case: Case) -> None:
    held = await case.acquire()
    await case.store.submit(case.lease.withdrawal(case.name, held))
    with pytest.raises(LostError):
        await case.lease.renew(case.name, held)
    assert (await case.acquire()).fields["tries"] == 1


async def test_without_an_answer_one_document_is_unavailable_and_many_are_undecided(project_id: str) -> None:
    case = Case(Store.connect(project_id, "(default)", timeout=0.2, emulator_host="127.0.0.1:1"))
    with pytest.raises(Unavailable):
        await case.lease.acquire(case.wanted)
    assert len(await case.lease.acquire_all([case.wanted] * 3, timeout=0.1)) == 3
