"""Child processes that never outlive the one that started them. What the children are is said elsewhere."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

REAPER = Path(__file__).with_name("reaper.py")


class StartError(Exception):
    """Something did not come up. The message says what happened and what to do."""


class Process:
    """One child: the leader of its own process group, with its output in a file."""

    def __init__(self, name: str, popen: "subprocess.Popen[bytes]", log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    @property
    def pid(self) -> int:
        """The process id, which is the process group's too."""
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Whether the process has not exited."""
        return self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal, None while it runs."""
        return self._popen.poll()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the process alone, as Cloud Run does; nothing happens when it has exited."""
        if self.running:
            self._popen.send_signal(number)

    def wait(self, seconds: float) -> int:
        """Waits for the exit and returns its code; subprocess.TimeoutExpired when it takes longer."""
        return self._popen.wait(seconds)

    def end_group(self) -> None:
        """Kills whatever is left of the process group and waits for its leader."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()

    def tail(self, lines: int = 15) -> str:
        """The last lines of its output."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.rstrip().splitlines()[-lines:])


class Processes:
    """The children of this process. Leaving the `with` block ends them; so does the death of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: list[Process] = []
        self._reaper: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._reaper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(REAPER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(*reversed(self._children))
        if self._reaper is not None and self._reaper.stdin is not None:
            self._reaper.stdin.close()
            self._reaper.wait()

    def start(
        self, name: str, command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path | None = None
    ) -> Process:
        """Starts a child whose output is appended to `log`. Its session is its own: Ctrl-C does not reach it."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            try:
                popen = subprocess.Popen(
                    list(command),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=dict(env),
                    cwd=cwd,
                    start_new_session=True,
                )
            except OSError as error:
                message = f"{name} could not be started: {command[0]}: {error.strerror}"
                raise StartError(message) from error
        child = Process(name, popen, log)
        with self._lock:
            self._children.append(child)
        self._tell(f"+{child.pid}")
        return child

    def stop(self, *children: Process, grace: float = 10.0) -> None:
        """SIGTERM to all of them at once, time to finish what is in flight, then the end."""
        for child in children:
            # A stopped (SIGSTOP) process would sleep through its SIGTERM.
            child.signal(signal.SIGCONT)
            child.signal(signal.SIGTERM)
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(grace)
            self._forget(child)

    def kill(self, child: Process) -> None:
        """SIGKILL: a crash."""
        self._forget(child)

    def _forget(self, child: Process) -> None:
        child.end_group()
        with self._lock:
            if child in self._children:
                self._children.remove(child)
        self._tell(f"-{child.pid}")

    def _tell(self, line: str) -> None:
        if self._reaper is None or self._reaper.stdin is None:
            message = "Processes is a context manager: enter it before starting a child"
            raise RuntimeError(message)
        with self._lock:
            self._reaper.stdin.write(line + "\n")
            self._reaper.stdin.flush()
