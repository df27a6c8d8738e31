"""The webhook's container, running, on the emulators."""

import json
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from development.emulators import Emulators
from tests.integration.webhook.conftest import VERIFY_TOKEN, Topic
from tests.support import bodies
from tests.support.images.container import Container, Containers, wait_for_exit

SHUTDOWN_SECONDS = 10.0  # Cloud Run's, from SIGTERM to SIGKILL


@pytest.fixture
def topic(emulators: Emulators, project_id: str) -> Topic:
    return Topic(project_id, emulators)


@pytest.fixture
def settings(emulators: Emulators, project_id: str) -> dict[str, str]:
    return {
        **emulators.environment,
        "GOOGLE_CLOUD_PROJECT": project_id,
        "METRICS_PORT": "0",
        "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
        "WHATSAPP_WEBHOOK_SECRET": bodies.SECRET,
    }


@pytest.fixture
def webhook(webhook_image: str, containers: Containers, settings: dict[str, str], topic: Topic) -> Container:
    return containers.start(webhook_image, settings)


def test_a_signed_webhook_is_answered_by_the_container_and_is_on_the_topic(
    webhook: Container, topic: Topic
) -> None:
    message = bodies.text("Oi, do contêiner")
    raw = bodies.encoded(bodies.of(message))
    address = f"{webhook.url}/webhook/whatsapp"

    answer = httpx.post(address, content=raw, headers=bodies.signed(raw), timeout=20)
    again = httpx.post(address, content=raw, headers=bodies.signed(raw), timeout=20)
    forged = httpx.post(address, content=raw, headers=bodies.signed(raw, "another"), timeout=20)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert (again.status_code, forged.status_code) == (200, 401)
    assert topic.wamids(at_least=1) == [message["id"]]


def test_the_container_runs_one_worker_on_uvloop_and_httptools_not_as_root(webhook: Container) -> None:
    assert webhook.user() == 10001
    assert len(webhook.workers) == 1
    assert "uvloop/loop" in webhook.libraries()
    assert "httptools/parser" in webhook.libraries()


def test_the_container_writes_nothing_but_json_lines(webhook: Container, topic: Topic) -> None:
    raw = bodies.encoded(bodies.of(bodies.text()))
    httpx.post(f"{webhook.url}/webhook/whatsapp", content=raw, headers=bodies.signed(raw), timeout=20)
    time.sleep(0.5)  # gunicorn's control socket is made beside the worker
    assert webhook.log()
    assert [line for line in webhook.log() if not line.startswith("{")] == []
    assert {json.loads(line)["severity"] for line in webhook.log()} == {"INFO"}


def test_a_request_in_flight_at_sigterm_is_answered_before_the_container_ends(
    webhook: Container, topic: Topic
) -> None:
    message = bodies.text()
    raw = bodies.encoded(bodies.of(message))
    host, port = urlsplit(webhook.url).hostname, urlsplit(webhook.url).port
    headers = {"Host": "webhook", "Content-Length": str(len(raw)), **bodies.signed(raw)}
    head = "POST /webhook/whatsapp HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())

    with socket.create_connection((host, port), timeout=20) as connection:
        connection.sendall(head.encode() + b"\r\n" + raw[:50])
        time.sleep(0.5)
        webhook.terminate()
        time.sleep(1.5)
        with pytest.raises(OSError):
            socket.create_connection((host, port), timeout=1)
        connection.sendall(raw[50:])
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert wait_for_exit(webhook.process, SHUTDOWN_SECONDS) == 0
    assert topic.wamids(at_least=1) == [message["id"]]


def test_a_container_without_its_settings_says_which_and_ends(
    webhook_image: str, containers: Containers
) -> None:
    process = containers.launch(webhook_image, {"PORT": "1"})
    assert wait_for_exit(process, 20) != 0
    said = process.tail()
    assert "WHATSAPP_WEBHOOK_SECRET" in said
    assert "GOOGLE_CLOUD_PROJECT" in said
