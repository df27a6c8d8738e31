"""One send through the Graph API, and what follows from its outcome.

200 with a message id          sent
refused: the request, person   failed; the person cannot be reached: nor by the replies after it
refused: the 24-hour window    the template of WINDOW_TEMPLATE in place of the plan, else failed
refused: access or billing     nothing is sent for a while, the reply waits, nobody is to blame
throttled                      waits here when that is short, else gives the delivery up for as long
never left, transient          gives the delivery up; Pub/Sub brings it back
anything unclear               unknown: gives the delivery up until a status has had time to tell
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from wacloud.client import Sent
from wacloud.errors import (
    AccessError,
    AmbiguousError,
    GraphError,
    NotSentError,
    RecipientError,
    ThrottledError,
    TransientError,
    WhatsAppError,
    WindowError,
)

from cloud.logs import fields
from processor import metrics
from processor.plan import CallbackKey, Plan, Reply

log = logging.getLogger(__name__)
Change = Callable[[Plan], Plan]
_MOST_FOLDS = 4  # of a throttled send's pause: 4^4 = 256 s, by when the pair limit has let go
_SHORT_WAIT = 3.0  # seconds; Pub/Sub narrows its window where push requests are slow
_READ_MARK_SECONDS = 1.0


class Graph(Protocol):
    """The part of wacloud.client.Client that is used."""

    async def post(self, body: Mapping[str, Any], *, ambiguous: Literal["raise"]) -> Sent: ...
    async def mark_read(self, wamid: str, *, typing: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a send changes in the plan; `wait`: for how many seconds the delivery is given up, None to go on.

    `accepted`: Meta gave it a message id.
    """

    change: Change
    wait: float | None = None
    accepted: bool = False


class Sender:
    """Sends replies of one phone number.

    `longest` (seconds) bounds one send, whatever the client does inside; `pause` is for how long nothing is sent once
    Meta has refused token, permission or account; `window` how long an unclear send waits for a status.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        longest: float,
        pause: float,
        window: float,
        template: Mapping[str, Any] | None,
        now: Callable[[], Any],
    ) -> None:
        self._graph = graph
        self.longest = longest
        self._pause = pause
        self._window = window
        self._template = template
        self._now = now
        self._paused_until = 0.0
        metrics.PAUSED.set_function(lambda: float(self.paused))

    @property
    def paused(self) -> bool:
        """Whether the number rests."""
        return time.monotonic() < self._paused_until

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

    async def send(self, plan: Plan, index: int, outbox_id: str) -> Outcome:
        """Sends a reply that stands written down as `sending`."""
        reply = plan.replies[index]
        key = CallbackKey(outbox_id, index, reply.attempts)
        body = {**reply.payload, "biz_opaque_callback_data": str(key)}
        try:
            with metrics.GRAPH_SECONDS.time():
                async with asyncio.timeout(self.longest):
                    sent = await self._graph.post(body, ambiguous="raise")
        except TimeoutError:
            return self._unclear(index, AmbiguousError(f"no answer within {self.longest:g} s"))
        except AmbiguousError as error:
            return self._unclear(index, error)
        except (NotSentError, GraphError) as error:
            return await self._refused(plan, index, error)
        metrics.SENT.labels(str(reply.payload.get("type", "other"))).inc()
        return Outcome(
            lambda plan: plan.changed(index, lambda it: it.moved("sent", self._now(), wamid=sent.wamid)),
            accepted=True,
        )

    def _unclear(self, index: int, error: AmbiguousError) -> Outcome:
        metrics.AMBIGUOUS.inc()
        metrics.count_graph_error(error.kind, None)
        log.warning("a send is unclear: %s", error)
        return Outcome(lambda plan: plan.unclear(index, self._now()), self._window)

    async def _refused(self, plan: Plan, index: int, error: NotSentError | GraphError) -> Outcome:
        """Surely not accepted: what now?"""
        reply = plan.replies[index]
        code = error.code if isinstance(error, GraphError) else None
        metrics.count_graph_error(error.kind, code)
        said = {"code": code, "kind": error.kind, "message": str(error)}
        log.warning("a send was refused: %s", error, extra=fields(code=code, kind=error.kind))

        def put_back(plan: Plan) -> Plan:
            return plan.changed(index, Reply.put_back)

        match error:
            case ThrottledError():
                folds = min(reply.attempts - 1, _MOST_FOLDS)
                # Who is refused again waits for longer, whatever Retry-After says.
                wait = max(error.pause(folds), 4.0**folds if folds else 0.0)
                if wait > _SHORT_WAIT:
                    return Outcome(put_back, wait)
                await asyncio.sleep(wait)
                return Outcome(put_back)
            case AccessError():
                self._paused_until = time.monotonic() + self._pause
                log.error(
                    "nothing is sent for %g s: Meta refuses token, permission or account",
                    self._pause,
                    extra=fields(code=code),
                )
                return Outcome(put_back, 0.0)
            case WindowError() if self._template and reply.payload.get("type") != "template":
                instead = {**_address(reply.payload), **self._template}
                rest = self._failed(range(index + 1, len(plan.replies)), said)
                return Outcome(
                    lambda plan: rest(plan).changed(index, lambda it: _instead(it, instead, self._now()))
                )
            case TransientError():
                return Outcome(put_back, error.retry_after or 0.0)
            case NotSentError():
                return Outcome(put_back, 0.0)
            case RecipientError() | WindowError():
                return Outcome(self._failed(range(index, len(plan.replies)), said))
            case _:
                return Outcome(self._failed(range(index, index + 1), said))

    def _failed(self, replies: range, error: Mapping[str, Any]) -> Change:
        """Nobody will get these."""

        def change(plan: Plan) -> Plan:
            for index in replies:
                plan = plan.changed(index, lambda it: it.moved("failed", self._now(), error=error))
            return plan

        metrics.REPLIES_FAILED.labels(str(error["kind"])).inc(len(replies))
        return change


def _instead(reply: Reply, payload: Mapping[str, Any], at: Any) -> Reply:
    return reply if reply.settled else replace(reply, payload=payload).begun(at)


def _address(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in payload.items() if key not in (payload.get("type"), "type", "context")
    }
