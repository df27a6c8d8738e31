"""Many small writes in few round trips, without a timer.

Items that are submitted while a flush runs share the next one: an idle service adds no delay, a busy one forms groups
by itself.  The caller decides what a flush does.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_TRIES = 5  # of an item that the flush wants sent again: about 0.3 s in all
_PAUSE = 0.02


class RetryLater(Exception):  # noqa: N818 an answer, not a failure
    """A flush's answer for an item that is to be sent again in a later group; `reason` is raised after the last try."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


def abandon(futures: Iterable[asyncio.Future[Any]]) -> int:
    """Cancels the items that are still queued; the others run on, and nobody waits for them.  How many have no result."""
    # Asking for the exception keeps the event loop from logging it.
    return sum(future.cancel() or future.cancelled() or future.exception() is not None for future in futures)


@dataclass(slots=True)
class _Entry(Generic[Item, Result]):
    item: Item
    future: asyncio.Future[Result]
    tries: int = 0


class GroupCommit(Generic[Item, Result]):
    """Groups submitted items into calls of `flush`.

    `flush` gets a list and answers one result or exception an item, in order; what it raises goes to every item of
    its group.  Two items of equal key never share a group (Firestore refuses such a request whole), and leave in
    their order.  `most` and `heaviest` bound a group by count and by the sum of `weigh`; one item heavier than that
    goes alone.
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
        self._queue: deque[_Entry[Item, Result]] = deque()
        self._groups: set[asyncio.Task[None]] = set()
        self._woken = False

    def submit(self, item: Item) -> asyncio.Future[Result]:
        """A future of the item's result; cancelling it before its group leaves takes the item out."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._queue.append(_Entry(item, future))
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

    def _take(self) -> list[_Entry[Item, Result]]:
        group: list[_Entry[Item, Result]] = []
        keys: set[Hashable] = set()
        later: list[_Entry[Item, Result]] = []
        weight = 0
        while self._queue and len(group) < self._most:
            entry = self._queue.popleft()
            if entry.future.done():
                continue
            key = self._key(entry.item)
            if key in keys:
                later.append(entry)
                continue
            weight += self._weigh(entry.item)
            if group and weight > self._heaviest:
                later.append(entry)
                break
            keys.add(key)
            group.append(entry)
        self._queue.extendleft(reversed(later))
        return group

    async def _run(self, loop: asyncio.AbstractEventLoop, group: list[_Entry[Item, Result]]) -> None:
        results: Sequence[Result | BaseException]
        try:
            results = await self._flush([entry.item for entry in group])
        except Exception as error:  # noqa: BLE001 each waiter gets it
            results = [error] * len(group)
        finally:
            self._free += 1
        for entry, result in zip(group, results, strict=True):
            if entry.future.done():
                continue
            if isinstance(result, RetryLater):
                self._retry_later(loop, entry, result.reason)
            elif isinstance(result, BaseException):
                entry.future.set_exception(result)
            else:
                entry.future.set_result(result)
        self._wake(loop)

    def _retry_later(
        self, loop: asyncio.AbstractEventLoop, entry: _Entry[Item, Result], reason: Exception
    ) -> None:
        entry.tries += 1
        if entry.tries == _TRIES:
            entry.future.set_exception(reason)
            return

        def enqueue() -> None:
            self._queue.append(entry)
            self._wake(loop)

        pause = _PAUSE * 2 ** (entry.tries - 1) * random.uniform(0.5, 1)  # noqa: S311 jitter
        loop.call_later(pause, enqueue)
