"""The processor on ports that crash when told to; a source file for functions-framework, used by test_crash_points.

The service is built by its own composition root; only its three clients are wrapped, each call with the fault that
tests.support.faults has for it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response
from wacloud.errors import AmbiguousError

from cloud.firestore import Unavailable
from cloud.http import Router
from cloud.pubsub import PublishError
from cloud.service import Service
from processor import main
from tests.support.faults import faulty


class FaultyStore:
    """A Store whose calls are known by what they ask."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.path = store.path
        self.ping = store.ping
        self.until = store.until

    def submit(self, write: Any) -> asyncio.Future[Any]:
        call = faulty(_name(write), lambda: self._store.submit(write), Unavailable("the reply was lost"))
        return asyncio.ensure_future(call)

    async def get(self, name: str) -> Any:
        what = {"outbox": "read", "timers": "timer"}.get(name.split("/")[-2], "conversation")
        return await faulty(what, lambda: self._store.get(name), Unavailable("the reply was lost"))

    async def commit(self, writes: Sequence[Any]) -> Any:
        what = "later" if "publish_at" in writes[0].update_mask.field_paths else "plan"
        return await faulty(what, lambda: self._store.commit(writes), Unavailable("the reply was lost"))


def _name(write: Any) -> str:
    mask = set(write.update_mask.field_paths)
    if write.current_document.HasField("exists"):
        return "claim"
    if "attempt" in mask:
        return "take-over"
    if mask == {"owner", "lease_until"}:
        return "renew"
    if "owner" not in mask:
        return "tell"
    return "record" if write.update.fields["owner"].string_value else "release"


class FaultyTopic:
    """The topic of updates, to which a tick publishes."""

    def __init__(self, publisher: Any) -> None:
        self._publisher = publisher

    async def publish(self, key: str, messages: Any) -> Any:
        lost = PublishError("the reply was lost")
        return await faulty("tick", lambda: self._publisher.publish(key, messages), lost)


class FaultyGraph:
    """A Client."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.mark_read = client.mark_read

    async def post(self, body: Any, *, ambiguous: Literal["raise"]) -> Any:
        lost = AmbiguousError("the reply was lost")
        return await faulty("send", lambda: self._client.post(body, ambiguous=ambiguous), lost)


class FaultyPublisher:
    """An EventPublisher."""

    def __init__(self, publisher: Any) -> None:
        self._publisher = publisher

    async def publish(self, events: Any) -> None:
        await faulty("event", lambda: self._publisher.publish(events), PublishError("the reply was lost"))


def build() -> Router:
    """The service on wrapped clients."""
    store, topic, events, graph = main.connect(main.settings)
    ports: dict[str, Any] = {
        "store": FaultyStore(store),
        "topic": FaultyTopic(topic),
        "events": FaultyPublisher(events),
        "graph": FaultyGraph(graph),
    }
    return main.build(main.settings, main.the_bot, **ports)


service = Service("processor", main.settings, build)


@functions_framework.aio.http
async def processor(request: Request) -> Response:
    """The function that functions-framework serves."""
    return await service(request)
