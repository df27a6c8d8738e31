"""Ends what a parent process started, once that parent is gone, however it went.

A process of its own, standard library only, run by its path so that it is up within milliseconds. Its standard
input is a pipe held by the parent: lines "+pid" and "-pid" keep the list, and the end of the pipe means that the
parent has exited, was killed, or lost its terminal. Each process is the leader of a process group of its own.
"""

import contextlib
import os
import signal
import sys
import time

GRACE_SECONDS = 8.0


def watch() -> set[int]:
    """Reads the list until the parent is gone; returns what was still running."""
    running: set[int] = set()
    for line in sys.stdin:
        pid = int(line[1:])
        if line[0] == "+":
            running.add(pid)
        else:
            running.discard(pid)
    return running


def end(pids: set[int]) -> None:
    """Asks every process to finish, waits, then ends its whole group."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether a process of that id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(watch())
