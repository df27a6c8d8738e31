"""The webhook as it is, with somebody beside it on the event loop who notes how long he had to wait for his turn.

A source file for functions-framework.  What is measured is the loop's CPU time, not the clock: a busy machine does not
count.  WATCH_FILE gets the longest turn of a request, in seconds.
"""

import asyncio
import os
import time
from pathlib import Path

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from webhook import main

FILE = Path(os.environ["WATCH_FILE"])


@functions_framework.aio.http
async def webhook(request: Request) -> Response:
    """The function that functions-framework serves."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        before = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, before = max(longest, now - before), now

    watcher = asyncio.create_task(watch())
    try:
        return await main.service(request)
    finally:
        watcher.cancel()
        FILE.write_text(str(longest))
