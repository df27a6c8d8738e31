"""Serves the application on 127.0.0.1, one thread a connection: an open event stream holds up nobody."""

import logging
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from wacloud_simulator.app import create_app
from wacloud_simulator.simulation import Configuration, ConfigurationError, Services, Simulation
from wacloud_simulator.state import StateFile


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open, and logs errors only: the journal has every request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


class Server:
    """The simulator, serving while the `with` block lasts."""

    def __init__(self, configuration: Configuration, services: Services | None = None) -> None:
        self.configuration = configuration
        self.simulation = Simulation(configuration, services)
        self._state: StateFile | None = None
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The page's address."""
        return self.configuration.base_url

    def __enter__(self) -> Self:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        host, port = self.configuration.host, self.configuration.port
        try:
            self._server = make_server(
                host, port, create_app(self.simulation), threaded=True, request_handler=QuietHandler
            )
        except SystemExit:
            # werkzeug prints and exits where a port is taken.
            self.simulation.close()
            message = f"port {port} of {host} is taken; choose another with --port"
            raise ConfigurationError(message) from None
        if self.configuration.state_file is not None:
            self._open_state(Path(self.configuration.state_file))
        self.simulation.metrics.reset()  # what a service has counted before is not of this run
        self._server.daemon_threads = True  # type: ignore[attr-defined]  # of socketserver.ThreadingMixIn
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="simulator", daemon=True
        )
        self._thread.start()
        return self

    def _open_state(self, path: Path) -> None:
        state = StateFile(path, self.simulation)
        try:
            state.start()
        except ConfigurationError:
            self.simulation.close()
            if self._server is not None:
                self._server.server_close()
            raise
        self._state = state

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._state is not None:
            self._state.close()
        self.simulation.close()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.socket.close()
