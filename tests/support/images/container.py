"""A container of one of the images, running on this machine's network."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from development.emulators import free_ports, wait_until_up
from development.processes import Process, Processes
from tests.support.images.buildah import Buildah

START_SECONDS = 30.0


@dataclass(frozen=True)
class Container:
    """One running container; what buildah starts is an ordinary process tree of this machine."""

    process: Process
    url: str

    @property
    def server(self) -> int:
        """The process id of what the image starts, inside of what buildah wraps around it."""
        wrapped = [
            pid for pid in _descendants(self.process.pid) if _command(pid)[:1] != ["buildah-chroot-exec"]
        ]
        servers = [pid for pid in wrapped if any("functions-framework" in word for word in _command(pid))]
        return next(pid for pid in servers if _command(pid)[0].endswith("python"))

    @property
    def workers(self) -> list[int]:
        """The server's child processes."""
        return list(_children(self.server))

    def user(self) -> int:
        """The user id the server runs as."""
        return Path(f"/proc/{self.server}").stat().st_uid

    def libraries(self) -> str:
        """What the first worker has mapped into its memory."""
        return Path(f"/proc/{self.workers[0]}/maps").read_text()

    def terminate(self) -> None:
        """SIGTERM to the server, as Cloud Run sends it to the container's first process."""
        os.kill(self.server, signal.SIGTERM)

    def log(self) -> list[str]:
        """The lines the container has written."""
        return self.process.log.read_text().splitlines()


class Containers:
    """Starts containers; `close` removes them."""

    def __init__(self, buildah: Buildah, processes: Processes, logs: Path) -> None:
        self._buildah = buildah
        self._processes = processes
        self._logs = logs
        self._made: list[str] = []

    def make(self, image: str) -> str:
        """A container's name."""
        self._made.append(self._buildah("from", "--pull-never", image))
        return self._made[-1]

    def start(self, image: str, env: Mapping[str, str]) -> Container:
        """The image's own command, until /health answers."""
        (port,) = free_ports(1)
        process = self.launch(image, {**env, "PORT": str(port), "HOST": "127.0.0.1"})
        url = f"http://127.0.0.1:{port}"
        wait_until_up(process, f"{url}/health", seconds=START_SECONDS)
        return Container(process, url)

    def launch(self, image: str, env: Mapping[str, str]) -> Process:
        """The image's own command."""
        command = self._buildah.configuration(image)["Cmd"]
        name = self.make(image)
        return self._processes.start(
            f"a container of {image}",
            self._buildah.run_command(name, command, env),
            log=self._logs / f"{name}.log",
            env=os.environ,
        )

    def close(self) -> None:
        """Removes every container; their processes must have ended."""
        if self._made:
            self._buildah("rm", *self._made)


def wait_for_exit(process: Process, seconds: float) -> int:
    """The exit code; a test's failure tells how long it was waited for."""
    started = time.monotonic()
    while process.running and time.monotonic() - started < seconds:
        time.sleep(0.05)
    code = process.exit_code
    assert code is not None, f"{process.name} still runs after {seconds:g} s"
    return code


def _descendants(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _descendants(child)


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)


def _command(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
