"""`make run` as a person knows it: one screen, everything answers, nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(logs: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process behind `make run`, and its screen."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "development", "--logs", str(logs)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    screen = ""
    try:
        while "hub.verify_token" not in screen:
            line = process.stdout.readline()
            assert line, f"ended with {process.wait()}:\n{screen}"
            screen += line
        yield process, screen
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


def children(pid: int) -> list[int]:
    """Every living descendant, the reaper too."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [descendant for child in found for descendant in (int(child), *children(int(child)))]


def gone(pids: list[int], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def urls(screen: str) -> list[str]:
    return re.findall(r"http://127\.0\.0\.1:\d+", screen)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_one_screen_says_where_everything_is_and_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path / "logs") as (process, screen):
        page, webhook, *_ = urls(screen)
        assert httpx.get(page).status_code == 200
        query = re.search(r"curl '([^']+)'", screen)
        assert query is not None
        assert httpx.get(query[1]).text == "test123"
        family = children(process.pid)
        assert len(family) >= 5  # two emulators, two services, the reaper
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert gone(family)
        with pytest.raises(httpx.ConnectError):
            httpx.get(webhook)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_even_a_killed_run_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path / "logs") as (process, _):
        family = children(process.pid)
        process.kill()
        assert gone(family)


def take(port: int, seconds: float = 40) -> socket.socket:
    """The port, as soon as whoever has it lets it go."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            assert time.monotonic() < deadline, f"port {port} stays taken"
            time.sleep(0.2)


def test_a_port_that_is_taken_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    with take(8000), running(tmp_path / "logs") as (_, screen):
        webhook = urls(screen)[1]
        assert webhook != "http://127.0.0.1:8000"
        assert httpx.get(f"{webhook}/ready").status_code == 200
