"""The processor on ports that crash when told to; a source file for functions-framework, used by test_crash_points.

The service is built by its own composition root; only its three clients are wrapped.  A file (FAULT_PLAN) names one
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
from typing import Any, Literal, NoReturn, TypeVar

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from cloud.firestore import Unavailable
from cloud.http import Router
from cloud.pubsub import PublishError
from cloud.service import Service
from processor import main
from whatsapp.errors import AmbiguousError

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


class FaultyStore:
    """A Store whose calls are known by what they ask."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.path = store.path
        self.ping = store.ping

    def submit(self, write: Any) -> asyncio.Future[Any]:
        call = faulty(_name(write), lambda: self._store.submit(write), Unavailable("the reply was lost"))
        return asyncio.ensure_future(call)

    async def get(self, name: str) -> Any:
        what = "read" if "/outbox/" in name else "conversation"
        return await faulty(what, lambda: self._store.get(name), Unavailable("the reply was lost"))

    async def commit(self, writes: Sequence[Any]) -> Any:
        return await faulty("plan", lambda: self._store.commit(writes), Unavailable("the reply was lost"))


def _name(write: Any) -> str:
    mask = set(write.update_mask.field_paths)
    if write.current_document.HasField("exists"):
        return "claim"
    if "attempt" in mask:
        return "take-over"
    if "owner" not in mask:
        return "tell"
    return "record" if write.update.fields["owner"].string_value else "release"


class FaultyGraph:
    """A Client."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.mark_read = client.mark_read

    async def post(self, body: Any, *, ambiguous: Literal["raise"]) -> Any:
        lost = AmbiguousError("the reply was lost")
        return await faulty("send", lambda: self._client.post(body, ambiguous=ambiguous), lost)


class FaultyLeads:
    """A Publisher."""

    def __init__(self, publisher: Any) -> None:
        self._publisher = publisher

    def submit(self, item: Any) -> asyncio.Future[None]:
        lost = PublishError("the reply was lost")
        return asyncio.ensure_future(faulty("lead", lambda: self._publisher.submit(item), lost))


def build() -> Router:
    """The service on wrapped clients."""
    store, leads, graph = main.connect(main.settings)
    ports: tuple[Any, Any, Any] = FaultyStore(store), FaultyLeads(leads), FaultyGraph(graph)
    return main.build(main.settings, main.the_bot, *ports)


service = Service("processor", main.settings, build)


@functions_framework.aio.http
async def processor(request: Request) -> Response:
    """The function that functions-framework serves."""
    return await service(request)
