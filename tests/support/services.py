"""One of our services as functions-framework runs it: its process, its HTTP, its metrics, its log."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from development.emulators import free_ports, wait_until_up
from development.processes import Process, Processes

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Service:
    """One running service."""

    process: Process
    url: str
    metrics_url: str
    client: httpx.Client

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.client.get(f"{self.url}{path}", params=query)

    def metrics(self) -> str:
        """The metrics as they are now, empty before the first request."""
        try:
            return self.client.get(self.metrics_url).text
        except httpx.ConnectError:
            return ""

    def metric(self, name: str, **labels: str) -> float:
        """A sample's value, summed over the labels not named."""
        return total(self.metrics(), name, labels)

    def logs(self) -> list[dict[str, Any]]:
        """Every structured line so far."""
        lines = self.process.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


def start(
    processes: Processes,
    target: str,
    environment: Mapping[str, str],
    *,
    client: httpx.Client,
    logs: Path,
    source: str | None = None,
) -> Service:
    """Starts a service on ports of its own and waits until it answers; `source` may be a test's own composition."""
    port, metrics_port = free_ports(2)
    command = [str(Path(sys.executable).with_name("functions-framework")), "--asgi"]
    command += ["--source", source or f"{target}/main.py", "--target", target]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    process = processes.start(
        target,
        command,
        log=logs / f"{target}-{port}.log",
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/tmp"),
            "PYTHONPATH": str(ROOT),
            "WORKERS": "1",
            "METRICS_PORT": str(metrics_port),
            **environment,
        },
    )
    url = f"http://127.0.0.1:{port}"
    wait_until_up(process, f"{url}/health", seconds=40)
    return Service(process, url, f"http://127.0.0.1:{metrics_port}/metrics", client)


def total(metrics: str, name: str, labels: Mapping[str, str]) -> float:
    """The sum of a metric's samples that have these labels."""
    found = 0.0
    for line in metrics.splitlines():
        if line.startswith((f"{name} ", f"{name}{{")) and all(
            f'{key}="{value}"' in line for key, value in labels.items()
        ):
            found += float(line.rsplit(" ", 1)[1])
    return found
