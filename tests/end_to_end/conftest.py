"""Both services as real processes on the emulators, and Meta played by the simulator, driven through its HTTP API."""

import itertools
import json
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.pubsub_v1 import SubscriberClient
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from development.emulators import Emulators
from development.processes import Processes
from development.pubsub import LEADS
from development.stack import PROCESSOR, WEBHOOK, Ports, Stack

REPLY_SECONDS = 20
_numbers = itertools.count(int(uuid.uuid4().int % 90_000) + 10_000)


@dataclass(frozen=True)
class Phone:
    """One person's phone at the simulator."""

    key: str
    client: httpx.Client

    def write(self, content: Any = "Oi", *, kind: str = "text", copies: int = 1, **more: Any) -> str:
        """Sends a message, `copies` times at once; its wamid."""
        draft = {"type": kind, kind: content, "copies": copies, **more}
        return str(_ok(self.client.post(f"/api/people/{self.key}/messages", json=draft))["id"])

    def replies(self, to: str | None = None, *, count: int = 1, seconds: float = REPLY_SECONDS) -> list[Any]:
        """What the business answered to a message (or at all), once there are so many or the time is over."""
        query: dict[str, Any] = {"count": count, "timeout": seconds, **({"to": to} if to else {})}
        found = _ok(self.client.get(f"/api/people/{self.key}/replies", params=query, timeout=seconds + 10))
        return list(found["replies"])

    def reply(self, to: str) -> Any:
        """The one reply to a message, of which there must be just one."""
        found = self.replies(to)
        assert len(found) == 1, found
        return found[0]


class Meta:
    """The simulator: people, faults, what was counted."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.client = httpx.Client(base_url=stack.simulator.url, timeout=60)

    def somebody(self, **identity: Any) -> Phone:
        """A person nobody has heard of."""
        identity = identity or {"wa_id": f"55119999{next(_numbers)}"}
        person = _ok(self.client.post("/api/people", json={"name": "Bia", **identity}))
        return Phone(person["key"], self.client)

    def faults(self, **switches: Any) -> None:
        """From now on, all other switches off."""
        _ok(self.client.put("/api/faults", json=switches))

    def counters(self) -> dict[str, Any]:
        return dict(_ok(self.client.get("/api/counters")))

    def counter(self, service: str, name: str) -> float:
        """A counter of a service's /metrics, summed over its labels."""
        return float((self.counters()["services"][service] or {}).get(name, 0.0))

    def batch(self, messages: list[dict[str, Any]]) -> list[str]:
        """All of them in one body; their wamids."""
        return list(_ok(self.client.post("/api/batch", json={"messages": messages}))["ids"])

    def service(self, name: str, action: str) -> None:
        """Stops, kills or starts a service."""
        _ok(self.client.post(f"/api/services/{name}/{action}", json={}))

    def logs(self, service: str) -> list[dict[str, Any]]:
        lines = (self.stack.logs / f"{service}.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


def _ok(answer: httpx.Response) -> Any:
    assert answer.is_success, (answer.request.url, answer.status_code, answer.text)
    return answer.json()


@pytest.fixture(scope="session")
def stack(emulators: Emulators, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One for all tests of a worker: tests are told apart by their people."""
    logs: Path = tmp_path_factory.mktemp("logs")
    # Short, so that what a crash leaves behind is taken up within the test.
    patience = {
        "INTAKE_LEASE_SECONDS": "9",
        "GRAPH_TIMEOUT_SECONDS": "1.5",
        "REPLY_LEASE_SECONDS": "5",
        "STORE_TIMEOUT_SECONDS": "3",
        "AMBIGUOUS_WINDOW_SECONDS": "2",
    }
    environ = {**os.environ, **patience}
    with Processes() as processes:
        stack = Stack(
            processes,
            emulators,
            project=f"e2e-{uuid.uuid4().hex[:12]}",
            ports=Ports.free(),
            logs=logs,
            environ=environ,
            retry_seconds=0.2,
        )
        with stack:
            yield stack


@pytest.fixture
def meta(stack: Stack) -> Iterator[Meta]:
    """No faults and both services running, before and after."""
    meta = Meta(stack)
    yield meta
    meta.faults()
    for name in (WEBHOOK, PROCESSOR):
        meta.service(name, "start")


@pytest.fixture
def documents(
    emulators: Emulators, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> Iterator[firestore.Client]:
    """The database of the stack, seen with the high-level client."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulators.firestore)
    client = firestore.Client(project=stack.project, credentials=AnonymousCredentials())
    yield client
    client.close()


@pytest.fixture
def leads(emulators: Emulators, stack: Stack) -> Iterator[Callable[[], list[Any]]]:
    """A subscription to the topic of leads; the function waits for those that come."""
    with grpc.insecure_channel(emulators.pubsub) as channel:
        subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
        name = f"projects/{stack.project}/subscriptions/leads-{uuid.uuid4().hex[:8]}"
        subscriber.create_subscription(name=name, topic=f"projects/{stack.project}/topics/{LEADS}")

        def pulled() -> list[Any]:
            answer = subscriber.pull(subscription=name, max_messages=100, timeout=10)
            return [json.loads(item.message.data) for item in answer.received_messages]

        yield pulled
