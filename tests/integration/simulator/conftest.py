"""The simulator as a real server, on a plain webhook that only listens, and a client for its HTTP API."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import free_ports
from tests.support.simulator.plain_webhook import APP_SECRET, NUMBER, VERIFY_TOKEN, PlainWebhook, start_anew

TOKEN = {"Authorization": "Bearer simulator"}


class Graph:
    """The business's calls of the Graph API."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def send(self, kind: str, content: Any, *, to: str = "5511999990001", **more: Any) -> httpx.Response:
        """A message of a type."""
        return self.post({"to": to, "type": kind, kind: content, **more})

    def post(self, payload: Any, **options: Any) -> httpx.Response:
        """Any body of /messages; the product is added where the body names none."""
        body = {"messaging_product": "whatsapp", **payload} if isinstance(payload, dict) else payload
        return self._client.post(f"/v25.0/{NUMBER}/messages", json=body, **{"headers": TOKEN, **options})


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[PlainWebhook, Server]]:
    (port,) = free_ports(1)
    with (
        PlainWebhook() as webhook,
        Server(
            Configuration(
                webhook_url=webhook.url,
                app_secret=APP_SECRET,
                verify_token=VERIFY_TOKEN,
                port=port,
                retry_seconds=0.05,
                silence_seconds=1.0,
            )
        ) as server,
    ):
        webhook.graph = server.url
        yield webhook, server
        start_anew(webhook, server)


@pytest.fixture
def server(running: tuple[PlainWebhook, Server]) -> Server:
    """As at the start."""
    webhook, server = running
    server.simulation.sender.url = webhook.url
    start_anew(webhook, server)
    return server


@pytest.fixture
def webhook(running: tuple[PlainWebhook, Server], server: Server) -> PlainWebhook:
    return running[0]


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        yield client


@pytest.fixture
def graph(client: httpx.Client) -> Graph:
    return Graph(client)


def write(client: httpx.Client, text: str = "Oi", *, person: str = "ana", **more: Any) -> str:
    """A person writes; the wamid."""
    answer = client.post(f"/api/people/{person}/messages", json={"type": "text", "text": text, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
