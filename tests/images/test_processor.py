"""The processor's container, running, on the emulators, with the simulator as Meta."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from wacloud.notification import split
from wacloud_simulator.people import Person
from wacloud_simulator.phones import Draft
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import Emulators, free_ports
from development.pubsub import create_topics
from tests.images.test_webhook import SHUTDOWN_SECONDS
from tests.support.images.container import Container, Containers, wait_for_exit

ACCESS_TOKEN = "the-access-token-of-the-tests"


@pytest.fixture
def meta() -> Iterator[Server]:
    """A Graph API; its webhooks go nowhere."""
    port, nobody = free_ports(2)
    configuration = Configuration(
        webhook_url=f"http://127.0.0.1:{nobody}/webhook/whatsapp",
        app_secret="the-app-secret-of-the-tests",
        access_token=ACCESS_TOKEN,
        port=port,
    )
    with Server(configuration) as server:
        yield server


@pytest.fixture
def settings(emulators: Emulators, project_id: str, meta: Server) -> dict[str, str]:
    create_topics(project_id, emulators.pubsub, "http://127.0.0.1:9/pubsub/push")
    return {
        **emulators.environment,
        "GOOGLE_CLOUD_PROJECT": project_id,
        "METRICS_PORT": "0",
        "PUSH_AUTH": "none",
        "WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
        "WHATSAPP_API_URL": f"{meta.url}/v25.0",
        "WHATSAPP_PHONE_NUMBER_ID": meta.configuration.business.phone_number_id,
    }


@pytest.fixture
def processor(processor_image: str, containers: Containers, settings: dict[str, str]) -> Container:
    return containers.start(processor_image, settings)


def written(meta: Server, ana: Person, text: str) -> dict[str, Any]:
    """A push request's body for what Ana writes."""
    message = meta.simulation.phones.write(ana, Draft("text", {"body": text}))
    business = meta.configuration.business
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": business.display_phone_number,
            "phone_number_id": business.phone_number_id,
        },
        "contacts": [ana.contact],
        "messages": [
            {
                "from": ana.wa_id,
                "from_user_id": ana.user_id,
                "id": message.id,
                "timestamp": str(int(message.at)),
                "type": "text",
                "text": {"body": text},
            }
        ],
    }
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": business.waba_id, "changes": [{"field": "messages", "value": value}]}],
    }
    (delivery,) = split(body)
    data = base64.b64encode(delivery.encode()).decode()
    attributes = {"delivery_id": delivery.id, "kind": delivery.kind, "received_at": f"{message.at:.6f}"}
    return {"message": {"data": data, "attributes": attributes, "messageId": "1"}, "subscription": "s"}


def test_a_push_is_answered_by_the_container_and_the_reply_is_on_the_phone(
    processor: Container, meta: Server
) -> None:
    ana = meta.simulation.world.person("ana")

    push = written(meta, ana, "Oi")
    answer = httpx.post(f"{processor.url}/pubsub/push", json=push, timeout=30)
    again = httpx.post(f"{processor.url}/pubsub/push", json=push, timeout=30)

    assert (answer.status_code, again.status_code) == (204, 204), processor.log()
    replies = [message for message in meta.simulation.world.messages() if not message.from_person]
    assert replies
    assert {message.person for message in replies} == {"ana"}
    once = [message.callback_data for message in replies]
    assert len(once) == len(set(once))


def test_the_container_runs_one_worker_not_as_root_and_ends_at_sigterm(
    processor: Container, meta: Server
) -> None:
    httpx.post(f"{processor.url}/pubsub/push", json=written(meta, meta.simulation.world.person("ana"), "Oi"))
    assert processor.user() == 10001
    assert len(processor.workers) == 1
    assert "uvloop/loop" in processor.libraries()
    assert [line for line in processor.log() if not line.startswith("{")] == []

    processor.terminate()

    assert wait_for_exit(processor.process, SHUTDOWN_SECONDS) == 0


def test_a_container_without_push_auth_does_not_start(
    processor_image: str, containers: Containers, settings: dict[str, str]
) -> None:
    del settings["PUSH_AUTH"]
    process = containers.launch(processor_image, {**settings, "PORT": "1"})
    assert wait_for_exit(process, 20) != 0
    assert "PUSH_AUTH: is not set" in process.tail()


def test_on_cloud_run_a_container_that_anybody_could_push_to_does_not_start(
    processor_image: str, containers: Containers, settings: dict[str, str]
) -> None:
    process = containers.launch(processor_image, {**settings, "PORT": "1", "K_SERVICE": "whatsapp-processor"})
    assert wait_for_exit(process, 20) != 0
    assert "PUSH_AUTH=none lets anybody push" in process.tail()
