"""Moved time: windows close, addresses expire, limits refill, and what was planned for the time between happens."""

import time

import httpx
import pytest

from tests.integration.simulator.conftest import TOKEN, Graph, write
from tests.support.simulator.plain_webhook import PlainWebhook

HOUR = 3600.0


def advance(client: httpx.Client, seconds: float) -> None:
    assert client.post("/api/clock/advance", json={"seconds": seconds}).status_code == 200


def test_after_a_day_only_a_template_may_be_sent(client: httpx.Client, graph: Graph) -> None:
    write(client)
    advance(client, 23 * HOUR)
    assert graph.send("text", {"body": "Olá"}).status_code == 200
    advance(client, 2 * HOUR)

    assert graph.send("text", {"body": "Olá"}).json()["error"]["code"] == 131047
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    assert graph.send("template", template).status_code == 200


def test_timestamps_of_webhooks_follow_the_clock(client: httpx.Client, webhook: PlainWebhook) -> None:
    advance(client, 48 * HOUR)
    write(client)

    webhook.wait(lambda: len(webhook.messages) == 1)
    ahead = int(webhook.messages[0]["timestamp"]) - time.time()
    assert ahead == pytest.approx(48 * HOUR, abs=30)
    assert client.get("/api/clock").json()["offset"] == 48 * HOUR


def test_an_address_of_media_works_for_five_minutes_of_simulated_time(client: httpx.Client) -> None:
    client.post("/api/people/ana/messages", json={"type": "image"})
    media = client.get("/api/people/ana/messages").json()["messages"][0]["content"]["id"]
    url = client.get(f"/v25.0/{media}", headers=TOKEN).json()["url"]
    advance(client, 290)
    assert client.get(url, headers=TOKEN).status_code == 200
    advance(client, 20)
    assert client.get(url, headers=TOKEN).status_code == 404


def test_a_webhook_that_is_held_back_leaves_when_its_time_has_come(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    client.put("/api/faults", json={"delay_seconds": 60})
    started = time.monotonic()
    write(client)
    advance(client, 61)

    webhook.wait(lambda: len(webhook.messages) == 1)
    assert time.monotonic() - started < 30


def test_the_pair_limit_refills_while_time_is_moved(client: httpx.Client, graph: Graph) -> None:
    write(client)
    codes = [graph.send("text", {"body": "Olá"}).json().get("error", {}).get("code") for _ in range(47)]
    assert codes[-1] == 131056
    advance(client, 600)
    assert graph.send("text", {"body": "Olá"}).status_code == 200


@pytest.mark.parametrize("seconds", [-1, "soon", True, None, 1e12])
def test_the_clock_moves_forward_only_and_a_reset_puts_it_back(client: httpx.Client, seconds: object) -> None:
    advance(client, HOUR)
    refused = client.post("/api/clock/advance", json={"seconds": seconds})
    assert refused.status_code == 400
    assert "seconds" in refused.json()["error"]
    assert client.get("/api/clock").json()["offset"] == HOUR
    client.post("/api/reset", json={})
    assert client.get("/api/clock").json()["offset"] == 0
