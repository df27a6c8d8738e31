"""One service in one process: its logs from the start on, its clients from its first request on."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from cloud import logs, metrics
from cloud.http import Router
from cloud.settings import CloudSettings


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
            metrics.serve(self._metrics_port)
            self._router = self._build()
        return await self._router(request)
