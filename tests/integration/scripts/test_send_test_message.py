"""scripts/send_test_message.py against the simulator's Graph API, which refuses what Meta's would."""

from collections.abc import Iterator

import httpx
import pytest
from wacloud_simulator.people import Business
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import free_ports
from tests.support.scripts.running import exit_code, load, run

ANA = "5511999990001"
TOKEN = "a-token"


@pytest.fixture
def meta() -> Iterator[Server]:
    """A Graph API whose webhooks nobody takes."""
    port, nobody = free_ports(2)
    configuration = Configuration(
        webhook_url=f"http://127.0.0.1:{nobody}/", app_secret="x", access_token=TOKEN, port=port
    )
    with Server(configuration) as server:
        yield server


def environment(url: str, token: str | None = TOKEN) -> dict[str, str]:
    """One's own credentials."""
    found = {"WHATSAPP_PHONE_NUMBER_ID": Business().phone_number_id, "WHATSAPP_API_URL": f"{url}/v25.0"}
    return found | ({"WHATSAPP_ACCESS_TOKEN": token} if token else {})


def test_a_message_of_each_kind_is_accepted(meta: Server) -> None:
    httpx.post(f"{meta.url}/api/people/ana/messages", json={"type": "text", "text": {"body": "Oi"}})
    for arguments in (
        ("--text", "Olá!"),
        ("--image", "https://example.com/car.jpg", "--text", "Honda Civic 2023"),
        ("--buttons", "Ver carros", "Falar com vendedor"),
        ("--template", "hello_world", "--language", "en_US"),
    ):
        sent = run("send_test_message", "--to", ANA, *arguments, environment=environment(meta.url))
        assert sent.returncode == 0, (arguments, sent.stderr)
        assert "accepted: wamid." in sent.stdout
    said = httpx.get(f"{meta.url}/api/people/ana/replies", params={"count": 4, "timeout": 10}).json()
    kinds = [message["type"] for message in said["replies"]]
    assert kinds == ["text", "image", "interactive", "template"]


def test_what_meta_refuses_is_told_and_what_helps(meta: Server) -> None:
    shut = run("send_test_message", "--to", ANA, "--text", "Olá!", environment=environment(meta.url))
    # Meta, Cloud API, "Error codes": outside the window a send is accepted or refused with 131047.
    assert (shut.returncode, "131047" in shut.stderr) == (1, True), shut
    assert "--template" in shut.stderr
    stranger = run("send_test_message", "--to", ANA, environment=environment(meta.url, "another-token"))
    assert stranger.returncode == 1
    assert "not accepted" in stranger.stderr
    assert "another-token" not in stranger.stderr


@pytest.mark.parametrize(
    ("arguments", "token", "code", "said"),
    [
        (["--to", ANA], None, 2, "not set: WHATSAPP_ACCESS_TOKEN"),
        ([], TOKEN, 2, "--to"),
        (["--to", ANA, "--text", "x" * 5000], TOKEN, 2, "not sent, it would be refused"),
        (["--to", ANA, "--image", "http://example.com/car.jpg"], TOKEN, 2, "https"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(
    arguments: list[str], token: str | None, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = environment("http://127.0.0.1:1", token)
    assert exit_code(load("send_test_message"), *arguments, environment=nobody) == code
    assert said in capsys.readouterr().err
