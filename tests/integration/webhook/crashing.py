"""The webhook on ports that crash when told to; a source file for functions-framework, used by test_crash_points.

The service is built by its own composition root; only its two clients are wrapped.  A file (FAULT_PLAN) names one
call and a mode; the fault happens once, and the file is gone:

    before  the process is killed before the call goes out
    during  the call is applied, the process is killed before it hears so
    lost    the call is applied, its reply is lost, the process lives
    after   the process hears the reply and is killed at its next step
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from cloud import metrics
from cloud.firestore import Document, Unavailable
from cloud.http import Router
from cloud.pubsub import Published, PublishError
from cloud.settings import load
from webhook import main
from webhook.settings import WebhookSettings

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


class FaultyDocuments:
    """A Store whose writes are known by their preconditions."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.path = store.path
        self.ping = store.ping

    def submit(self, write: Any) -> asyncio.Future[Any]:
        if write.delete:
            name = "release"
        elif write.current_document.HasField("exists"):
            name = "claim"
        else:
            name = "confirm" if write.update_mask.field_paths else "take-over"
        call = faulty(name, lambda: self._store.submit(write), Unavailable("the reply was lost"))
        return asyncio.ensure_future(call)

    async def get(self, name: str) -> Document | None:
        found: Document | None = await faulty(
            "read", lambda: self._store.get(name), Unavailable("the reply was lost")
        )
        return found


class FaultyTopic:
    """A Publisher."""

    def __init__(self, publisher: Any) -> None:
        self._publisher = publisher
        self.ping = publisher.ping

    def submit(self, item: Any) -> asyncio.Future[None]:
        lost = PublishError("the reply was lost")
        return asyncio.ensure_future(faulty("publish-grouped", lambda: self._publisher.submit(item), lost))

    async def publish(self, ordering_key: str, messages: Sequence[Any]) -> Published:
        try:
            return await faulty(
                "publish",
                lambda: self._publisher.publish(ordering_key, messages),
                PublishError("the reply was lost"),
            )
        except PublishError as error:
            return Published(0, error)


routes: list[Router] = []


@functions_framework.aio.http
async def webhook(request: Request) -> Response:
    """The function that functions-framework serves."""
    if not routes:
        settings = load(WebhookSettings)
        metrics.serve(settings.metrics_port)
        store, publisher = main.connect(settings)
        routes.append(main.build(settings, FaultyDocuments(store), FaultyTopic(publisher)))  # type: ignore[arg-type]  # ports
    return await routes[0](request)
