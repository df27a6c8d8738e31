"""One send through the Graph API, and whether the number rests.  What follows from a send's end is the machine's."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal, Protocol

from wacloud.client import Sent
from wacloud.errors import AmbiguousError, GraphError, NotSentError, WhatsAppError

from cloud.logs import fields
from processor import metrics
from processor.protocol.events import Accepted, Refused, Unclear
from processor.protocol.reply import CallbackKey, Reply

log = logging.getLogger(__name__)
SendResult = Accepted | Refused | Unclear
_READ_MARK_SECONDS = 1.0


class Graph(Protocol):
    """The part of wacloud.client.Client that is used."""

    async def post(self, body: Mapping[str, Any], *, ambiguous: Literal["raise"]) -> Sent: ...
    async def mark_read(self, wamid: str, *, typing: bool) -> None: ...


class Sender:
    """Sends replies of one phone number.

    `longest` (seconds) bounds one send, whatever the client does inside; `pause` (seconds) is for how long nothing is
    sent once Meta has refused token, permission or account.
    """

    def __init__(self, graph: Graph, *, longest: float, pause: float) -> None:
        self._graph = graph
        self.longest = longest
        self._pause = pause
        self._paused_until = 0.0
        metrics.PAUSED.set_function(lambda: float(self.paused))

    @property
    def paused(self) -> bool:
        """Whether the number rests."""
        return time.monotonic() < self._paused_until

    def pause(self, error: Mapping[str, Any]) -> None:
        """Lets the number rest."""
        self._paused_until = time.monotonic() + self._pause
        said = "nothing is sent for %g s: Meta refuses token, permission or account"
        log.error(said, self._pause, extra=fields(code=error.get("code")))

    @asynccontextmanager
    async def reading(self, wamid: str) -> AsyncIterator[None]:
        """Marks a message as read and shows that an answer is being written, beside what is done meanwhile.

        A courtesy: when it fails nothing is tried again.
        """
        mark = asyncio.create_task(self._graph.mark_read(wamid, typing=True))
        try:
            yield
        finally:
            try:
                async with asyncio.timeout(_READ_MARK_SECONDS):
                    await mark
            except (WhatsAppError, TimeoutError) as error:
                log.debug("not marked as read: %s", type(error).__name__)

    async def send(self, reply: Reply, key: CallbackKey) -> SendResult:
        """Sends a reply that stands written down as `sending`."""
        body = {**reply.payload, "biz_opaque_callback_data": str(key)}
        try:
            with metrics.GRAPH_SECONDS.time():
                async with asyncio.timeout(self.longest):
                    sent = await self._graph.post(body, ambiguous="raise")
        except TimeoutError:
            return _unclear(key, f"no answer within {self.longest:g} s")
        except AmbiguousError as error:
            return _unclear(key, str(error))
        except (NotSentError, GraphError) as error:
            return _refused(key, error)
        metrics.SENT.labels(str(reply.payload.get("type", "other"))).inc()
        return Accepted(key.reply, key.attempt, sent.wamid)


def _unclear(key: CallbackKey, why: str) -> Unclear:
    metrics.count_graph_error(AmbiguousError.kind, None)
    log.warning("a send is unclear: %s", why)
    return Unclear(key.reply, key.attempt)


def _refused(key: CallbackKey, error: NotSentError | GraphError) -> Refused:
    code = error.code if isinstance(error, GraphError) else None
    metrics.count_graph_error(error.kind, code)
    log.warning("a send was refused: %s", error, extra=fields(code=code, kind=error.kind))
    retry_after = error.retry_after if isinstance(error, GraphError) else None
    said = {"code": code, "kind": error.kind, "message": str(error)}
    return Refused(key.reply, key.attempt, error.kind, said, retry_after)
