"""A fault in one call of a service's port: what the crash tests wrap ports with, inside the service's process.

A file (FAULT_PLAN) names one call and a mode; the fault happens once, and the file is gone:

    before  the process is killed before the call goes out
    during  the call is applied, the process is killed before it hears so
    lost    the call is applied, its reply is lost, the process lives
    after   the process hears the reply and is killed at its next step
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn, TypeVar

PLAN = Path(os.environ["FAULT_PLAN"])
Answer = TypeVar("Answer")


def die() -> NoReturn:
    """As the machine would take it away."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


async def faulty(name: str, call: Callable[[], Awaitable[Answer]], lost: Exception) -> Answer:
    """The call, with the fault that the plan has for it."""
    plan = PLAN.read_text().split() if PLAN.exists() else []
    if plan[:1] != [name]:
        return await call()
    PLAN.unlink()
    mode = plan[1]
    if mode == "before":
        die()
    answer = await call()
    if mode == "during":
        die()
    if mode == "lost":
        raise lost
    asyncio.get_running_loop().call_soon(die)
    return answer
