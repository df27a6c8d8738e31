"""The two services as real processes on given emulators, with the simulator as their Meta. No screen here."""

import re
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from wacloud.notification import split
from wacloud_simulator.people import Business
from wacloud_simulator.server import Server
from wacloud_simulator.service_logs import ServiceLogs
from wacloud_simulator.simulation import Configuration, ServiceError

from development.emulators import Emulators, free_ports, wait_until_up
from development.processes import Process, Processes, StartError
from development.pubsub import DELIVERIES, create_topics

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 40.0
WEBHOOK, PROCESSOR = "webhook", "processor"
# What they open is on this machine alone; the simulator's page shows them.
APP_SECRET = "local-app-secret"
VERIFY_TOKEN = "local-verify-token"
ACCESS_TOKEN = "local-access-token"


_REPLY = re.compile(r"([0-9a-f]{64})\.\d+\.\d+")


def _document_id(item: Mapping[str, Any]) -> str:
    """How the services name a message in documents and logs, asked of the parser that they use."""
    (update,) = split({"entry": [{"changes": [{"field": "messages", "value": {"messages": [item]}}]}]})
    return update.document_id


def _answered_by(callback_data: str) -> str | None:
    """The document id of the message that a reply answers."""
    found = _REPLY.fullmatch(callback_data)
    return found[1] if found else None


SERVICE_LOGS = ServiceLogs(
    message_field="delivery",
    id_of=_document_id,
    answered_by=_answered_by,
    counters={
        (WEBHOOK, "whatsapp_messages_received_total"): "Received",
        (WEBHOOK, "whatsapp_duplicate_messages_total"): "Duplicates",
        (PROCESSOR, "whatsapp_messages_sent_total"): "Replies sent",
        (PROCESSOR, "whatsapp_replies_failed_total"): "Replies nobody gets",
        (PROCESSOR, "whatsapp_sends_ambiguous_total"): "Unclear sends",
        (PROCESSOR, "whatsapp_sends_parked_total"): "Parked for a person",
        (WEBHOOK, "whatsapp_signature_failures_total"): "Bad signatures",
        (WEBHOOK, "whatsapp_webhook_errors_total"): "Refused",
    },
    note=(
        "Dead letters: Pub/Sub's emulator has none where messages are ordered; in Google Cloud the dashboard counts "
        "them."
    ),
)


@dataclass(frozen=True)
class Ports:
    """Where everything listens on 127.0.0.1."""

    webhook: int
    processor: int
    simulator: int
    webhook_metrics: int
    processor_metrics: int

    @staticmethod
    def free() -> "Ports":
        """Ports nobody uses."""
        return Ports(*free_ports(5))


