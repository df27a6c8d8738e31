"""The webhook's HTTP: which request gets which status code, and nothing else."""

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cloud import trace
from cloud.firestore import StoreError
from cloud.logs import fields
from cloud.pubsub import PublishError
from webhook import body, metrics
from webhook.intake import Intake
from whatsapp import signature
from whatsapp.notification import split

log = logging.getLogger(__name__)
Ping = Callable[[], Awaitable[None]]


class Routes:
    """Answers every request of the service; what it raises is answered with 500 and logged, never shown."""

    def __init__(
        self,
        intake: Intake,
        *,
        app_secrets: Sequence[str],
        verify_tokens: Sequence[str],
        pings: dict[str, Ping],
    ) -> None:
        self._intake = intake
        self._app_secrets = app_secrets
        self._verify_tokens = [token.encode() for token in verify_tokens]
        self._pings = pings
        self._routes: dict[str, dict[str, Callable[[Request], Awaitable[Response]]]] = {
            "/webhook/whatsapp": {"GET": self._handshake, "POST": self._notification},
            "/healthz": {"GET": self._healthz},
            "/readyz": {"GET": self._readyz},
        }

    async def __call__(self, request: Request) -> Response:
        """The answer to any request."""
        methods = self._routes.get(request.scope["path"])
        if methods is None:
            return _refusal(404, "there is nothing here; the webhook is at /webhook/whatsapp")
        handler = methods.get(request.method)
        if handler is None:
            return JSONResponse(
                {"error": f"{request.method} is not served here"}, 405, headers={"Allow": ", ".join(methods)}
            )
        token = trace.current.set(trace.of_request(request.headers))
        try:
            return await handler(request)
        except ClientDisconnect:
            return _refusal(400, "the connection was closed before the body had come")
        except Exception:
            metrics.ERRORS.labels("internal").inc()
            log.exception("a request failed")
            return _refusal(500, "internal error; the request may be sent again")
        finally:
            trace.current.reset(token)

    async def _handshake(self, request: Request) -> Response:
        """Meta's verification of the callback URL; it carries no signature."""
        query = request.query_params
        names = ("hub.mode", "hub.verify_token", "hub.challenge")
        if missing := [name for name in names if name not in query]:
            return self._refuse("handshake", 400, f"missing: {', '.join(missing)}")
        given = query["hub.verify_token"].encode("utf-8", "surrogatepass")
        matches = [hmac.compare_digest(given, token) for token in self._verify_tokens]
        if not any(matches) or query["hub.mode"] != "subscribe":
            log.warning("handshake refused")
            return self._refuse("handshake", 403, "hub.verify_token or hub.mode is not the one expected")
        log.info("handshake answered", extra=fields(verify_token_index=matches.index(True)))
        return PlainTextResponse(query["hub.challenge"], headers={"X-Content-Type-Options": "nosniff"})

    async def _notification(self, request: Request) -> Response:
        """A body of messages, statuses and changes."""
        received_at = time.time()
        with metrics.ANSWER_SECONDS.time():
            try:
                raw = await body.read(request)
                index = signature.verify(raw, request.headers.get("x-hub-signature-256"), self._app_secrets)
                metrics.SECRET_MATCHES.labels(str(index)).inc()
                deliveries = split(body.parse(raw))
            except body.TooLargeError:
                return self._refuse("too_large", 413, f"the body is over {body.LARGEST} bytes")
            except signature.SignatureError as error:
                metrics.SIGNATURE_FAILURES.labels(error.reason).inc()
                log.warning("signature refused", extra=fields(reason=error.reason))
                return self._refuse("signature", 401, str(error))
            except body.NotJsonError as error:
                log.error("a signed body is not JSON", extra=fields(bytes=len(raw), reason=str(error)))
                return self._refuse("not_json", 400, str(error))

            accepted = await self._intake.accept(deliveries, received_at)
            if accepted.complete:
                return JSONResponse({"status": "ok"})
            if accepted.failed:
                return self._refuse("publish_failed", 503, "not everything could be queued; send it again")
            return self._refuse("in_progress", 503, "a copy is being handled; send it again")

    async def _healthz(self, _: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _readyz(self, _: Request) -> Response:
        """Whether what the service stands on can be reached."""

        async def check(ping: Ping) -> str:
            try:
                await ping()
            except (StoreError, PublishError) as error:
                return str(error)
            return "ok"

        found = await asyncio.gather(*(check(ping) for ping in self._pings.values()))
        checks = dict(zip(self._pings, found, strict=True))
        ready = set(found) == {"ok"}
        return JSONResponse(
            {"status": "ok" if ready else "not ready", "checks": checks}, 200 if ready else 503
        )

    def _refuse(self, reason: str, status: int, said: str) -> Response:
        metrics.ERRORS.labels(reason).inc()
        return _refusal(status, said)


def _refusal(status: int, said: str) -> Response:
    return JSONResponse({"error": said}, status)
