"""The webhook as a real functions-framework process, on the emulators, with a subscription to see what it published."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.cloud import firestore
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from test_utils.system import EmulatorCreds

from development.emulators import Emulators
from development.processes import Process, Processes
from tests.support import bodies, services

ROOT = Path(__file__).resolve().parents[3]
VERIFY_TOKEN = "the-verify-token-of-the-tests"


@dataclass
class Topic:
    """The topic and a pull subscription on it, in a project of this test's own."""

    project: str
    emulators: Emulators
    seen: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        channel = grpc.insecure_channel(self.emulators.pubsub)
        self._publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        self._subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
        self.name = f"projects/{self.project}/topics/whatsapp-deliveries"
        self._subscription = f"projects/{self.project}/subscriptions/test"
        self._publisher.create_topic(name=self.name)
        self._subscriber.create_subscription(
            {
                "name": self._subscription,
                "topic": self.name,
                "ack_deadline_seconds": 60,
                "enable_message_ordering": True,
            }
        )

    def delete(self) -> None:
        self._publisher.delete_topic(topic=self.name)

    def create(self) -> None:
        """The topic anew, under the old subscription's successor."""
        self._publisher.create_topic(name=self.name)
        self._subscriber.delete_subscription(subscription=self._subscription)
        self._subscriber.create_subscription(
            {"name": self._subscription, "topic": self.name, "ack_deadline_seconds": 60}
        )

    def messages(self, at_least: int = 0) -> list[Any]:
        """Everything published so far, in the order of its coming; waits for `at_least`, then until it is quiet."""
        while True:
            wait = 2.0 if len(self.seen) < at_least else 0.3
            try:
                answer = self._subscriber.pull(
                    subscription=self._subscription, max_messages=1000, timeout=wait, retry=None
                )
            except Exception as error:
                if "Deadline" not in type(error).__name__:
                    raise
                return self.seen
            if not answer.received_messages:
                return self.seen
            self._subscriber.acknowledge(
                subscription=self._subscription, ack_ids=[item.ack_id for item in answer.received_messages]
            )
            self.seen += [item.message for item in answer.received_messages]

    def wamids(self, at_least: int = 0) -> list[str]:
        """The ids of the messages and statuses published so far."""
        found = []
        for item in self.messages(at_least):
            change = json.loads(item.data)["entry"][0]["changes"][0]
            inner = change["value"].get("messages") or change["value"].get("statuses") or [{"id": ""}]
            found.append(inner[0]["id"])
        return found


class Webhook(services.Service):
    """One running webhook."""

    def post(self, body: Any, *, secret: str = bodies.SECRET) -> httpx.Response:
        """The body, signed, as Meta would post it; bytes are sent as they are."""
        raw = body if isinstance(body, bytes) else bodies.encoded(body)
        return self.client.post(
            f"{self.url}/webhook/whatsapp", content=raw, headers=bodies.signed(raw, secret)
        )


StartWebhook = Callable[..., Webhook]


@pytest.fixture
def topic(emulators: Emulators, project_id: str) -> Topic:
    return Topic(project_id, emulators)


@pytest.fixture
def documents(emulators: Emulators, project_id: str, monkeypatch: pytest.MonkeyPatch) -> firestore.Client:
    """The high-level client, to see the inbox with other eyes than the code's."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulators.firestore)
    return firestore.Client(project=project_id, credentials=EmulatorCreds())


@pytest.fixture
def processes() -> Iterator[Processes]:
    with Processes() as running:
        yield running


@pytest.fixture
def start_webhook(
    emulators: Emulators, project_id: str, processes: Processes, tmp_path: Path
) -> Iterator[StartWebhook]:
    """Starts a webhook with these settings beside the usual ones; `source` may be a test's own composition."""
    client = httpx.Client(timeout=20, limits=httpx.Limits(max_connections=100))
    started: list[Process] = []

    def start(*, source: str = "webhook/main.py", **settings: str) -> Webhook:
        found = services.start(
            processes,
            "webhook",
            environment(emulators, project_id, **settings),
            client=client,
            logs=tmp_path,
            source=source,
        )
        started.append(found.process)
        return Webhook(found.process, found.url, found.metrics_url, found.client)

    with client:
        yield start
    # An end in good order takes half a second, and has a test of its own.
    for process in started:
        processes.kill(process)


@pytest.fixture
def webhook(topic: Topic, start_webhook: StartWebhook) -> Webhook:
    """A webhook of this test's own, with its topic."""
    return start_webhook()


def environment(emulators: Emulators, project: str, **settings: str) -> Mapping[str, str]:
    """What the webhook needs to start."""
    return {
        **emulators.environment,
        "GOOGLE_CLOUD_PROJECT": project,
        "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
        "WHATSAPP_WEBHOOK_SECRET": bodies.SECRET,
        "LOG_FORMAT": "json",
        # A busy machine is not what these tests are about.
        "CLAIM_TIMEOUT_SECONDS": "10",
        "PUBLISH_TIMEOUT_SECONDS": "5",
        **settings,
    }
