"""A person comes through an ad: the referral, and the 72 hours in which every message is free."""

from typing import Any

import httpx
import pytest

from tests.integration.simulator.conftest import Graph, write
from tests.support.simulator.plain_webhook import PlainWebhook

HOUR = 3600.0


def sent_status(webhook: PlainWebhook, graph: Graph) -> dict[str, Any]:
    """The first status of a message that the business sends now."""
    wamid = graph.send("text", {"body": "Olá"}).json()["messages"][0]["id"]
    webhook.wait(lambda: any(status["id"] == wamid for status in webhook.statuses))
    return next(status for status in webhook.statuses if status["id"] == wamid)


def test_a_message_from_an_ad_carries_its_referral_completed_from_a_sample(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    write(client, referral={"source_id": "42", "headline": "Civic 2023"})

    webhook.wait(lambda: len(webhook.messages) == 1)
    referral = webhook.messages[0]["referral"]
    assert (referral["source_id"], referral["headline"]) == ("42", "Civic 2023")
    assert referral["source_type"] == "ad"
    assert referral["ctwa_clid"]


def test_an_answer_within_a_day_opens_72_free_hours_that_end(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    write(client, referral=True)
    client.post("/api/clock/advance", json={"seconds": 2 * HOUR})
    first = sent_status(webhook, graph)
    assert first["pricing"]["type"] == "free_entry_point"
    assert first["pricing"]["billable"] is False
    assert first["conversation"]["origin"] == {"type": "referral_conversion"}

    client.post("/api/clock/advance", json={"seconds": 69 * HOUR})
    write(client)
    assert sent_status(webhook, graph)["pricing"]["category"] == "referral_conversion"
    client.post("/api/clock/advance", json={"seconds": 2 * HOUR})
    write(client)
    last = sent_status(webhook, graph)
    assert (last["pricing"]["type"], last["pricing"]["category"]) == ("regular", "service")
    assert "conversation" not in last


def test_an_answer_after_a_day_is_free_no_more(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    write(client, referral=True)
    client.post("/api/clock/advance", json={"seconds": 25 * HOUR})
    write(client)
    assert sent_status(webhook, graph)["pricing"]["type"] == "regular"


@pytest.mark.parametrize("referral", ["ad", 7, []])
def test_a_referral_that_is_none_is_refused(client: httpx.Client, referral: object) -> None:
    body = {"type": "text", "text": "Oi", "referral": referral}
    answer = client.post("/api/people/ana/messages", json=body)
    assert answer.status_code == 400
    assert "referral is true" in answer.json()["error"]
