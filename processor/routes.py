"""The processor's HTTP: which push gets which status code, and nothing else.

204 is an acknowledgement; 4xx and 5xx bring the message back later, and at last to the dead-letter topic.
"""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from wacloud.notification import split
from wacloud.update import Update

from cloud import body, trace
from cloud.firestore import StoreError
from cloud.http import Ping, Router, refusal
from cloud.logs import fields, mask
from cloud.stages import Stage
from processor import metrics, push
from processor.delivery_result import DeliveryResult
from processor.push_auth import CallerError, CertificatesError, PushAuth
from processor.runner import Answering
from processor.statuses_and_echoes import StatusesAndEchoes
from processor.timers import KIND, Firing, Ticker, TimerError

log = logging.getLogger(__name__)
LARGEST = 15 << 20  # bytes of a push request: a message of 10 MB in base64, and its envelope


def routes(
    auth: PushAuth,
    answering: Answering,
    updates: StatusesAndEchoes,
    ticker: Ticker,
    *,
    phone_number_id: str,
    pings: Mapping[str, Ping],
) -> Router:
    """The service's HTTP."""
    endpoint = Endpoint(auth, answering, updates, ticker, phone_number_id=phone_number_id)
    return Router(
        {"/pubsub/push": {"POST": endpoint.pushed}, "/tick": {"POST": endpoint.ticked}},
        pings=pings,
        failures=metrics.REFUSED.labels("internal"),
    )


class Endpoint:
    """/pubsub/push, for the push subscription, and /tick, for a scheduler once a minute."""

    def __init__(
        self,
        auth: PushAuth,
        answering: Answering,
        updates: StatusesAndEchoes,
        ticker: Ticker,
        *,
        phone_number_id: str,
    ) -> None:
        self._auth = auth
        self._answering = answering
        self._updates = updates
        self._ticker = ticker
        self._phone_number_id = phone_number_id

    async def pushed(self, request: Request) -> Response:
        """One message of the topic."""
        with metrics.PUSH_SECONDS.time():
            if refused := await self._refused(request):
                return refused
            try:
                message = push.unwrap(body.parse(await body.read(request, LARGEST)))
                results = await self._handle(message)
            except body.TooLargeError:
                return _refuse("too_large", 413, f"the body is over {LARGEST} bytes")
            except (body.NotJsonError, push.EnvelopeError, TimerError) as error:
                return _refuse("envelope", 400, str(error))
        if all(result.acked for result in results):
            return Response(status_code=204)
        return refusal(503, "not done yet; push it again")

    async def ticked(self, request: Request) -> Response:
        """Publishes the timers that are due."""
        if refused := await self._refused(request):
            return refused
        try:
            count = await self._ticker.tick()
        except StoreError as error:
            log.error("Firestore is away, no timer is published: %s", error)
            return refusal(503, "not done; tick again")
        log.debug("ticked", extra=fields(timers=count))
        return Response(status_code=204)

    async def _refused(self, request: Request) -> Response | None:
        """The answer to a caller that is not proven; None where it is."""
        try:
            await self._auth.check(request.headers.get("authorization"))
        except CallerError as error:
            return _refuse("caller", 403, str(error))
        except CertificatesError as error:
            return _refuse("certificates", 503, str(error))
        return None

    async def _handle(self, message: push.Push) -> list[DeliveryResult]:
        """What a message carries: a timer, or updates, of which the webhook puts one into each."""
        content = body.parse(message.data)
        received_at = _received_at(message.attributes, self._answering.clock)
        if carried := trace.parse(message.attributes.get("traceparent")):
            trace.current.set(carried)
        attempt = message.delivery_attempt
        if message.attributes.get("kind") == KIND:
            firing = Firing.parse(content)
            known = {"delivery": firing.document_id, "kind": KIND}
            return [await self._told(known, received_at, attempt, self._answering.fire(firing, received_at))]
        return [
            await self._told(_known(update), received_at, attempt, self._take(update, received_at))
            for update in split(content)
        ]

    async def _take(self, update: Update, received_at: dt.datetime) -> DeliveryResult:
        if update.kind != "message":
            return await self._updates.take(update)
        if update.phone_number_id != self._phone_number_id:
            # Answered by the service that has that number's token; this one would answer from the wrong number.
            return DeliveryResult.FOREIGN
        return await self._answering.answer(update, received_at)

    async def _told(
        self,
        known: Mapping[str, Any],
        received_at: dt.datetime,
        attempt: int | None,
        work: Awaitable[DeliveryResult],
    ) -> DeliveryResult:
        """The work's result, counted and logged."""
        log.debug("pushed", extra=fields(**known, stage=Stage.PUSHED, attempt=attempt))
        error: Exception | None = None
        try:
            result = await work
        except Exception as raised:  # noqa: BLE001 a bot's, most likely: told with its update, and pushed again
            result, error = DeliveryResult.BROKEN, raised
            metrics.REFUSED.labels("internal").inc()
        metrics.DELIVERIES.labels(known["kind"], result).inc()
        seconds = round((self._answering.clock() - received_at).total_seconds(), 3)
        level = logging.INFO if result.expected else logging.ERROR if error else logging.WARNING
        extra = fields(**known, outcome=str(result), seconds=seconds)
        log.log(level, result.sentence, extra=extra, exc_info=error)
        return result


def _known(update: Update) -> dict[str, Any]:
    """What the log may say of an update."""
    return {
        "delivery": update.document_id,
        "kind": update.kind,
        "type": update.type or None,
        "field": update.field,
        "person": mask(update.person.key) if update.person.key else None,
    }


def _refuse(reason: str, status: int, why: str) -> Response:
    metrics.REFUSED.labels(reason).inc()
    log.error("a push was refused: %s", why, extra=fields(reason=reason))
    return refusal(status, why)


def _received_at(attributes: Mapping[str, str], clock: Callable[[], dt.datetime]) -> dt.datetime:
    """When the webhook got it; now, where the attribute is missing or no time."""
    try:
        return dt.datetime.fromtimestamp(float(attributes["received_at"]), dt.UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return clock()
