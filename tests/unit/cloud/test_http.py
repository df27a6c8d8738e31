"""The frame around every request: probes that cost nothing, refusals that say what is wrong."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry, Counter
from starlette.requests import Request

from cloud.firestore import Unavailable
from cloud.http import Router


def get(path: str) -> Request:
    return Request({"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""})


def router(ping: object) -> Router:
    counter = Counter("failures", "of the test", registry=CollectorRegistry())
    return Router({}, pings={"store": ping}, failures=counter)  # type: ignore[dict-item]  # a test's own ping


async def test_readiness_is_looked_at_once_however_many_ask() -> None:
    looks: list[int] = []

    async def ping() -> None:
        looks.append(1)
        await asyncio.sleep(0)

    service = router(ping)
    answers = await asyncio.gather(*(service(get("/ready")) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(looks) == 1


async def test_readiness_is_looked_at_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloud.http._LOOK_SECONDS", 0.0)
    away = [True]

    async def ping() -> None:
        if away[0]:
            raise Unavailable("the store is away")

    service = router(ping)
    assert (await service(get("/ready"))).status_code == 503
    away[0] = False
    assert (await service(get("/ready"))).status_code == 200
