"""Long work in short turns of the event loop: a body of a thousand updates must not keep everybody else waiting."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

Item = TypeVar("Item")
_TURN = 50  # items of some 50 µs each


async def in_turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The items; after every so many of them, whoever waits for the event loop has a turn."""
    for index, item in enumerate(items):
        if index and index % _TURN == 0:
            await asyncio.sleep(0)
        yield item
