"""The secrets, read from a server that speaks as much of Secret Manager's REST as is asked of it."""

import base64
import http.server
import json
import threading
from collections.abc import Iterator

import pytest
import requests

from ops.cloud_run import CloudRun
from ops.google_checks import secrets
from ops.secret_manager import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, SecretError, SecretManager

GOOD = {
    APP_SECRET: "0123456789abcdef0123456789abcdef",
    VERIFY_TOKEN: "a-verify-token",
    ACCESS_TOKEN: "EAA" + "x" * 40,
}


class Stored:
    """What the server has; a number is the status it refuses with."""

    def __init__(self) -> None:
        self.values: dict[str, str | int] = dict(GOOD)
        self.older: dict[tuple[str, str], str | int] = {}
        self.services: dict[str, int | dict[str, str]] = {}

    def answer(self, path: str) -> tuple[int, dict[str, object]]:
        """/v1/projects/{project}/secrets/{secret}/versions/{version}:access; /v2/projects/.../services/{service}"""
        if path.startswith("/v2/"):
            return self._service(path.rsplit("/", 1)[-1])
        name, version = path.split("/")[5], path.split("/")[7].removesuffix(":access")
        newest = version in {"latest", "7"}
        value = self.values.get(name, 404) if newest else self.older.get((name, version), 404)
        if isinstance(value, int):
            return value, {"error": {"code": value}}
        data = base64.b64encode(value.encode()).decode()
        told = f"projects/1/secrets/{name}/versions/{'7' if newest else version}"
        return 200, {"name": told, "payload": {"data": data}}

    def _service(self, name: str) -> tuple[int, dict[str, object]]:
        found = self.services.get(name, 404)
        if isinstance(found, int):
            return found, {"error": {"code": found}}
        env: list[dict[str, object]] = [{"name": "LOG_FORMAT", "value": "json"}]
        for secret, version in found.items():
            reference = {"secret": secret, "version": version}
            env.append({"name": secret.upper(), "valueSource": {"secretKeyRef": reference}})
        return 200, {"template": {"containers": [{"name": "app", "env": env}, {"name": "collector"}]}}


@pytest.fixture
def stored() -> Stored:
    return Stored()


@pytest.fixture
def manager(stored: Stored) -> Iterator[SecretManager]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = stored.answer(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 its name in the base class
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, requests.Session() as session:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        api = f"http://127.0.0.1:{server.server_address[1]}"
        run = CloudRun(session, "a-project", "southamerica-east1", f"{api}/v2")
        yield SecretManager(session, "a-project", f"{api}/v1", run)
        server.shutdown()
        thread.join()


def test_before_the_services_run_the_newest_versions_are_looked_at(manager: SecretManager) -> None:
    found = list(secrets(manager))
    said = "version 7, the newest; no service is known to read it"
    assert [(one.verdict, one.said) for one in found] == [("ok", said)] * 3


@pytest.fixture
def pinned(stored: Stored) -> Stored:
    """The webhook reads version 2 of its secrets, the processor version 7, the newest."""
    stored.services = {
        "whatsapp-webhook": {APP_SECRET: "2", VERIFY_TOKEN: "2"},
        "whatsapp-processor": {ACCESS_TOKEN: "7"},
    }
    stored.older = {(APP_SECRET, "2"): GOOD[APP_SECRET], (VERIFY_TOKEN, "2"): GOOD[VERIFY_TOKEN]}
    return stored


def test_the_version_that_runs_is_looked_at_and_a_newer_one_is_told(
    manager: SecretManager, pinned: Stored
) -> None:
    found = {one.about: one for one in secrets(manager)}
    assert {one.verdict for one in found.values()} == {"ok"}
    said = found[f"secret {APP_SECRET}"].said
    assert said == "version 2, which whatsapp-webhook reads; version 7 is newer and not read"
    assert found[f"secret {ACCESS_TOKEN}"].said == "version 7, which whatsapp-processor reads"


def test_a_newest_version_that_is_right_does_not_hide_a_wrong_one_that_runs(
    manager: SecretManager, pinned: Stored
) -> None:
    pinned.older[APP_SECRET, "2"] = "not-a-secret"
    found = {one.about: one for one in secrets(manager)}
    assert found[f"secret {APP_SECRET}"].verdict == "problem"
    assert "version 2" in found[f"secret {APP_SECRET}"].said


def test_a_version_that_runs_and_was_destroyed_is_a_problem_though_a_newer_one_exists(
    manager: SecretManager, pinned: Stored
) -> None:
    del pinned.older[VERIFY_TOKEN, "2"]
    found = {one.about: one for one in secrets(manager)}
    assert found[f"secret {VERIFY_TOKEN}"].verdict == "problem"
    assert "has no version 2" in found[f"secret {VERIFY_TOKEN}"].fix


def test_a_disabled_newest_version_that_nothing_reads_is_no_problem(
    manager: SecretManager, pinned: Stored
) -> None:
    pinned.values[APP_SECRET] = 400
    found = {one.about: one for one in secrets(manager)}
    assert found[f"secret {APP_SECRET}"].said == "version 2, which whatsapp-webhook reads"


@pytest.mark.parametrize(("status", "said"), [(403, "roles/run.viewer"), (503, "503")])
def test_services_that_cannot_be_looked_at_are_told_not_guessed(
    status: int, said: str, manager: SecretManager, stored: Stored
) -> None:
    stored.services = dict.fromkeys(("whatsapp-webhook", "whatsapp-processor"), status)
    found = list(secrets(manager))
    assert {one.verdict for one in found} == {"problem"}
    assert all(said in one.fix for one in found)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (APP_SECRET, "0123456789abcdef0123456789abcdef\n", "white space"),
        (APP_SECRET, "not hexadecimal", "does not look like one"),
        (VERIFY_TOKEN, "short", "does not look like one"),
        (ACCESS_TOKEN, "your_access_token here", "does not look like one"),
        (ACCESS_TOKEN, 404, "terraform output -raw set_secrets"),
        (APP_SECRET, 403, "roles/secretmanager.secretAccessor"),
        (VERIFY_TOKEN, 500, "HTTP 500"),
    ],
)
def test_a_secret_that_cannot_be_right_is_a_problem_and_is_not_shown(
    manager: SecretManager, stored: Stored, name: str, value: str | int, said: str
) -> None:
    stored.values[name] = value
    (problem,) = [one for one in secrets(manager) if one.verdict == "problem"]
    assert name in problem.about
    assert said in f"{problem.said} {problem.fix}"
    assert str(value) not in f"{problem.said} {problem.fix}" or isinstance(value, int)


def test_two_app_secrets_while_one_is_rotated_are_right(manager: SecretManager, stored: Stored) -> None:
    stored.values[APP_SECRET] = ",".join([GOOD[APP_SECRET]] * 2)
    assert {one.verdict for one in secrets(manager)} == {"ok"}


def test_a_server_that_is_not_there_is_told(stored: Stored) -> None:
    with requests.Session() as session, pytest.raises(SecretError, match="ConnectionError"):
        SecretManager(session, "a-project", "http://127.0.0.1:9/v1").in_use(APP_SECRET)
