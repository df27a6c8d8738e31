"""deployment/rollout.py, run as cloudbuild.yaml runs it, against a stand-in for gcloud and a server at the tag's address."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from starlette.requests import Request

from tests.terraform import cloud_run
from tests.terraform.conftest import ROOT
from tests.terraform.gcloud import refused
from webhook.admission import Admission
from webhook.intake import Intake
from webhook.routes import routes

NEW = {name: f"example/{name}@sha256:new" for name in ("processor", "webhook")}
HEALTHY = {("GET", "/ready"): 200, ("GET", "/webhook/whatsapp"): 400, ("POST", "/webhook/whatsapp"): 401}


class Installation:
    """Two services that run; `answers` are what the webhook's new revision gives at its tag's address."""

    def __init__(self, folder: Path, address: str, answers: dict[tuple[str, str], int]) -> None:
        self.answers = answers
        self.late = 0  # requests that are answered with 503 before the first right answer
        self._state = folder / "state.json"
        self._bin = folder / "bin"
        self._bin.mkdir()
        program = self._bin / "gcloud"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {cloud_run.__file__} "$@"\n')
        program.chmod(0o755)
        services = {
            "whatsapp-processor": cloud_run.new_service("whatsapp-processor", "internal"),
            "whatsapp-webhook": cloud_run.new_service("whatsapp-webhook", "all"),
        }
        self.change(
            services=services,
            commands=[],
            broken=[],
            unreachable=[],
            flaky=[],
            server_errors=[],
            address=address,
        )

    def change(self, **values: Any) -> None:
        self._state.write_text(json.dumps(self.state() | values))

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self._state.read_text())) if self._state.exists() else {}

    def roll_out(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                "deployment/rollout.py",
                "--project=my-project",
                "--region=southamerica-east1",
                "--tag=c-1a2b3c4d",
                "--watch-seconds=0",
                "--pause-seconds=0.05",
                *(f"{name}={image}" for name, image in NEW.items()),
            ],
            cwd=ROOT,
            env=os.environ
            | {"PATH": f"{self._bin}:{os.environ['PATH']}", "CLOUD_RUN_STATE": str(self._state)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def serving(self, service: str) -> list[tuple[str, int]]:
        """(image, percent) of what has traffic, and that the latest revision would get it."""
        found = self.state()["services"][service]
        for target in found["targets"]:
            assert target.get("latestRevision"), f"{service} is pinned: {found['targets']}"
        return [(self.template(service), target["percent"]) for target in found["targets"]]

    def template(self, service: str) -> str:
        """The image that the next revision would have, such as one that `terraform apply` makes."""
        return str(list(self.state()["services"][service]["images"].values())[-1])

    def assert_as_before(self) -> None:
        """Both services serve the old image, would make their next revision of it, and are ready."""
        state = self.state()
        for name in NEW:
            service = f"whatsapp-{name}"
            assert self.serving(service) == [(f"example/{service}@sha256:old", 100)]
            assert not cloud_run.failing(state["services"][service], state["broken"])


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    answers = dict(HEALTHY)

    class Revision(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            made.late -= 1
            self.send_response(503 if made.late >= 0 else answers[self.command, self.path])
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST = _answer  # noqa: N815 the base class's names

        def log_message(self, *arguments: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Revision) as server:
        made = Installation(tmp_path, f"http://127.0.0.1:{server.server_port}", answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


def test_a_good_revision_gets_ten_percent_and_then_everything(installation: Installation) -> None:
    done = installation.roll_out()

    assert done.returncode == 0, done.stdout + done.stderr
    assert installation.serving("whatsapp-webhook") == [(NEW["webhook"], 100)]
    assert installation.serving("whatsapp-processor") == [(NEW["processor"], 100)]
    commands = [" ".join(command) for command in installation.state()["commands"]]
    ten = next(index for index, command in enumerate(commands) if "--to-tags=c-1a2b3c4d=10" in command)
    assert all("--no-traffic" in command for command in commands if command.startswith("run deploy"))
    assert ten < next(index for index, command in enumerate(commands) if "--to-latest" in command)


@pytest.mark.parametrize("broken", [("GET", "/ready"), ("POST", "/webhook/whatsapp")])
def test_a_revision_that_fails_its_smoke_test_gets_no_traffic(
    broken: tuple[str, str], installation: Installation
) -> None:
    installation.answers[broken] = 503

    done = installation.roll_out()

    assert done.returncode == 1
    assert "gave 503" in done.stderr
    assert not any("--to-tags" in word for command in installation.state()["commands"] for word in command)
    installation.assert_as_before()


@pytest.mark.parametrize("service", NEW)
def test_a_revision_that_does_not_start_is_rolled_back_with_what_was_deployed_before_it(
    service: str, installation: Installation
) -> None:
    installation.change(broken=[NEW[service]])

    done = installation.roll_out()

    assert done.returncode == 1
    assert "the container did not listen" in done.stderr
    assert "NOT rolled back" not in done.stdout
    installation.assert_as_before()


def test_the_old_revision_has_all_traffic_and_the_broken_one_no_tag_before_anything_else_is_tried(
    installation: Installation,
) -> None:
    installation.change(broken=[NEW["processor"]])

    installation.roll_out()

    changes = [
        " ".join(c) for c in installation.state()["commands"] if c[1] == "deploy" or "update-traffic" in c
    ]
    assert "--to-revisions=whatsapp-processor-1=100 --remove-tags=c-1a2b3c4d" in changes[1], changes


def test_tags_that_a_roll_out_left_behind_do_not_stop_the_next_one(installation: Installation) -> None:
    services = installation.state()["services"]
    services["whatsapp-webhook"]["images"]["whatsapp-webhook-2"] = "example/webhook@sha256:never-started"
    services["whatsapp-webhook"]["targets"] = [
        {"revisionName": "whatsapp-webhook-1", "percent": 100},
        {"revisionName": "whatsapp-webhook-2", "tag": "c-00000000"},
    ]
    installation.change(services=services, broken=["example/webhook@sha256:never-started"])

    done = installation.roll_out()

    assert done.returncode == 0, done.stdout + done.stderr
    assert installation.serving("whatsapp-webhook") == [(NEW["webhook"], 100)]


def test_a_tag_of_a_person_s_own_stays(installation: Installation) -> None:
    services = installation.state()["services"]
    services["whatsapp-webhook"]["targets"].append({"revisionName": "whatsapp-webhook-1", "tag": "try"})
    installation.change(services=services, broken=[NEW["processor"]])

    installation.roll_out()
    installation.change(broken=[])
    done = installation.roll_out()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "try" in [
        target.get("tag") for target in installation.state()["services"]["whatsapp-webhook"]["targets"]
    ]


@pytest.mark.parametrize("command", ["run deploy", "--to-tags", "--to-latest"])
def test_an_error_of_gcloud_alone_fails_nothing_that_took_effect(
    command: str, installation: Installation
) -> None:
    installation.change(flaky=[command])

    done = installation.roll_out()

    assert done.returncode == 0, done.stdout + done.stderr
    assert installation.serving("whatsapp-webhook") == [(NEW["webhook"], 100)]


@pytest.mark.parametrize("command", ["run deploy whatsapp-webhook", "--to-tags", "logging read"])
def test_a_step_that_could_not_be_done_is_rolled_back(command: str, installation: Installation) -> None:
    installation.change(
        unreachable=[command + " --image=" + NEW["webhook"] if "deploy" in command else command]
    )

    done = installation.roll_out()

    assert done.returncode == 1
    installation.assert_as_before()


def test_a_roll_back_that_cannot_make_the_old_image_again_still_leaves_it_all_the_traffic(
    installation: Installation,
) -> None:
    installation.change(
        broken=[NEW["webhook"]], unreachable=["run deploy whatsapp-webhook --image=example/whatsapp"]
    )

    done = installation.roll_out()

    assert done.returncode == 1
    assert "whatsapp-webhook is NOT rolled back" in done.stdout
    targets = installation.state()["services"]["whatsapp-webhook"]["targets"]
    assert [(t["revisionName"], t["percent"]) for t in targets] == [("whatsapp-webhook-1", 100)]


def test_a_first_answer_that_is_not_there_yet_is_asked_for_again(installation: Installation) -> None:
    installation.late = 3

    done = installation.roll_out()

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_revision_that_fails_requests_at_ten_percent_is_rolled_back(installation: Installation) -> None:
    installation.change(server_errors=[{"httpRequest": {"status": 500}}] * 6)

    done = installation.roll_out()

    assert done.returncode == 1
    assert "5xx" in done.stderr
    installation.assert_as_before()


def test_gcloud_itself_knows_every_command_of_a_rollout_and_of_a_rollback(installation: Installation) -> None:
    installation.change(server_errors=[{}] * 6)
    installation.roll_out()
    commands = installation.state()["commands"]
    assert any("--to-revisions" in word for command in commands for word in command)

    assert not refused(commands)


async def test_the_webhook_answers_the_smoke_test_as_the_smoke_test_expects() -> None:
    served = routes(
        Mock(spec=Intake),
        Admission(budget=1 << 20, wait=1),
        app_secrets=["secret"],
        verify_tokens=["token"],
        pings={},
    )

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}"}

    for (method, path), expected in HEALTHY.items():
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
        response = await served(Request(scope, receive))
        assert response.status_code == expected
        json.loads(bytes(response.body))
