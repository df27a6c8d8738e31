"""How long a container takes to its first answers:  IMAGES=1 python -m tests.support.images.cold_start

Prints a table: the import's time by package (`-X importtime`, the worker's own view), from the start of the container
to its first answers, and what the precompiled bytecode is worth.  Uses the images that `make test-images` built.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from development.emulators import Emulators, start_emulators
from development.processes import Processes
from development.pubsub import create_topics
from tests.support import bodies
from tests.support.images.buildah import Buildah
from tests.support.images.container import Container, Containers

RUNS = 9  # the best one counts: whatever else runs here only makes it slower
PROJECT = "cold-start"


@dataclass(frozen=True)
class Service:
    """What is started, and its first real request."""

    name: str
    settings: Mapping[str, str]
    request: Callable[[Container], httpx.Response]


def main() -> None:
    """Measures and prints."""
    buildah = Buildah.here()
    with tempfile.TemporaryDirectory() as folder, Processes() as processes:
        emulators = start_emulators(processes, environ=os.environ, logs=Path(folder))
        create_topics(PROJECT, emulators.pubsub, "http://127.0.0.1:1/")
        containers = Containers(buildah, processes, Path(folder))
        try:
            for service in _services(emulators):
                print(f"\n{service.name}")
                _imports(buildah, containers, service)
                for label, more in (("as it is", {}), ("no bytecode", {"PYTHONPYCACHEPREFIX": "/none"})):
                    runs = [_start(containers, processes, service, more) for _ in range(RUNS)]
                    up, answered = (min(column) for column in zip(*runs, strict=True))
                    print(f"  {label:12} start to /health {up:.2f} s, to the first answer {answered:.2f} s")
        finally:
            containers.close()


def _services(emulators: Emulators) -> tuple[Service, Service]:
    common = {**emulators.environment, "GOOGLE_CLOUD_PROJECT": PROJECT, "METRICS_PORT": "0"}
    webhook = {"WHATSAPP_VERIFY_TOKEN": "cold", "WHATSAPP_WEBHOOK_SECRET": bodies.SECRET}
    processor = {
        "PUSH_AUTH": "none",
        "WHATSAPP_ACCESS_TOKEN": "cold",
        "WHATSAPP_API_URL": "http://127.0.0.1:1/v25.0",
        "WHATSAPP_PHONE_NUMBER_ID": bodies.PHONE_NUMBER_ID,
    }
    return (
        Service("webhook", {**common, **webhook}, _signed_webhook),
        Service("processor", {**common, **processor}, _readiness),
    )


def _signed_webhook(container: Container) -> httpx.Response:
    raw = bodies.encoded(bodies.of(bodies.text()))
    address = f"{container.url}/webhook/whatsapp"
    return httpx.post(address, content=raw, headers=bodies.signed(raw), timeout=20)


def _readiness(container: Container) -> httpx.Response:
    return httpx.get(f"{container.url}/ready", timeout=20)


def _start(
    containers: Containers, processes: Processes, service: Service, more: Mapping[str, str]
) -> tuple[float, float]:
    """Seconds from the start of the container: until /health answers, until its first real request does."""
    started = time.perf_counter()
    container = containers.start(f"localhost/{service.name}:test", {**service.settings, **more})
    up = time.perf_counter() - started
    service.request(container).raise_for_status()
    answered = time.perf_counter() - started
    container.terminate()
    container.process.wait(10)
    processes.stop(container.process)
    return up, answered


def _imports(buildah: Buildah, containers: Containers, service: Service) -> None:
    everything = (
        f"import functions_framework._cli, functions_framework.aio, uvicorn_worker, {service.name}.main"
    )
    name = containers.make(f"localhost/{service.name}:test")
    command = ["sh", "-c", f"python -X importtime -c '{everything}' 2>&1"]
    arguments = buildah.run_command(name, command, service.settings)[len(buildah.command()) :]
    runs = [_parsed(buildah(*arguments)) for _ in range(RUNS)]
    best = {group: min(run.get(group, 0.0) for run in runs) for group in runs[0]}
    print(f"  imports {min(sum(run.values()) for run in runs):.0f} ms, of which")
    for group in sorted(best, key=lambda group: -best[group])[:12]:
        print(f"  {best[group]:6.0f} ms  {group}")


def _parsed(text: str) -> dict[str, float]:
    """Milliseconds of the modules' own code by package."""
    found: dict[str, float] = {}
    for own, module in re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", text, re.MULTILINE):
        group = ".".join(module.split(".")[: 3 if module.startswith("google.") else 1])
        if group in sys.stdlib_module_names:
            group = "standard library"
        found[group] = found.get(group, 0) + int(own) / 1000
    return found


if __name__ == "__main__":
    main()