class Stack:
    """Webhook, processor and simulator, running while the `with` block lasts."""

    def __init__(
        self,
        processes: Processes,
        emulators: Emulators,
        *,
        project: str,
        ports: Ports,
        logs: Path,
        environ: Mapping[str, str],
        retry_seconds: float = 1.0,
    ) -> None:
        self.ports = ports
        self.logs = logs
        self._processes = processes
        self._emulators = emulators
        self.project = project
        self._environ = environ
        self._running: dict[str, Process] = {}
        self._ended_on_purpose: set[str] = set()
        self._lock = threading.RLock()
        self._exit = ExitStack()
        self.simulator = Server(
            Configuration(
                webhook_url=f"{self.webhook_url}/webhook/whatsapp",
                app_secret=APP_SECRET,
                verify_token=VERIFY_TOKEN,
                access_token=ACCESS_TOKEN,
                business=Business(name="FacilIAuto"),
                port=ports.simulator,
                retry_seconds=retry_seconds,
                service_logs=SERVICE_LOGS,
                log_files=(self._log(WEBHOOK), self._log(PROCESSOR)),
                metrics_urls={
                    WEBHOOK: f"http://127.0.0.1:{ports.webhook_metrics}/metrics",
                    PROCESSOR: f"http://127.0.0.1:{ports.processor_metrics}/metrics",
                },
            ),
            services=self,
        )

    @property
    def webhook_url(self) -> str:
        """The webhook service's address."""
        return f"http://127.0.0.1:{self.ports.webhook}"

    @property
    def processor_url(self) -> str:
        """The processor service's address."""
        return f"http://127.0.0.1:{self.ports.processor}"

    @property
    def installation(self) -> dict[str, str]:
        """The environment by which services and operations tool find each other here."""
        business = self.simulator.configuration.business
        return {
            "GOOGLE_CLOUD_PROJECT": self.project,
            "FIRESTORE_DATABASE": "(default)",
            "PUBSUB_TOPIC": DELIVERIES,
            "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
            "WHATSAPP_WEBHOOK_SECRET": APP_SECRET,
            "WHATSAPP_API_URL": f"{self.simulator.url}/v25.0",
            "WHATSAPP_PHONE_NUMBER_ID": business.phone_number_id,
            "WHATSAPP_WABA_ID": business.waba_id,
            "WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
            "WHATSAPP_CALLBACK_URL": f"{self.webhook_url}/webhook/whatsapp",
            **self._emulators.environment,
        }

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            exits.callback(self._stop_all)
            exits.enter_context(self.simulator)
            # Processes first, topics meanwhile: a service connects when its first request comes.
            for name in (WEBHOOK, PROCESSOR):
                self._launch(name)
            create_topics(self.project, self._emulators.pubsub, f"{self.processor_url}/pubsub/push")
            for name in (WEBHOOK, PROCESSOR):
                self._wait(name)
            self._exit = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    # simulator.simulation.Services

    def states(self) -> dict[str, bool]:
        """Every service's name, and whether it runs."""
        with self._lock:
            return {
                name: name in self._running and self._running[name].running for name in (WEBHOOK, PROCESSOR)
            }

    def stop(self, name: str, *, kill: bool = False) -> None:
        """Ends a service: in order (SIGTERM), or as a crash (SIGKILL)."""
        with self._lock:
            self._ended_on_purpose.add(name)
            process = self._running.pop(name, None)
            if process is not None and kill:
                self._processes.kill(process)
            elif process is not None:
                self._processes.stop(process)

    def start(self, name: str) -> None:
        """Starts a service that is not running, and waits until it answers."""
        with self._lock:
            self._ended_on_purpose.discard(name)
            if not self.states()[name]:
                try:
                    self._launch(name)
                    self._wait(name)
                except StartError as error:
                    raise ServiceError(str(error)) from error

    def crashed(self) -> list[Process]:
        """Services that ended though nobody asked them to. Each is told once."""
        with self._lock:
            dead = [name for name, process in self._running.items() if not process.running]
            return [self._running.pop(name) for name in dead if name not in self._ended_on_purpose]

    def process(self, name: str) -> Process:
        """A running service's process."""
        return self._running[name]

    def _stop_all(self) -> None:
        with self._lock:
            self._processes.stop(*self._running.values())
            self._running.clear()

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _launch(self, name: str) -> None:
        port = {WEBHOOK: self.ports.webhook, PROCESSOR: self.ports.processor}[name]
        command = [sys.executable, "-m", "functions_framework", "--asgi", "--source", f"{name}/main.py"]
        command += ["--target", name, "--host", "127.0.0.1", "--port", str(port)]
        self._running[name] = self._processes.start(
            name, command, log=self._log(name), env=self._environment(name), cwd=ROOT
        )

    def _wait(self, name: str) -> None:
        url = {WEBHOOK: self.webhook_url, PROCESSOR: self.processor_url}[name]
        process = self._running[name]
        wait_until_up(process, f"{url}/health", seconds=START_SECONDS)
        # Its first answer makes its connections: nobody's first message should wait for that.
        try:
            wait_until_up(process, f"{url}/ready", seconds=START_SECONDS)
        except StartError as error:
            message = f"{name} runs but is not ready: {error}"
            raise StartError(message) from error

    def _environment(self, name: str) -> dict[str, str]:
        """Tunables may come from outside; what wires the parts together may not."""
        home = self.logs / f"{name}-home"  # gunicorn keeps a control socket there
        home.mkdir(parents=True, exist_ok=True)
        metrics = {WEBHOOK: self.ports.webhook_metrics, PROCESSOR: self.ports.processor_metrics}[name]
        wiring = {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "HOME": str(home),
            "WORKERS": "1",
            "LOG_FORMAT": "json",
            "METRICS_PORT": str(metrics),
            "PUSH_AUTH": "none",
            **self.installation,
        }
        outside = {
            key: value for key, value in self._environ.items() if key not in ("K_SERVICE", "PUBSUB_ENDPOINT")
        }
        # Every step of a message is a line at DEBUG: the simulator's timeline is made of them.
        return {"LOG_LEVEL": "DEBUG", **outside, **wiring}
