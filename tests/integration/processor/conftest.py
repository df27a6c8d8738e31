"""The processor as a real functions-framework process, on the emulators, before a Graph API that does as it is told.

Two processors, one project and one Graph API serve all tests of a worker; each test has people of its own, and sees of
metrics and logs what is new.  Time that must pass (a lease, the window) is passed in the documents: `let_time_pass`.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import httpx
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from development.emulators import Emulators
from development.processes import Processes
from tests.support import bodies, services
from tests.support.processor.graph import Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor, document_id

StartService = Callable[..., services.Service]
StartProcessor = Callable[..., Processor]
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ACCESS_TOKEN = "the-access-token-of-the-tests"


class Leads:
    """A topic of leads and a pull subscription on it."""

    def __init__(self, project: str, emulators: Emulators, name: str) -> None:
        channel = grpc.insecure_channel(emulators.pubsub)
        self._publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        self._subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
        self.name = name
        self._topic = f"projects/{project}/topics/{name}"
        self._subscription = f"projects/{project}/subscriptions/{name}"

    def create(self) -> None:
        """The topic; without it no lead can be published."""
        self._publisher.create_topic(name=self._topic)
        self._subscriber.create_subscription(name=self._subscription, topic=self._topic)

    def pull(self) -> list[Any]:
        """What was published since the last pull."""
        answer = self._subscriber.pull(
            subscription=self._subscription, max_messages=100, timeout=5, retry=None
        )
        ids = [item.ack_id for item in answer.received_messages]
        self._subscriber.acknowledge(subscription=self._subscription, ack_ids=ids)
        return [item.message for item in answer.received_messages]


def let_time_pass(documents: firestore.Client, body: dict[str, Any]) -> None:
    """Long ago the lease of a body's delivery ran out, and its replies last moved."""
    document = documents.document("outbox", document_id(body))
    replies = [{**reply, "at": reply["at"] and LONG_AGO} for reply in document.get().get("replies")]
    document.update({"lease_until": LONG_AGO, "replies": replies})


@pytest.fixture(scope="session")
def project() -> str:
    """The Google Cloud project of this worker's processors."""
    return f"test-{uuid.uuid4().hex[:20]}"


@pytest.fixture
def ana() -> Someone:
    """Somebody who has not written before."""
    return Someone.new()


@pytest.fixture(scope="session")
def leads(emulators: Emulators, project: str) -> Leads:
    """The topic of `processor`."""
    found = Leads(project, emulators, "leads")
    found.create()
    return found


@pytest.fixture
def no_leads_yet(emulators: Emulators, project: str) -> Leads:
    """The topic of `other_processor`, which nobody has created."""
    return Leads(project, emulators, "leads-of-others")


@pytest.fixture(scope="session")
def documents(emulators: Emulators, project: str) -> firestore.Client:
    """The high-level client, to see the documents with other eyes than the code's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", emulators.firestore)
        return firestore.Client(project=project, credentials=AnonymousCredentials())


@pytest.fixture(scope="session")
def the_graph() -> Iterator[Graph]:
    with Graph() as running:
        yield running


@pytest.fixture
def graph(the_graph: Graph) -> Graph:
    """The Graph API, obliging and without a memory."""
    the_graph.forget()
    return the_graph


@pytest.fixture(scope="session")
def start_service(
    emulators: Emulators, project: str, the_graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartService]:
    """Starts a processor with these settings beside the usual ones; `source` may be a test's own composition."""
    with (
        httpx.Client(timeout=20, limits=httpx.Limits(max_connections=100)) as client,
        Processes() as processes,
    ):
        started: list[services.Service] = []

        def start(*, source: str | None = None, **settings: str) -> services.Service:
            environment = {
                **emulators.environment,
                "GOOGLE_CLOUD_PROJECT": project,
                "WHATSAPP_API_URL": the_graph.url,
                "WHATSAPP_PHONE_NUMBER_ID": bodies.PHONE_NUMBER_ID,
                "WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
                "PUSH_AUTH": "none",
                "GRAPH_TIMEOUT_SECONDS": "1.2",
                "BOT": "tests.support.processor.bots:bot",
                **settings,
            }
            logs = tmp_path_factory.mktemp("processor")
            service = services.start(
                processes, "processor", environment, client=client, logs=logs, source=source
            )
            started.append(service)
            return service

        yield start
        # An end in good order takes half a second, and has a test of its own.
        for service in started:
            processes.kill(service.process)


@pytest.fixture
def start_processor(start_service: StartService) -> StartProcessor:
    """Starts a processor of this test's own."""
    return lambda **settings: Processor(start_service(**settings))


@pytest.fixture(scope="session")
def the_service(start_service: StartService) -> services.Service:
    return start_service()


@pytest.fixture(scope="session")
def the_other_service(start_service: StartService) -> services.Service:
    return start_service(
        AMBIGUOUS_SENDS="park",
        WINDOW_TEMPLATE="volte_a_falar",
        NUMBER_PAUSE_SECONDS="0.5",
        HUMAN_SILENCE_HOURS="0",
        LEADS_TOPIC="leads-of-others",
    )


@pytest.fixture
def processor(the_service: services.Service) -> Processor:
    """The processor, with the settings that are usual."""
    return Processor(the_service)


@pytest.fixture
def other_processor(the_other_service: services.Service) -> Processor:
    """One that parks, has a template, pauses shortly, is not silenced, and lacks its topic of leads."""
    return Processor(the_other_service)
