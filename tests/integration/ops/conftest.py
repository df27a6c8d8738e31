"""The operations tool as a person calls it, on the emulators and the simulator."""

import datetime as dt
import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from typer.testing import CliRunner, Result
from wacloud.notification import Update, split
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import Emulators, free_ports
from development.pubsub import DEAD_LETTERS, DELIVERIES, create_topics
from ops import screen
from ops.__main__ import app
from tests.support import bodies

VERIFY_TOKEN = "the-verify-token-of-the-tests"
ACCESS_TOKEN = "the-access-token-of-the-tests"
BRUNO = "5521999990002"


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are not wrapped, whatever the tests run in."""
    for console in (screen.console, screen.errors):
        monkeypatch.setattr(console, "width", 250)


@pytest.fixture
def documents(emulator_environment: Mapping[str, str], project_id: str) -> firestore.Client:
    return firestore.Client(project=project_id, credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]


@dataclass
class Processor:
    """Takes pushes and answers 204; what it got is in `pushed`."""

    url: str
    pushed: list[dict[str, Any]]

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """What was pushed, once there are so many."""
        with _changed:
            assert _changed.wait_for(lambda: len(self.pushed) >= count, timeout=15), self.pushed
        return self.pushed


_changed = threading.Condition()


@pytest.fixture
def processor() -> Iterator[Processor]:
    """Where the push subscription pushes to."""
    pushed: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with _changed:
                pushed.append(body["message"])
                _changed.notify_all()
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 its name in the base class
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield Processor(f"http://127.0.0.1:{server.server_address[1]}/pubsub/push", pushed)
        server.shutdown()
        thread.join()


@pytest.fixture
def topics(emulators: Emulators, project_id: str, processor: Processor) -> str:
    """The topics and subscriptions of a local run; the project's id."""
    create_topics(project_id, emulators.pubsub, processor.url)
    return project_id


@dataclass
class Topics:
    """Publishes, and reads the dead letters with other eyes than the tool's."""

    publisher: PublisherClient
    subscriber: SubscriberClient
    project: str

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str], key: str = "") -> str:
        message = {"data": data, "attributes": dict(attributes), "ordering_key": key}
        name = f"projects/{self.project}/topics/{topic}"
        answer = self.publisher.publish(request={"topic": name, "messages": [message]})
        return str(answer.message_ids[0])

    def give_up(self, message: Mapping[str, Any], *, attempts: int = 20) -> Update:
        """A delivery of this message in the dead-letter topic, as Pub/Sub would put it there."""
        (delivery,) = split(bodies.of(message))
        attributes = {
            "delivery_id": delivery.id,
            "kind": delivery.kind,
            "message_type": delivery.type,
            "received_at": "1764000000.000000",
            "CloudPubSubDeadLetterSourceDeliveryCount": str(attempts),
            "CloudPubSubDeadLetterSourceSubscription": "whatsapp-deliveries-push",
            "CloudPubSubDeadLetterSourceSubscriptionProject": self.project,
        }
        self.publish(DEAD_LETTERS, delivery.encode(), attributes, delivery.ordering_key)
        return delivery

    def deliver(self, message: Mapping[str, Any]) -> Update:
        """A delivery of this message on its way to the processor."""
        (delivery,) = split(bodies.of(message))
        self.publish(DELIVERIES, delivery.encode(), {"delivery_id": delivery.id}, delivery.ordering_key)
        return delivery


@pytest.fixture
def pubsub(emulators: Emulators, topics: str) -> Iterator[Topics]:
    with grpc.insecure_channel(emulators.pubsub) as channel:
        yield Topics(
            PublisherClient(transport=PublisherGrpcTransport(channel=channel)),
            SubscriberClient(transport=SubscriberGrpcTransport(channel=channel)),
            topics,
        )


@pytest.fixture
def simulator() -> Iterator[Server]:
    """Meta's side; its webhook is whoever listens at `webhook_url`, which is nobody."""
    port, nobody = free_ports(2)
    configuration = Configuration(
        webhook_url=f"http://127.0.0.1:{nobody}/webhook/whatsapp",
        app_secret=bodies.SECRET,
        verify_token=VERIFY_TOKEN,
        access_token=ACCESS_TOKEN,
        port=port,
    )
    with Server(configuration) as server:
        yield server


Ops = Callable[..., Result]


@pytest.fixture
def ops(emulator_environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Ops:
    """Runs a command; the result has exit_code and output (both streams).  Keywords are the environment."""
    monkeypatch.chdir(tmp_path)  # whoever runs the tests may have a .env

    def run(*arguments: str, **environment: str) -> Result:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app, list(arguments))

    return run


def outbox_document(delivery: Update, **more: Any) -> dict[str, Any]:
    """A document as the processor writes it."""
    now = dt.datetime.now(dt.UTC)
    person = {"wa_id": delivery.person.wa_id, "user_id": delivery.person.user_id}
    return {
        "state": "done",
        "owner": "somebody",
        "lease_until": now,
        "attempt": 1,
        "delivery_id": delivery.id,
        "kind": delivery.kind,
        "conversation": delivery.ordering_key,
        "received_at": now,
        "expire_at": now + dt.timedelta(days=8),
        "replies": [{"to": person, "payload": {"text": {"body": "Olá"}}, "status": "sent", "attempts": 1}],
        "lead": None,
        **more,
    }
