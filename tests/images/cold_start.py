"""How long a container takes to its first answers:  IMAGES=1 python -m tests.images.cold_start

Prints a table: the import's time by package (`-X importtime`, the worker's own view), from the start of the container
to the first 200, and what the precompiled bytecode is worth.  Uses the image that `make test-images` built.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from local.emulators import Emulators, start_emulators
from local.processes import Processes
from local.pubsub import create_topics
from tests import bodies
from tests.images.buildah import Buildah
from tests.images.container import Containers

RUNS = 9  # the best one counts: whatever else runs here only makes it slower
PROJECT = "cold-start"
IMAGE = "localhost/webhook:test"
IMPORTS = "import functions_framework._cli, functions_framework.aio, uvicorn_worker, webhook.main"


def main() -> None:
    """Measures and prints."""
    buildah = Buildah.here()
    with tempfile.TemporaryDirectory() as folder, Processes() as processes:
        emulators = start_emulators(processes, environ=os.environ, logs=Path(folder))
        create_topics(PROJECT, emulators.pubsub, "http://127.0.0.1:1/")
        containers = Containers(buildah, processes, Path(folder))
        try:
            _imports(buildah, containers, _settings(emulators))
            for name, more in (
                ("bytecode in the image", {}),
                ("no bytecode", {"PYTHONPYCACHEPREFIX": "/none"}),
            ):
                settings = {**_settings(emulators), **more}
                runs = [_start(containers, processes, settings) for _ in range(RUNS)]
                up, answered = (min(column) for column in zip(*runs, strict=True))
                print(
                    f"{name:24} start to /healthz {up:.2f} s, to the first signed webhook's answer {answered:.2f} s"
                )
        finally:
            containers.close()


def _settings(emulators: Emulators) -> dict[str, str]:
    return {
        **emulators.environment,
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "METRICS_PORT": "0",
        "WHATSAPP_VERIFY_TOKEN": "cold",
        "WHATSAPP_WEBHOOK_SECRET": bodies.SECRET,
    }


def _start(containers: Containers, processes: Processes, settings: Mapping[str, str]) -> tuple[float, float]:
    """Seconds from the start of the container: until /healthz answers, until a webhook is answered with 200."""
    raw = bodies.encoded(bodies.of(bodies.text()))
    started = time.perf_counter()
    container = containers.start(IMAGE, settings)
    up = time.perf_counter() - started
    address = f"{container.url}/webhook/whatsapp"
    httpx.post(address, content=raw, headers=bodies.signed(raw), timeout=20).raise_for_status()
    answered = time.perf_counter() - started
    container.terminate()
    container.process.wait(10)
    processes.stop(container.process)
    return up, answered


def _imports(buildah: Buildah, containers: Containers, settings: Mapping[str, str]) -> None:
    name = containers.make(IMAGE)
    command = ["sh", "-c", f"python -X importtime -c '{IMPORTS}' 2>&1"]
    arguments = buildah.run_command(name, command, settings)[len(buildah.command()) :]
    runs = [_parsed(buildah(*arguments)) for _ in range(RUNS)]
    print(f"{'import of everything':24} {min(sum(run.values()) for run in runs):.0f} ms, of which")
    groups = runs[0].keys()
    for group in sorted(groups, key=lambda group: -min(run.get(group, 0) for run in runs))[:12]:
        print(f"  {min(run.get(group, 0) for run in runs):6.0f} ms  {group}")


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
