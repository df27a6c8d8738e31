"""The webhook's HTTP: which request gets which status code, and nothing else."""

import asyncio
import hmac
import logging
import time
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from wacloud import signature
from wacloud.notification import split

from cloud import body
from cloud.http import Ping, Router, refusal
from cloud.logs import fields
from webhook import metrics
from webhook.admission import Admission, BusyError
from webhook.intake import Intake

log = logging.getLogger(__name__)
_OK = JSONResponse({"status": "ok"})
_RETRY_AFTER = "1"  # seconds
_LONGEST_READ = 5.0  # seconds
LARGEST = 3 << 20  # bytes of a body; Meta, Cloud API, Webhooks overview


def routes(
    intake: Intake,
    admission: Admission,
    *,
    app_secrets: Sequence[str],
    verify_tokens: Sequence[str],
    pings: Mapping[str, Ping],
) -> Router:
    """The service's HTTP."""
    endpoint = Endpoint(intake, admission, app_secrets=app_secrets, verify_tokens=verify_tokens)
    return Router(
        {"/webhook/whatsapp": {"GET": endpoint.handshake, "POST": endpoint.notification}},
        pings=pings,
        failures=metrics.ERRORS.labels("internal"),
    )


class Endpoint:
    """/webhook/whatsapp."""

    def __init__(
        self,
        intake: Intake,
        admission: Admission,
        *,
        app_secrets: Sequence[str],
        verify_tokens: Sequence[str],
    ) -> None:
        self._intake = intake
        self._admission = admission
        self._app_secrets = app_secrets
        self._verify_tokens = [token.encode() for token in verify_tokens]

    async def handshake(self, request: Request) -> Response:
        """Meta's verification of the callback URL; it carries no signature."""
        query = request.query_params
        names = ("hub.mode", "hub.verify_token", "hub.challenge")
        if missing := [name for name in names if name not in query]:
            return _refuse("handshake", 400, f"missing: {', '.join(missing)}")
        given = query["hub.verify_token"].encode("utf-8", "surrogatepass")
        matches = [hmac.compare_digest(given, token) for token in self._verify_tokens]
        if not any(matches) or query["hub.mode"] != "subscribe":
            log.warning("handshake refused")
            return _refuse("handshake", 403, "hub.verify_token or hub.mode is not the one expected")
        log.info("handshake answered", extra=fields(verify_token_index=matches.index(True)))
        return PlainTextResponse(query["hub.challenge"], headers={"X-Content-Type-Options": "nosniff"})

    async def notification(self, request: Request) -> Response:
        """A body of messages, statuses and changes; 503 from its headers alone while too much is in flight."""
        length = request.headers.get("content-length", "")
        try:
            async with self._admission.admit(int(length) if length.isdecimal() else LARGEST):
                return await self._admitted(request)
        except BusyError:
            busy = _refuse("busy", 503, "too much is being worked on; send it again")
            busy.headers["Retry-After"] = _RETRY_AFTER
            return busy

    async def _admitted(self, request: Request) -> Response:
        received_at = time.time()
        with metrics.ANSWER_SECONDS.time():
            try:
                # Who announces a body and does not send it must not hold its share of the budget.
                async with asyncio.timeout(_LONGEST_READ):
                    raw = await body.read(request, LARGEST)
                index = signature.verify(raw, request.headers.get("x-hub-signature-256"), self._app_secrets)
                metrics.SECRET_MATCHES.labels(str(index)).inc()
                accepted = await self._intake.accept(split(body.parse(raw)), received_at)
            except TimeoutError:
                return _refuse("slow", 408, f"the body did not come within {_LONGEST_READ:g} seconds")
            except body.TooLargeError:
                return _refuse("too_large", 413, f"the body is over {LARGEST} bytes")
            except signature.SignatureError as error:
                metrics.SIGNATURE_FAILURES.labels(error.reason).inc()
                log.warning("signature refused", extra=fields(reason=error.reason))
                return _refuse("signature", 401, str(error))
            except body.NotJsonError as error:
                log.error("a signed body is not JSON", extra=fields(bytes=len(raw), reason=str(error)))
                return _refuse("not_json", 400, str(error))
            except RecursionError:  # it could just be read, and cannot be written
                log.error("a signed body is nested too deeply", extra=fields(bytes=len(raw)))
                return _refuse("not_json", 400, "the body is nested too deeply")
            if accepted.complete:
                return _OK
            if accepted.failed:
                return _refuse("publish_failed", 503, "not everything could be queued; send it again")
            return _refuse("in_progress", 503, "a copy is being handled; send it again")


def _refuse(reason: str, status: int, said: str) -> Response:
    metrics.ERRORS.labels(reason).inc()
    return refusal(status, said)
