"""scripts/send_test_webhook.py against the running webhook: every message type arrives, and the exit code tells."""

import json

import pytest
from wacloud.inbound import parse_message

from development.emulators import free_ports
from tests.integration.webhook.conftest import Topic, Webhook
from tests.support import bodies
from tests.support.scripts.running import exit_code, load, run

ENVIRONMENT = {"WHATSAPP_WEBHOOK_SECRET": bodies.SECRET}


def test_what_is_sent_twice_is_taken_once_and_what_is_badly_signed_never(
    webhook: Webhook, topic: Topic
) -> None:
    url = f"{webhook.url}/webhook/whatsapp"
    sent = run(
        "send_test_webhook",
        "--url",
        url,
        "--text",
        "Olá",
        "--from",
        "5511999990002",
        "--duplicate",
        environment=ENVIRONMENT,
    )
    assert sent.returncode == 0, sent.stderr
    assert sent.stdout.count('200 {"status":"ok"}') == 2
    refused = run("send_test_webhook", "--url", url, "--bad-signature", environment=ENVIRONMENT)
    assert refused.returncode == 0, refused.stderr
    assert "401" in refused.stdout
    (published,) = topic.messages(1)
    value = json.loads(published.data)["entry"][0]["changes"][0]["value"]
    assert value["messages"][0]["text"] == {"body": "Olá"}
    run("send_test_webhook", "--url", url, "--from", "5511999990002", environment=ENVIRONMENT)
    assert {item.ordering_key for item in topic.messages(2)} == {published.ordering_key}, "one conversation"


def test_every_type_of_message_and_a_status_is_accepted_and_read_as_what_it_is(
    webhook: Webhook, topic: Topic
) -> None:
    script = load("send_test_webhook")
    for kind in script.TYPES:
        given = script.arguments(["--type", kind], ENVIRONMENT)
        assert webhook.post(script.body(given)).status_code == 200, kind
    published = topic.messages(len(script.TYPES))
    assert len(published) == len(script.TYPES)
    found = set()
    for item in published:
        value = json.loads(item.data)["entry"][0]["changes"][0]["value"]
        if "messages" in value:
            message = parse_message(value["messages"][0], value["contacts"][0])
            found.add(type(message.content).__name__)
    assert len(found) >= 15, found


@pytest.mark.parametrize(
    ("arguments", "secret", "code", "said"),
    [
        ([], None, 2, "WHATSAPP_WEBHOOK_SECRET is not set"),
        (["--from", "Ana"], bodies.SECRET, 2, "--from: digits only"),
        (["--url", "localhost"], bodies.SECRET, 2, "--url: an address like http://"),
        (["--type", "telegram"], bodies.SECRET, 2, "invalid choice"),
        (["--url", "NOBODY"], bodies.SECRET, 1, "no answer from http://127.0.0.1"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(
    arguments: list[str], secret: str | None, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = f"http://127.0.0.1:{free_ports(1)[0]}/webhook/whatsapp"
    words = (nobody if word == "NOBODY" else word for word in arguments)
    environment = {"WHATSAPP_WEBHOOK_SECRET": secret} if secret else {}
    assert exit_code(load("send_test_webhook"), *words, environment=environment) == code
    assert said in capsys.readouterr().err
