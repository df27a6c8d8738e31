"""CPU per accepted update of the webhook, beside its peers: `make bench`.

Everything is real: the emulators, the service as functions-framework serves it, signed bodies.  CPU time is the
server process's own, children included, by the operating system's account, so a noisy machine matters less than it
does to latencies, which are the emulators' as much as the server's.  Servers take turns round by round, so that a
change of the machine's mood falls on all of them; the table has medians.
"""

import argparse
import contextlib
import os
import platform
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import grpc
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

from development.benchmarks.load import Reading, measure, post
from development.emulators import free_ports, start_emulators, wait_until_up
from development.processes import Process, Processes
from tests.support import bodies

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PATH = "/webhook/whatsapp"
PROJECT = "benchmark"
FRAMEWORK = ("functions-framework", "--asgi", "--source", "webhook/main.py", "--target", "webhook")
GUNICORN = ("gunicorn", "-w", "1", "--threads", "8", "-k", "gthread", "--no-control-socket")


@dataclass(frozen=True)
class Workload:
    """`count` requests made by `body`, each of `updates` updates, over `connections`."""

    name: str
    body: Callable[[], bytes]
    count: int
    connections: int
    updates: int = 1


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


ONE_BY_ONE = Workload("one message, 1 connection", one_message, 300, 1)
AT_ONCE = Workload("one message, 32 connections", one_message, 2000, 32)
STATUSES = Workload("one status, 32 connections", one_status, 2000, 32)
BATCH = Workload("250 messages and 750 statuses in one body", thousand_updates, 10, 1, updates=1000)
SERVERS = {
    "the webhook": (FRAMEWORK, ("--host", "127.0.0.1", "--port"), (AT_ONCE, ONE_BY_ONE, STATUSES, BATCH)),
    "Flask that does nothing": ((*GUNICORN, "development.benchmarks.bare_flask:app"), ("-b",), (AT_ONCE,)),
    "Flask and the high-level clients": (
        (*GUNICORN, "development.benchmarks.flask_and_clients:app"),
        ("-b",),
        (AT_ONCE, ONE_BY_ONE),
    ),
}


@contextlib.contextmanager
def running() -> Iterator[dict[str, tuple[Process, str]]]:
    """Every server, as (process, URL)."""
    with Processes() as processes, tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        emulators = start_emulators(processes, environ=os.environ, logs=logs)
        with grpc.insecure_channel(emulators.pubsub) as channel:
            publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
            publisher.create_topic(name=f"projects/{PROJECT}/topics/whatsapp-deliveries")
        environment = {
            **os.environ,
            **emulators.environment,
            "PYTHONPATH": str(ROOT),
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "WHATSAPP_VERIFY_TOKEN": "benchmark",
            "WHATSAPP_WEBHOOK_SECRET": bodies.SECRET,
            "CLAIM_TIMEOUT_SECONDS": "10",
            "LOG_FORMAT": "json",
            "METRICS_PORT": "0",
            "WORKERS": "1",
        }
        found = {}
        for name, port in zip(SERVERS, free_ports(len(SERVERS)), strict=True):
            found[name] = start(processes, name, port, logs, environment)
        for process, url in found.values():
            wait_until_up(process, f"{url}/health", seconds=60)
        yield found


def start(
    processes: Processes, name: str, port: int, logs: Path, environment: Mapping[str, str]
) -> tuple[Process, str]:
    """One server, still starting."""
    (program, *arguments), listen, _ = SERVERS[name]
    *options, last = listen
    address = f"127.0.0.1:{port}" if last == "-b" else str(port)
    command = [str(BIN / program), *arguments, *options, last, address]
    process = processes.start(name, command, log=logs / f"{port}.log", cwd=ROOT, env=environment)
    return process, f"http://127.0.0.1:{port}"


def row(name: str, workload: Workload, readings: list[Reading]) -> str:
    """One line of the table: medians over the rounds."""
    updates = workload.updates

    def median(value: Callable[[Reading], float]) -> float:
        return statistics.median(map(value, readings))

    cpu = median(lambda reading: reading.cpu / reading.requests / updates) * 1e6
    rate = median(lambda reading: reading.requests * updates / reading.wall)
    p50 = median(lambda reading: reading.percentile(0.5)) * 1e3
    p99 = median(lambda reading: reading.percentile(0.99)) * 1e3
    return f"| {name} | {workload.name} | {cpu:.0f} µs | {rate:.0f} | {p50:.1f} ms | {p99:.1f} ms |"


def main() -> None:
    """Runs every workload on every server, round by round."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    rounds = parser.parse_args().rounds
    readings: defaultdict[tuple[str, Workload], list[Reading]] = defaultdict(list)
    with running() as servers:
        for name, (process, url) in servers.items():
            print(f"warming up: {name}", file=sys.stderr)
            measure(process.pid, url, one_message, count=300, concurrency=8)
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            for name, (process, url) in servers.items():
                for work in SERVERS[name][2]:
                    reading = measure(
                        process.pid, url, work.body, count=work.count, concurrency=work.connections
                    )
                    readings[name, work].append(reading)
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}"
    )
    print("| server | requests | CPU per update | updates/s | p50 | p99 |\n|---|---|---|---|---|---|")
    for (name, work), found in readings.items():
        print(row(name, work, found))


if __name__ == "__main__":
    main()
