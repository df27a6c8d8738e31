"""`python -m wacloud_simulator`, a process of its own, for a webhook that is none of this project's."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from development.emulators import free_ports
from tests.integration.simulator.conftest import write
from tests.support.simulator.plain_webhook import APP_SECRET, VERIFY_TOKEN, PlainWebhook, dealer

ROOT = Path(__file__).resolve().parents[3]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the tool with flags; whatever still runs is killed at the end."""
    running: list[subprocess.Popen[str]] = []

    def run(*flags: str, **environ: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "wacloud_simulator", *flags],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_it_serves_any_webhook_says_where_and_ends_on_sigterm(start: Start) -> None:
    (port,) = free_ports(1)
    with PlainWebhook(bot=dealer, graph=f"http://127.0.0.1:{port}") as webhook:
        flags = ["--webhook-url", webhook.url, "--app-secret", APP_SECRET, "--verify-token", VERIFY_TOKEN]
        process = start(*flags, "--port", str(port))
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(4))
        assert f"http://127.0.0.1:{port}" in said
        assert webhook.url in said
        assert "the webhook gave the challenge back" in said
        assert APP_SECRET not in said

        with httpx.Client(base_url=webhook.graph, timeout=20) as client:
            wamid = write(client)
            replies = client.get("/api/people/ana/replies", params={"to": wamid, "timeout": 10}).json()
            assert replies["replies"][0]["type"] == "interactive"

        # Nobody else on the network may write: only the loopback address is bound.
        other = next(
            (item[4][0] for item in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)), ""
        )
        if not str(other).startswith("127."):
            with pytest.raises(OSError):
                socket.create_connection((str(other), port), timeout=2).close()

        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_webhook_that_is_silent_does_not_hold_up_the_end(start: Start) -> None:
    (port,) = free_ports(1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        process = start("--webhook-url", url, "--app-secret", APP_SECRET, "--port", str(port))
        assert process.stdout is not None
        process.stdout.readline()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            for person in ("ana", "bruno"):
                write(client, person=person)
        with silent.accept()[0]:
            process.send_signal(signal.SIGTERM)
            assert process.wait(6) == 0, "a post waits ten seconds for its answer"


@pytest.mark.parametrize(
    ("flags", "environ", "says"),
    [
        (["--webhook-url", "http://127.0.0.1:1/"], {"K_SERVICE": "x"}, "refuses to start on Cloud Run"),
        (["--webhook-url", "127.0.0.1:8000"], {}, "write it whole, as http://127.0.0.1:8000"),
        (["--webhook-url", "http://127.0.0.1:1/", "--port", "99999"], {}, "from 1 to 65535"),
        (["--webhook-url", "http://127.0.0.1:1/", "--retry-seconds", "0"], {}, "more than 0"),
        (["--webhook-url", "http://127.0.0.1:1/", "--seed", "absent.json"], {}, "absent.json"),
        (["--webhook-url", "http://127.0.0.1:1/", "--metrics-url", "http://x/"], {}, "NAME=URL"),
    ],
)
def test_a_start_that_cannot_be_says_why_and_what_to_do(
    start: Start, flags: list[str], environ: dict[str, str], says: str
) -> None:
    process = start("--app-secret", "s", *flags, **environ)
    _, errors = process.communicate(timeout=20)

    assert process.returncode == 2
    assert says in errors
    assert "Traceback" not in errors


def test_a_taken_port_is_named_with_the_flag_that_changes_it(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = start("--webhook-url", "http://127.0.0.1:1/", "--app-secret", "s", "--port", port)
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 2
    assert f"port {port} of 127.0.0.1 is taken; choose another with --port" in errors
