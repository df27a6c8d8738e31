"""The secrets, read from a server that speaks as much of Secret Manager's REST as is asked of it."""

import base64
import http.server
import json
import threading
from collections.abc import Iterator

import pytest
import requests

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

    def answer(self, path: str) -> tuple[int, dict[str, object]]:
        """/v1/projects/{project}/secrets/{secret}/versions/latest:access"""
        name = path.split("/")[5]
        value = self.values.get(name, 404)
        if isinstance(value, int):
            return value, {"error": {"code": value}}
        data = base64.b64encode(value.encode()).decode()
        return 200, {"name": f"projects/1/secrets/{name}/versions/7", "payload": {"data": data}}


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
        yield SecretManager(session, "a-project", f"http://127.0.0.1:{server.server_address[1]}/v1")
        server.shutdown()
        thread.join()


def test_secrets_that_are_there_and_look_right_are_told_by_their_version(manager: SecretManager) -> None:
    found = list(secrets(manager))
    assert [(one.verdict, one.said) for one in found] == [("ok", "version 7")] * 3


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (APP_SECRET, "0123456789abcdef0123456789abcdef\n", "white space"),
        (APP_SECRET, "not hexadecimal", "does not look like one"),
        (VERIFY_TOKEN, "short", "does not look like one"),
        (ACCESS_TOKEN, "your_access_token here", "does not look like one"),
        (ACCESS_TOKEN, 404, "terraform output set_secrets"),
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
        SecretManager(session, "a-project", "http://127.0.0.1:9/v1").latest(APP_SECRET)
