"""CPU per accepted message of the webhook, beside a bare Flask endpoint: `make bench`.

Everything is real: the emulators, the service as functions-framework serves it, signed bodies.  CPU time is the
server process's own, so a noisy machine matters little; latencies are the emulators' as much as ours.
"""

import contextlib
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

from benchmarks.load import Reading, measure, post
from local.emulators import free_ports, start_emulators, wait_until_up
from local.processes import Process, Processes
from tests import bodies

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PATH = "/webhook/whatsapp"
PROJECT = "benchmark"
ROUNDS = 3


def signed(body: object) -> bytes:
    """The request Meta would send."""
    raw = bodies.encoded(body)
    return post(PATH, raw, bodies.signed(raw))


def one_message() -> bytes:
    """A body of one text message from one of a hundred people."""
    message = bodies.text("Olá, o Civic ainda está à venda?")
    sender = f"55119999{hash(message['id']) % 100:05d}"
    return signed(bodies.of({**message, "from": sender}))


def one_status() -> bytes:
    """A body of one status."""
    return signed(bodies.of(statuses=[bodies.status()]))


def thousand_updates() -> bytes:
    """A body of 250 messages of 50 people and 750 statuses."""
    messages = [bodies.text(sender=f"55119999{n % 50:05d}") for n in range(250)]
    return signed(bodies.of(*messages, statuses=[bodies.status() for _ in range(750)]))


@contextlib.contextmanager
def servers() -> Iterator[tuple[tuple[Process, str], tuple[Process, str]]]:
    """The webhook and the bare Flask endpoint, each (process, URL)."""
    with Processes() as processes, tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        emulators = start_emulators(processes, environ=os.environ, logs=logs)
        channel = grpc.insecure_channel(emulators.pubsub)
        publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        publisher.create_topic(name=f"projects/{PROJECT}/topics/whatsapp-deliveries")
        ours, bare = free_ports(2)
        environment = {
            **os.environ,
            **emulators.environment,
            "PYTHONPATH": str(ROOT),
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "WHATSAPP_VERIFY_TOKEN": "benchmark",
            "WHATSAPP_WEBHOOK_SECRET": bodies.SECRET,
            "METRICS_PORT": "0",
            "WORKERS": "1",
        }
        framework = [
            str(BIN / "functions-framework"),
            "--asgi",
            "--source",
            "webhook/main.py",
            "--target",
            "webhook",
        ]
        gunicorn = [
            str(BIN / "gunicorn"),
            "-w",
            "1",
            "--threads",
            "8",
            "-k",
            "gthread",
            "--no-control-socket",
        ]
        webhook = processes.start(
            "the webhook",
            [*framework, "--host", "127.0.0.1", "--port", str(ours)],
            log=logs / "webhook.log",
            cwd=ROOT,
            env=environment,
        )
        flask = processes.start(
            "bare Flask",
            [*gunicorn, "-b", f"127.0.0.1:{bare}", "benchmarks.bare_flask:app"],
            log=logs / "flask.log",
            cwd=ROOT,
            env=environment,
        )
        wait_until_up(webhook, f"http://127.0.0.1:{ours}/healthz", seconds=30)
        yield (webhook, f"http://127.0.0.1:{ours}"), (flask, f"http://127.0.0.1:{bare}")


def row(name: str, readings: list[Reading], messages: int = 1) -> None:
    """One line of the table: the median over the rounds."""
    cpu = statistics.median(reading.cpu / reading.requests / messages for reading in readings) * 1e6
    rate = statistics.median(reading.requests * messages / reading.wall for reading in readings)
    p50 = statistics.median(reading.percentile(0.5) for reading in readings) * 1e3
    p99 = statistics.median(reading.percentile(0.99) for reading in readings) * 1e3
    print(f"{name:44} {cpu:8.0f} µs {rate:9.0f}/s {p50:9.1f} ms {p99:9.1f} ms", flush=True)


def main() -> None:
    """Runs every workload, ours and the yardstick in turn."""
    print(
        f"{'median of ' + str(ROUNDS) + ' rounds':44} {'CPU/update':>11} {'updates':>11} {'p50':>12} {'p99':>12}"
    )
    workloads: list[tuple[str, Callable[[], bytes], int, int, int]] = [
        ("one message, 32 connections", one_message, 3000, 32, 1),
        ("one message, 1 connection", one_message, 500, 1, 1),
        ("one status, 32 connections", one_status, 3000, 32, 1),
        ("1,000 updates in one body", thousand_updates, 10, 1, 1000),
    ]
    with servers() as ((webhook, url), (flask, flask_url)):
        measure(webhook.pid, url, one_message, count=300, concurrency=8)  # warm-up
        for name, make, count, concurrency, messages in workloads:
            readings = [
                measure(webhook.pid, url, make, count=count, concurrency=concurrency) for _ in range(ROUNDS)
            ]
            row(name, readings, messages)
        measure(flask.pid, flask_url, one_message, count=300, concurrency=8)
        readings = [
            measure(flask.pid, flask_url, one_message, count=3000, concurrency=32) for _ in range(ROUNDS)
        ]
        row("bare Flask, which does nothing", readings)


if __name__ == "__main__":
    main()
