"""The processor's HTTP: which push gets which status code, and nothing else.

204 is an acknowledgement; 4xx and 5xx bring the message back later, and at last to the dead-letter topic.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from wacloud.notification import split
from wacloud.update import Update

from cloud import body, trace
from cloud.http import Ping, Router, refusal
from cloud.logs import fields, mask
from cloud.stages import Stage
from processor import metrics, push
from processor.delivery_result import DeliveryResult
from processor.push_auth import CallerError, CertificatesError, PushAuth
from processor.runner import Answering
from processor.statuses_and_echoes import StatusesAndEchoes

log = logging.getLogger(__name__)
LARGEST = 15 << 20  # bytes of a push request: a message of 10 MB in base64, and its envelope


def routes(
    auth: PushAuth,
    answering: Answering,
    updates: StatusesAndEchoes,
    *,
    phone_number_id: str,
    pings: Mapping[str, Ping],
) -> Router:
    """The service's HTTP."""
    endpoint = Endpoint(auth, answering, updates, phone_number_id=phone_number_id)
    return Router(
        {"/pubsub/push": {"POST": endpoint.pushed}}, pings=pings, failures=metrics.REFUSED.labels("internal")
    )


class Endpoint:
    """/pubsub/push."""

    def __init__(
        self, auth: PushAuth, answering: Answering, updates: StatusesAndEchoes, *, phone_number_id: str
    ) -> None:
        self._auth = auth
        self._answering = answering
        self._updates = updates
        self._phone_number_id = phone_number_id

    async def pushed(self, request: Request) -> Response:
        """One message of the topic."""
        with metrics.PUSH_SECONDS.time():
            try:
                await self._auth.check(request.headers.get("authorization"))
            except CallerError as error:
                return _refuse("caller", 403, str(error))
            except CertificatesError as error:
                return _refuse("certificates", 503, str(error))
            try:
                message = push.unwrap(body.parse(await body.read(request, LARGEST)))
                updates = split(body.parse(message.data))
            except body.TooLargeError:
                return _refuse("too_large", 413, f"the body is over {LARGEST} bytes")
            except (body.NotJsonError, push.EnvelopeError) as error:
                return _refuse("envelope", 400, str(error))
            if carried := trace.parse(message.attributes.get("traceparent")):
                trace.current.set(carried)
            received_at = _received_at(message.attributes, self._answering.clock)
            results = [await self._handle(update, received_at, message) for update in updates]
        if all(result.acked for result in results):
            return Response(status_code=204)
        return refusal(503, "not done yet; push it again")

    async def _handle(self, update: Update, received_at: dt.datetime, message: push.Push) -> DeliveryResult:
        known = {
            "delivery": update.document_id,
            "kind": update.kind,
            "type": update.type or None,
            "field": update.field,
            "person": mask(update.person.key) if update.person.key else None,
        }
        log.debug("pushed", extra=fields(**known, stage=Stage.PUSHED, attempt=message.delivery_attempt))
        error: Exception | None = None
        try:
            result = await self._result(update, received_at)
        except Exception as raised:  # noqa: BLE001 a bot's, most likely: told with its delivery, and pushed again
            result, error = DeliveryResult.BROKEN, raised
            metrics.REFUSED.labels("internal").inc()
        metrics.DELIVERIES.labels(update.kind, result).inc()
        seconds = round((self._answering.clock() - received_at).total_seconds(), 3)
        level = logging.INFO if result.expected else logging.ERROR if error else logging.WARNING
        extra = fields(**known, outcome=str(result), seconds=seconds)
        log.log(level, result.sentence, extra=extra, exc_info=error)
        return result

    async def _result(self, update: Update, received_at: dt.datetime) -> DeliveryResult:
        if update.kind != "message":
            return await self._updates.take(update)
        if update.phone_number_id != self._phone_number_id:
            # Answered by the service that has that number's token; this one would answer from the wrong number.
            return DeliveryResult.FOREIGN
        return await self._answering.answer(update, received_at)


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
