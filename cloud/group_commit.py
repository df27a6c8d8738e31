"""Many small writes in few round trips, without a timer.

What concurrent requests submit while a flush is under way travels together in the next one: an idle service adds no
delay, a busy one batches by itself.  What a flush does (Firestore, Pub/Sub) is the caller's.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Groups submitted items into calls of `flush`.

    `flush` gets a list and answers one result or exception an item, in order; what it raises goes to every item of
    its group.  Two items of equal key never share a group (Firestore refuses such a request whole), and keep their
    order.  `most` and `heaviest` bound a group by count and by the sum of `weigh`; one item heavier than that goes
    alone.
    """

    def __init__(
        self,
        flush: Callable[[list[Item]], Awaitable[Sequence[Result | BaseException]]],
        *,
        key: Callable[[Item], Hashable],
        weigh: Callable[[Item], int],
        most: int,
        heaviest: int,
        in_flight: int,
    ) -> None:
        self._flush = flush
        self._key = key
        self._weigh = weigh
        self._most = most
        self._heaviest = heaviest
        self._free = in_flight
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._groups: set[asyncio.Task[None]] = set()
        self._woken = False

    def submit(self, item: Item) -> asyncio.Future[Result]:
        """A future of the item's result; cancelling it before its group leaves takes the item out."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._queue.append((item, future))
        self._wake(loop)
        return future

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        # One turn of the loop later, so that all a request submits in one go shares a group.
        if self._free and self._queue and not self._woken:
            self._woken = True
            loop.call_soon(self._start, loop)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._woken = False
        while self._free and (group := self._take()):
            self._free -= 1
            task = loop.create_task(self._run(loop, group))
            self._groups.add(task)
            task.add_done_callback(self._groups.discard)

    def _take(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        group: list[tuple[Item, asyncio.Future[Result]]] = []
        keys: set[Hashable] = set()
        later: list[tuple[Item, asyncio.Future[Result]]] = []
        weight = 0
        while self._queue and len(group) < self._most:
            item, future = entry = self._queue.popleft()
            if future.done():
                continue
            key = self._key(item)
            if key in keys:
                later.append(entry)
                continue
            weight += self._weigh(item)
            if group and weight > self._heaviest:
                later.append(entry)
                break
            keys.add(key)
            group.append(entry)
        self._queue.extendleft(reversed(later))
        return group

    async def _run(
        self, loop: asyncio.AbstractEventLoop, group: list[tuple[Item, asyncio.Future[Result]]]
    ) -> None:
        results: Sequence[Result | BaseException]
        try:
            results = await self._flush([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 each waiter gets it
            results = [error] * len(group)
        finally:
            self._free += 1
        for (_, future), result in zip(group, results, strict=True):
            if future.done():
                continue
            if isinstance(result, BaseException):
                future.set_exception(result)
            else:
                future.set_result(result)
        self._wake(loop)
