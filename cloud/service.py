"""One service in one process: its logs from the start on, its clients from its first request on."""

import gc
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from cloud import logs, metrics
from cloud.http import Router, refusal
from cloud.settings import CloudSettings

log = logging.getLogger(__name__)


class Service:
    """What functions-framework calls.

    `build` makes the service on its clients, at the first request: gRPC channels and connection pools must be made
    after the server has forked, in the event loop that uses them.
    """

    def __init__(self, name: str, settings: CloudSettings, build: Callable[[], Router]) -> None:
        self._build = build
        self._metrics_port = settings.metrics_port
        self._router: Router | None = None
        logs.configure(
            project=settings.google_cloud_project,
            service=name,
            level=settings.log_level,
            form=settings.log_format,
        )

    async def __call__(self, request: Request) -> Response:
        """The answer to any request."""
        if self._router is None:
            try:
                self._router = self._build()
            except Exception:
                # No credentials, most likely; functions-framework would show the error's text to the caller.
                log.exception("the service could not be put together")
                return refusal(500, "internal error; the request may be sent again")
            metrics.serve(self._metrics_port)
            # What is imported stays: without this the collector walks it again and again, 45 ms each time.  Rare looks
            # at what is young save another 7 % of a message's CPU: little of it is garbage in circles.
            gc.collect()
            gc.freeze()
            gc.set_threshold(10_000)
        return await self._router(request)
