"""The doctor on a whole local installation: well as it is, and a problem with its cure for each thing that is broken."""

import http.server
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import free_ports
from tests.integration.ops.conftest import ACCESS_TOKEN, VERIFY_TOKEN, Ops, Topics
from tests.support import bodies


@pytest.fixture
def callback() -> Iterator[str]:
    """A webhook, as far as Meta's handshake goes."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            known = query.get("hub.verify_token") == [VERIFY_TOKEN]
            self.send_response(200 if known else 403)
            self.end_headers()
            self.wfile.write(query["hub.challenge"][0].encode() if known else b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 its name in the base class
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/webhook/whatsapp"
        server.shutdown()
        thread.join()


@pytest.fixture
def meta(callback: str) -> Iterator[Server]:
    """The simulator as Meta, calling that webhook."""
    configuration = Configuration(
        webhook_url=callback,
        app_secret=bodies.SECRET,
        verify_token=VERIFY_TOKEN,
        access_token=ACCESS_TOKEN,
        port=free_ports(1)[0],
    )
    with Server(configuration) as server:
        yield server


@pytest.fixture
def settings(meta: Server, callback: str) -> dict[str, str]:
    """What a person running the doctor has in the environment."""
    return {
        "WHATSAPP_API_URL": f"{meta.url}/v25.0",
        "WHATSAPP_PHONE_NUMBER_ID": meta.configuration.business.phone_number_id,
        "WHATSAPP_WABA_ID": meta.configuration.business.waba_id,
        "WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
        "WHATSAPP_WEBHOOK_SECRET": bodies.SECRET,
        "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
        "WHATSAPP_CALLBACK_URL": callback,
    }


def test_a_whole_installation_is_well(ops: Ops, topics: str, settings: dict[str, str]) -> None:
    result = ops("doctor", **settings)

    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "all is well"
    assert [line for line in result.output.splitlines() if line.startswith("problem")] == []
    for line in (
        "Firestore (default)  answered in",
        "topic whatsapp-deliveries  is there",
        "subscription whatsapp-deliveries-push  pushes to http",
        "dead letters  none",
        "access token  valid, never expires",
        "permissions  whatsapp_business_management, whatsapp_business_messaging",
        "number  Example Shop, quality GREEN",
        "webhook subscription  the token's app gets this account's webhooks",
        "app secret and webhook fields  the secret is the app's; subscribed: messages",
        "answers Meta's handshake",
    ):
        assert line in result.output
    assert ACCESS_TOKEN not in result.output
    assert bodies.SECRET not in result.output


@pytest.mark.parametrize(
    ("broken", "line", "cure"),
    [
        (
            {"WHATSAPP_ACCESS_TOKEN": "another-token-of-the-tests"},
            "access token",
            "rotate-secret access-token",
        ),
        ({"WHATSAPP_PHONE_NUMBER_ID": "15550783881"}, "number", "the number's id, not the number"),
        ({"WHATSAPP_WABA_ID": "999999999999999"}, "permissions", "as an asset"),
        ({"WHATSAPP_WABA_ID": "999999999999999"}, "webhook subscription", "the account's id"),
        ({"WHATSAPP_CALLBACK_URL": "https://whatsapp.example/webhook"}, "callback URL", "it should call"),
        (
            {"WHATSAPP_VERIFY_TOKEN": "another-verify-token"},
            "callback URL",
            "the verify token there is another one",
        ),
        ({"WHATSAPP_WEBHOOK_SECRET": "another-app-secret"}, "app secret", "the secret of app"),
        ({"PUBSUB_TOPIC": "no-such-topic"}, "topic no-such-topic", "terraform apply"),
        ({"PUSH_SUBSCRIPTION": "no-such-push"}, "subscription no-such-push", "terraform apply"),
        ({"DEAD_LETTER_SUBSCRIPTION": "no-such-pull"}, "dead letters", "terraform apply"),
        ({"WHATSAPP_API_URL": "http://127.0.0.1:9/v25.0"}, "access token", "WHATSAPP_API_URL"),
    ],
)
@pytest.mark.usefixtures("topics")
def test_what_is_broken_is_a_problem_with_its_cure_and_the_exit_code_1(
    ops: Ops, settings: dict[str, str], broken: dict[str, str], line: str, cure: str
) -> None:
    result = ops("doctor", **{**settings, **broken})

    assert result.exit_code == 1, result.output
    lines = result.output.splitlines()
    found = [number for number, said in enumerate(lines) if said.startswith(f"problem {line}")]
    assert found, result.output
    assert cure in lines[found[0] + 1]
    assert lines[-1].endswith("to mend")
    assert "another-" not in result.output


def test_a_subscription_that_keeps_no_order_is_a_problem(
    ops: Ops, pubsub: Topics, settings: dict[str, str]
) -> None:
    project = f"projects/{pubsub.project}"
    pubsub.subscriber.create_subscription(
        request={"name": f"{project}/subscriptions/loose", "topic": f"{project}/topics/whatsapp-deliveries"}
    )
    result = ops("doctor", **{**settings, "PUSH_SUBSCRIPTION": "loose"})
    assert result.exit_code == 1
    assert "pushes to nowhere, does not keep a person's messages in order" in result.output


def test_dead_letters_that_wait_are_a_problem(ops: Ops, pubsub: Topics, settings: dict[str, str]) -> None:
    pubsub.give_up(bodies.text())
    result = ops("doctor", **settings)
    assert result.exit_code == 1
    assert "1 waiting" in result.output


def test_without_anything_of_meta_set_the_doctor_says_what_to_set(ops: Ops, topics: str) -> None:
    result = ops("doctor")
    assert result.exit_code == 1
    assert "set WHATSAPP_ACCESS_TOKEN" in result.output
