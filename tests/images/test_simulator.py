"""The simulator's image: built from its package alone, started, and answered by a webhook outside it."""

from pathlib import Path

import httpx
import pytest

from development.emulators import free_ports, wait_until_up
from development.processes import Processes
from tests.images.conftest import Build
from tests.support.images.buildah import ROOT, Buildah
from tests.support.images.container import Containers
from tests.support.simulator.plain_webhook import APP_SECRET, PlainWebhook, dealer

PACKAGE = ROOT / "packages/wacloud-simulator"


@pytest.fixture(scope="session")
def image(build: Build) -> str:
    return build("wacloud-simulator", PACKAGE / "Containerfile", PACKAGE)


def test_a_person_writes_in_the_container_and_the_webhook_answers(
    image: str, buildah: Buildah, containers: Containers, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    configuration = buildah.configuration(image)
    assert configuration["User"] == "10001"
    with PlainWebhook(bot=dealer, graph=f"http://127.0.0.1:{port}") as webhook, Processes() as processes:
        flags = ["--webhook-url", webhook.url, "--app-secret", APP_SECRET, "--port", str(port)]
        command = buildah.run_command(containers.make(image), [*configuration["Entrypoint"], *flags], {})
        process = processes.start("simulator", command, log=tmp_path / "simulator.log", env={})
        wait_until_up(process, f"{webhook.graph}/health", seconds=40)
        with httpx.Client(base_url=webhook.graph, timeout=30) as client:
            text = {"type": "text", "text": "Oi"}
            wamid = client.post("/api/people/ana/messages", json=text).json()["id"]
            asked = {"to": wamid, "timeout": 20}
            replies = client.get("/api/people/ana/replies", params=asked).json()["replies"]
        assert [reply["type"] for reply in replies] == ["interactive"], process.tail()
