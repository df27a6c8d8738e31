"""The wheel by itself: built, installed alone in an empty environment, and used as its README says."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from development.emulators import free_ports
from tests.support.simulator.plain_webhook import APP_SECRET, JSON, PlainWebhook

PACKAGE = Path(__file__).resolve().parents[3] / "packages/wacloud-simulator"
README = (PACKAGE / "README.md").read_text()


def echo(message: JSON) -> list[JSON]:
    """Answers a text with the same text."""
    return [{"type": "text", "text": {"body": message["text"]["body"]}}]


def run(*command: str, cwd: Path, **environ: str) -> str:
    """What a command prints; the test fails with it when the command fails."""
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        command, cwd=cwd, env={**env, **environ}, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, what it requires, and pytest."""

    folder: Path

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel alone: nothing of this repository is on its path, and pip resolves its requirements."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    run(
        sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder), str(source), cwd=folder
    )
    (wheel,) = folder.glob("wacloud_simulator-*.whl")
    run(sys.executable, "-m", "venv", str(folder / "env"), cwd=folder)
    found = Installed(folder / "env")
    run(found.program("pip"), "install", f"{wheel}[pytest]", cwd=folder)
    return found


@pytest.fixture
def webhook() -> Iterator[PlainWebhook]:
    with PlainWebhook(bot=echo) as webhook:
        yield webhook


@pytest.fixture
def simulator(installed: Installed, webhook: PlainWebhook, tmp_path: Path) -> Iterator[str]:
    """The console script of the wheel, serving; its address."""
    (port,) = free_ports(1)
    webhook.graph = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            installed.program("wacloud-simulator"),
            *("--webhook-url", webhook.url, "--app-secret", APP_SECRET, "--port", str(port)),
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    yield webhook.graph
    process.terminate()
    process.communicate(timeout=20)


def block(language: str, number: int = 0) -> str:
    """A block of code of the README."""
    return str(re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)[number])


def test_a_person_writes_and_is_answered_with_nothing_but_the_wheel_installed(
    simulator: str, installed: Installed, tmp_path: Path
) -> None:
    with httpx.Client(base_url=simulator, timeout=30) as client:
        assert "WhatsApp for development" in client.get("/").text
        assert client.get("/static/js/page.js").status_code == 200
        text = {"type": "text", "text": "Hello"}
        wamid = client.post("/api/people/ana/messages", json=text).json()["id"]
        found = client.get("/api/people/ana/replies", params={"to": wamid, "timeout": 10}).json()["replies"]
    assert [reply["content"]["body"] for reply in found] == ["Hello"]
    listed = run(installed.program("pip"), "list", cwd=tmp_path)
    assert not re.search(r"^(wacloud|google-cloud\S*) ", listed, re.MULTILINE)


def test_the_readmes_first_test_with_curl_gets_an_answer(simulator: str, tmp_path: Path) -> None:
    commands = next(text for text in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "curl" in text)
    out = run("sh", "-ec", commands.replace("http://127.0.0.1:8080", simulator), cwd=tmp_path)
    assert '"body":"Hello"' in out.replace(" ", "").rsplit('{"replies"', 1)[1]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_readmes_first_test_in_javascript_gets_an_answer(simulator: str, tmp_path: Path) -> None:
    (tmp_path / "first.mjs").write_text(block("js"))
    assert run("node", "first.mjs", cwd=tmp_path, SIMULATOR=simulator).strip() == "Hello"


def test_the_readmes_first_test_in_python_passes_and_says_what_came_when_it_fails(
    installed: Installed, webhook: PlainWebhook, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    webhook.graph = f"http://127.0.0.1:{port}"
    (tmp_path / "test_first.py").write_text(block("python"))
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\nwhatsapp_webhook_url = {webhook.url}\nwhatsapp_app_secret = {APP_SECRET}\n"
        f"whatsapp_port = {port}\n"
    )
    assert "1 passed" in run(installed.program("pytest"), "-q", cwd=tmp_path)

    wrong = block("python").replace('sees("Hello")', 'sees("Hello there", seconds=1)')
    (tmp_path / "test_first.py").write_text(wrong)
    done = subprocess.run(
        [installed.program("pytest"), "-q"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    for line in (
        "within 1 s Ana Souza did not see:",
        "Hello there",
        "text: Hello",
        "difference to the closest:",
    ):
        assert line in done.stdout
