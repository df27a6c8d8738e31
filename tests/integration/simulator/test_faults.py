"""Faults of sends by Meta's code, the headers beside them, and the proof that an app may require."""

import hashlib
import hmac
import json

import httpx
import pytest
from wacloud_simulator.graph.codes import CODES

from tests.integration.simulator.conftest import TOKEN, Graph, write
from tests.support.simulator.plain_webhook import APP_SECRET, NUMBER, PlainWebhook

HELLO = {"body": "Olá"}


def codes(graph: Graph, count: int, **send: str) -> list[int | None]:
    """The codes of that many sends; None for one that was taken."""
    answers = [graph.send("text", HELLO, **send).json() for _ in range(count)]
    return [answer.get("error", {}).get("code") for answer in answers]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_answered_with_metas_envelope_and_its_status(
    client: httpx.Client, graph: Graph, code: str
) -> None:
    client.put("/api/faults", json={"sends": [{"fault": code, "times": 1}]})
    answer = graph.send("text", HELLO)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (CODES[code].status, int(code))
    assert error["type"] == "OAuthException"
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]
    assert error["fbtrace_id"]
    assert error.get("is_transient", False) == CODES[code].transient


@pytest.mark.parametrize("code", ["131047", "131026", "131049", "130472"])
def test_a_code_can_come_as_a_failed_status_after_a_200(
    client: httpx.Client, graph: Graph, webhook: PlainWebhook, code: str
) -> None:
    write(client)
    client.put("/api/faults", json={"sends": [{"fault": code, "report": "status", "times": 1}]})
    wamid = graph.send("text", HELLO).json()["messages"][0]["id"]

    webhook.wait(lambda: bool(webhook.statuses))
    (status,) = webhook.statuses
    assert (status["id"], status["status"]) == (wamid, "failed")
    assert [error["code"] for error in status["errors"]] == [int(code)]
    assert status["errors"][0]["title"] == CODES[code].message


def test_every_nth_send_meets_a_fault_as_often_as_was_asked(client: httpx.Client, graph: Graph) -> None:
    write(client)
    client.put("/api/faults", json={"sends": [{"fault": "131048", "every": 3, "times": 2}]})

    assert codes(graph, 9) == [None, None, 131048, None, None, 131048, None, None, None]
    assert client.get("/api/state").json()["faults"]["sends"] == []


def test_a_fault_of_one_person_concerns_nobody_else_and_the_next_fault_waits_its_turn(
    client: httpx.Client, graph: Graph
) -> None:
    for person in ("ana", "bruno"):
        write(client, person=person)
    sends = [{"fault": 131026, "person": "bruno"}, {"fault": "131016", "times": 1}]
    client.put("/api/faults", json={"sends": sends})

    assert codes(graph, 2, to="5521999990002") == [131026, 131026]
    assert codes(graph, 2) == [131016, None]


def test_webhook_faults_of_one_person_leave_the_others_alone(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    client.put("/api/faults", json={"duplicates": 3, "person": "bruno"})
    write(client, "um")
    write(client, "dois", person="bruno")

    webhook.wait(lambda: len(webhook.messages) == 5)
    assert sorted(message["text"]["body"] for message in webhook.messages) == ["dois"] * 4 + ["um"]


def test_patch_adds_to_what_is_set_and_put_replaces_it(client: httpx.Client) -> None:
    client.put("/api/faults", json={"duplicates": 2})
    assert client.patch("/api/faults", json={"disorder": True}).json()["duplicates"] == 2
    assert client.put("/api/faults", json={"disorder": True}).json()["duplicates"] == 0


def test_every_answer_tells_the_usage_and_a_throttled_one_that_it_is_used_up(
    client: httpx.Client, graph: Graph
) -> None:
    write(client)

    def usage() -> tuple[int, int, int]:
        headers = graph.send("text", HELLO).headers
        (business,) = json.loads(headers["X-Business-Use-Case-Usage"])["102290129340398"]
        app = json.loads(headers["X-App-Usage"])["call_count"]
        return app, business["call_count"], business["estimated_time_to_regain_access"]

    assert usage()[2] == 0
    client.put("/api/faults", json={"sends": [{"fault": "80007", "times": 1}, {"fault": "4", "times": 1}]})
    assert usage()[1:] == (100, 5)
    assert usage()[0] == 100
    assert usage()[1] < 100
    client.put("/api/faults", json={"sends": [{"fault": "130429", "times": 1}]})
    assert usage()[1:] != (100, 5), "a number's limit is none of the account's"


def test_an_app_that_requires_a_proof_refuses_calls_without_the_right_one(
    client: httpx.Client, graph: Graph
) -> None:
    write(client)
    client.put("/api/faults", json={"appsecret_proof": True})
    proof = hmac.new(APP_SECRET.encode(), b"simulator", hashlib.sha256).hexdigest()
    path = f"/v25.0/{NUMBER}"

    refused = graph.send("text", HELLO)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 100)
    assert client.get(path, params={"appsecret_proof": "é"}, headers=TOKEN).status_code == 400
    assert client.get(path, params={"appsecret_proof": proof}, headers=TOKEN).status_code == 200
