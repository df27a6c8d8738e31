"""The webhook on ports that crash when told to; a source file for functions-framework, used by test_crash_points.

The service is built by its own composition root; only its two clients are wrapped, each call with the fault that
tests.support.faults has for it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from cloud.firestore import Document, Unavailable
from cloud.http import Router
from cloud.pubsub import Published, PublishError
from cloud.service import Service
from tests.support.faults import faulty
from webhook import main


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
            name = "take-over" if "owner" in write.update_mask.field_paths else "confirm"
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


def build() -> Router:
    """The service on wrapped clients."""
    store, publisher = main.connect(main.settings)
    ports: tuple[Any, Any] = FaultyDocuments(store), FaultyTopic(publisher)
    return main.build(main.settings, *ports)


service = Service("webhook", main.settings, build)


@functions_framework.aio.http
async def webhook(request: Request) -> Response:
    """The function that functions-framework serves."""
    return await service(request)
