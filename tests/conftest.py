"""What tests of every depth share: Google's emulators, started when the first test asks for them.

One pair serves the whole run. Under pytest-xdist the controlling process owns the pair and the workers ask it for
the addresses, so that the pair starts once and ends with the run, even when a worker dies.
"""

import json
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from development.emulators import Emulators, start_emulators
from development.processes import Processes, StartError

ROOT = Path(__file__).resolve().parent.parent
OWNER = pytest.StashKey["EmulatorOwner"]()
# A busy machine is no fault of the code: examples have no deadline.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


class EmulatorOwner:
    """Starts the emulators at the first request and ends them with the run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: Processes | None = None
        self._answer: dict[str, str] | None = None
        self._server: socket.socket | None = None

    def addresses(self) -> dict[str, str]:
        """Both addresses, or the reason why there are none."""
        with self._lock:
            if self._answer is None:
                self._processes = Processes().__enter__()
                try:
                    logs = ROOT / ".local" / "test-logs" / f"{os.getpid()}"
                    pair = start_emulators(self._processes, environ=os.environ, logs=logs)
                    self._answer = {"firestore": pair.firestore, "pubsub": pair.pubsub}
                except StartError as error:
                    self._answer = {"error": str(error)}
            return self._answer

    def serve(self) -> int:
        """Answers the workers on a port of 127.0.0.1, which is returned."""
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._answer_workers, args=(self._server,), daemon=True).start()
        return int(self._server.getsockname()[1])

    def _answer_workers(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.sendall(json.dumps(self.addresses()).encode())

    def close(self) -> None:
        """Ends the emulators, if any test asked for them."""
        if self._server is not None:
            # Wakes the thread that waits in accept(), which close() alone does not on Linux.
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
        with self._lock:
            if self._processes is not None:
                self._processes.__exit__(None, None, None)


def pytest_configure(config: pytest.Config) -> None:
    """The process without a worker's number is the owner."""
    if not hasattr(config, "workerinput"):
        config.stash[OWNER] = EmulatorOwner()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run is over."""
    owner = config.stash.get(OWNER, None)
    if owner is not None:
        owner.close()


class _XdistHooks:
    """Hooks that exist only where pytest-xdist is active."""

    def __init__(self, owner: EmulatorOwner) -> None:
        self._owner = owner
        self._port: int | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        """Tells each worker where to ask."""
        if self._port is None:
            self._port = self._owner.serve()
        node.workerinput["emulator_owner_port"] = self._port  # type: ignore[attr-defined]  # xdist is untyped


def pytest_sessionstart(session: pytest.Session) -> None:
    """Registers the xdist hooks in the controlling process, before the workers start."""
    owner = session.config.stash.get(OWNER, None)
    if owner is not None:
        session.config.pluginmanager.register(_XdistHooks(owner))


@pytest.fixture(scope="session")
def emulators(request: pytest.FixtureRequest) -> Emulators:
    """Google's Firestore and Pub/Sub emulators, really running. Use `project_id` for data of your own."""
    config = request.config
    if hasattr(config, "workerinput"):
        port = config.workerinput["emulator_owner_port"]
        with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile() as stream:
            answer = json.load(stream)
    else:
        answer = config.stash[OWNER].addresses()
    if "error" in answer:
        pytest.fail(answer["error"], pytrace=False)
    return Emulators(**answer)


@pytest.fixture
def project_id() -> str:
    """A Google Cloud project nobody else uses: its documents and topics are this test's alone."""
    return f"test-{uuid.uuid4().hex[:20]}"


@pytest.fixture
def emulator_environment(
    emulators: Emulators, project_id: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """The emulators and the test's own project in the environment, where Google's clients look for them."""
    environment = {**emulators.environment, "GOOGLE_CLOUD_PROJECT": project_id}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    yield environment
