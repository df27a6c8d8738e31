"""Long loops that let others use the event loop: a body of a thousand updates must not keep everybody else waiting."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

Item = TypeVar("Item")
_ITEMS = 50  # of some 50 µs each


async def yield_every(items: Iterable[Item], count: int = _ITEMS) -> AsyncIterator[Item]:
    """The items; after every `count` of them the other tasks of the event loop run."""
    for index, item in enumerate(items):
        if index and index % count == 0:
            await asyncio.sleep(0)
        yield item
