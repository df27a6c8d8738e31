"""Starts Google's Firestore and Pub/Sub emulators and waits until both answer. Creates nothing in them."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from development.cloud_sdk import Tools, find_tools
from development.processes import Process, Processes, StartError

# Short-lived and mostly idle: a fast start and little memory are worth more than peak speed.
JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m", "-Duser.language=en")
FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
START_SECONDS = 45.0


@dataclass(frozen=True)
class Emulators:
    """Where the two emulators listen, as host:port. Any project id works, and keeps its own data."""

    firestore: str
    pubsub: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which Google's clients find them."""
        return {"FIRESTORE_EMULATOR_HOST": self.firestore, "PUBSUB_EMULATOR_HOST": self.pubsub}


def start_emulators(processes: Processes, *, environ: Mapping[str, str], logs: Path) -> Emulators:
    """Starts both on free ports of 127.0.0.1. They end with `processes`."""
    emulators, children = launch_emulators(processes, find_tools(environ), environ=environ, logs=logs)
    wait_for_emulators(emulators, children)
    return emulators


def launch_emulators(
    processes: Processes, tools: Tools, *, environ: Mapping[str, str], logs: Path
) -> tuple[Emulators, list[Process]]:
    """Starts both and returns at once; `wait_for_emulators` says when they answer."""
    firestore_port, pubsub_port = free_ports(2)
    # Java itself, not the scripts around it: its process id is then the one to end.
    java = [str(tools.java), *JVM]
    firestore = [*java, "-cp", str(tools.firestore_jar), FIRESTORE_MAIN, "start"]
    pubsub = [*java, "-jar", str(tools.pubsub_jar)]
    children = [
        processes.start(
            name, [*command, "--host=127.0.0.1", f"--port={port}"], log=logs / f"{log}.log", env=environ
        )
        for name, log, command, port in (
            ("the Firestore emulator", "firestore", firestore, firestore_port),
            ("the Pub/Sub emulator", "pubsub", pubsub, pubsub_port),
        )
    ]
    return Emulators(f"127.0.0.1:{firestore_port}", f"127.0.0.1:{pubsub_port}"), children


def wait_for_emulators(emulators: Emulators, children: list[Process]) -> None:
    """Returns once both answer; StartError with the emulator's own words when one exits or stays silent."""
    for process, address in zip(children, (emulators.firestore, emulators.pubsub), strict=True):
        wait_until_up(process, f"http://{address}/", seconds=START_SECONDS)


def wait_until_up(process: Process, url: str, *, seconds: float) -> None:
    """Polls until the process answers 200 at the address."""
    deadline = time.monotonic() + seconds
    while True:
        if not process.running:
            message = (
                f"{process.name} ended at once (exit code {process.exit_code}). It said:\n\n{process.tail()}"
            )
            raise StartError(message)
        if _answers(url):
            return
        if time.monotonic() > deadline:
            message = f"{process.name} did not answer within {seconds:.0f} s. It said:\n\n{process.tail()}"
            raise StartError(message)
        time.sleep(0.05)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now. All are held until all are chosen, so they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(held.getsockname()[1]) for held in sockets]
    for held in sockets:
        held.close()
    return ports


def port_or_free(preferred: int) -> int:
    """That port where nobody has it, else any free one."""
    try:
        with socket.create_server(("127.0.0.1", preferred)):
            return preferred
    except OSError:
        return free_ports(1)[0]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 an address on 127.0.0.1, made here
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False
