"""The HTTP frame of both services: which function answers which path, what is said where none does, and two probes.

Answers are JSON.  What a handler raises is answered with 500 and logged, never shown.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import Counter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from cloud import trace
from cloud.firestore import StoreError
from cloud.pubsub import PublishError

log = logging.getLogger(__name__)
Handler = Callable[[Request], Awaitable[Response]]
Ping = Callable[[], Awaitable[None]]
# The webhook is public: nobody may make it ask Firestore and Pub/Sub a thousand times a second.
_LOOK_SECONDS = 1.0


def refusal(status: int, said: str) -> Response:
    """An answer that says what was wrong."""
    return JSONResponse({"error": said}, status)


class Router:
    """Answers every request of a service.

    `routes` is {path: {method: handler}}; GET /health (touches nothing) and GET /ready (`pings`: what the service
    stands on) are added.  `failures` counts what handlers raised.
    """

    def __init__(
        self, routes: Mapping[str, Mapping[str, Handler]], *, pings: Mapping[str, Ping], failures: Counter
    ) -> None:
        self._routes: Mapping[str, Mapping[str, Handler]] = {
            **routes,
            "/health": {"GET": _health},
            "/ready": {"GET": _Readiness(pings)},
        }
        self._served = ", ".join(routes)
        self._failures = failures

    async def __call__(self, request: Request) -> Response:
        """The answer to any request."""
        methods = self._routes.get(request.scope["path"])
        if methods is None:
            return refusal(404, f"there is nothing here; this service answers {self._served}")
        handler = methods.get(request.method)
        if handler is None:
            return JSONResponse(
                {"error": f"{request.method} is not served here"}, 405, headers={"Allow": ", ".join(methods)}
            )
        token = trace.current.set(trace.of_request(request.headers))
        try:
            return await handler(request)
        except ClientDisconnect:
            return refusal(400, "the connection was closed before the body had come")
        except Exception:
            self._failures.inc()
            log.exception("a request failed")
            return refusal(500, "internal error; the request may be sent again")
        finally:
            trace.current.reset(token)


class _Readiness:
    """Whether what the service stands on can be reached; looked at once in a while, however often it is asked."""

    def __init__(self, pings: Mapping[str, Ping]) -> None:
        self._pings = pings
        self._lock = asyncio.Lock()
        self._checks: Mapping[str, str] = {}
        self._fresh_until = 0.0

    async def __call__(self, _: Request) -> Response:
        """200 where everything answers, else 503; what does not is named."""
        async with self._lock:
            if time.monotonic() > self._fresh_until:
                found = await asyncio.gather(*(_check(ping) for ping in self._pings.values()))
                self._checks = dict(zip(self._pings, found, strict=True))
                self._fresh_until = time.monotonic() + _LOOK_SECONDS
            checks = dict(self._checks)
        ready = set(checks.values()) <= {"ok"}
        return JSONResponse(
            {"status": "ok" if ready else "not ready", "checks": checks}, 200 if ready else 503
        )


async def _check(ping: Ping) -> str:
    try:
        await ping()
    except (StoreError, PublishError) as error:
        return str(error)
    return "ok"


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})
