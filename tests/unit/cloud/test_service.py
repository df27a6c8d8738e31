"""A service that cannot be put together says so in its log, and shows the caller nothing."""

import logging

import pytest
from prometheus_client import Counter
from starlette.requests import Request

from cloud.http import Router
from cloud.service import Service
from cloud.settings import CloudSettings

SETTINGS = CloudSettings(google_cloud_project="p", metrics_port=0, log_format="json")


def get(path: str) -> Request:
    return Request({"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""})


async def test_what_could_not_be_built_is_tried_again_and_never_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("freeze", "set_threshold"):  # this process is pytest's
        monkeypatch.setattr(f"gc.{name}", lambda *_: None)
    failures = Counter("test_failures_total", "of this test", registry=None)
    outcomes = [RuntimeError("the secret credentials are bad"), Router({}, pings={}, failures=failures)]

    def build() -> Router:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        service = Service("webhook", SETTINGS, build)
        first = await service(get("/health"))
        assert (first.status_code, b"secret" in first.body) == (500, False)
        assert "the secret credentials are bad" in capsys.readouterr().out
        assert (await service(get("/health"))).status_code == 200
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
