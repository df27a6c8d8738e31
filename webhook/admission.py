"""Which requests are worked on at once: a budget of bytes, first come first served.

A body costs about 50 times its bytes while it is worked on, and too many at once make all of them late.  What does not
fit waits a little and is then refused, before its body is read.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

from webhook import metrics

LEAST = 32 << 10  # bytes a request counts as at least: its connection, its calls, its log lines


class BusyError(Exception):
    """The budget stayed used up for as long as a request may wait."""


class Admission:
    """A budget of `budget` bytes; a request waits at most `wait` seconds for its share.

    One that is heavier than the whole budget counts as the whole budget: it is admitted alone.
    """

    def __init__(self, *, budget: int, wait: float) -> None:
        self._budget = budget
        self._left = budget
        self._wait = wait
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @contextlib.asynccontextmanager
    async def admit(self, size: int) -> AsyncIterator[None]:
        """Holds a share for a body of `size` bytes; raises BusyError."""
        weight = min(max(size, LEAST), self._budget)
        if self._waiting or weight > self._left:
            await self._queue(weight)
        else:
            self._left -= weight
        metrics.ADMITTED.inc()
        try:
            yield
        finally:
            self._left += weight
            self._serve()

    async def _queue(self, weight: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        entry = (weight, turn)
        self._waiting.append(entry)
        metrics.WAITING.set(len(self._waiting))
        try:
            async with asyncio.timeout(self._wait):
                await turn
        except BaseException as error:
            # A share may have been given at the very moment of giving up.
            if turn.done() and not turn.cancelled():
                self._left += weight
            elif entry in self._waiting:
                self._waiting.remove(entry)
            self._serve()
            if isinstance(error, TimeoutError):
                metrics.REFUSED.inc()
                raise BusyError from None
            raise
        finally:
            metrics.WAITING.set(len(self._waiting))

    def _serve(self) -> None:
        """Gives what is left to those who wait, in their order."""
        while self._waiting and self._waiting[0][0] <= self._left:
            weight, turn = self._waiting.popleft()
            if not turn.cancelled():
                self._left -= weight
                turn.set_result(None)
