"""A budget of work in flight: first come first served, a short wait, then refused."""

import asyncio

import pytest

from webhook.admission import LEAST, Admission, BusyError


async def hold(admission: Admission, size: int, done: asyncio.Event, order: list[int] | None = None) -> None:
    async with admission.admit(size):
        if order is not None:
            order.append(size)
        await done.wait()


async def test_what_does_not_fit_is_refused_after_its_wait_and_what_fits_then_is_admitted() -> None:
    admission = Admission(budget=4 * LEAST, wait=0.02)
    done = asyncio.Event()
    first = asyncio.create_task(hold(admission, 3 * LEAST, done))
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await hold(admission, 2 * LEAST, done)
    done.set()
    await first
    await hold(admission, 4 * LEAST, done)


async def test_a_small_one_does_not_overtake_a_large_one_that_waits() -> None:
    admission = Admission(budget=4 * LEAST, wait=5)
    done = asyncio.Event()
    order: list[int] = []
    sizes = [3 * LEAST, 4 * LEAST, LEAST]
    tasks = [asyncio.create_task(hold(admission, size, done, order)) for size in sizes]
    await asyncio.sleep(0.01)
    assert order == sizes[:1]
    done.set()
    await asyncio.gather(*tasks)
    assert order == sizes


async def test_one_heavier_than_the_budget_is_admitted_alone() -> None:
    admission = Admission(budget=2 * LEAST, wait=0.02)
    done = asyncio.Event()
    heavy = asyncio.create_task(hold(admission, 50 * LEAST, done))
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await hold(admission, 1, done)
    done.set()
    await heavy


async def test_whoever_is_cancelled_while_waiting_leaves_nothing_behind() -> None:
    admission = Admission(budget=2 * LEAST, wait=5)
    done = asyncio.Event()
    tasks = [asyncio.create_task(hold(admission, 2 * LEAST, done)) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    done.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    await hold(admission, 2 * LEAST, done)
