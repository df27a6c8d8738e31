"""The HTTP API that the page and test suites use: waiting for replies, clear refusals, events, who may ask."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from wacloud_simulator.server import Server

from tests.integration.simulator.conftest import Graph, write
from tests.support.simulator.plain_webhook import PlainWebhook


def test_a_test_suite_writes_as_a_person_and_waits_for_the_reply(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    wamid = write(client)
    webhook.wait(lambda: len(webhook.received) == 1)
    timer = threading.Timer(0.2, lambda: graph.send("text", {"body": "Olá"}))
    timer.start()
    waited = client.get("/api/people/ana/replies", params={"to": wamid, "timeout": 5})
    timer.join()

    (reply,) = waited.json()["replies"]
    assert reply["content"] == {"body": "Olá"}
    assert reply["answers"] == wamid
    assert 0.1 < waited.elapsed.total_seconds() < 3


def test_waiting_ends_at_its_time_with_what_there_is(client: httpx.Client) -> None:
    waited = client.get("/api/people/ana/replies", params={"timeout": 0.2})

    assert waited.json() == {"replies": []}
    assert 0.2 <= waited.elapsed.total_seconds() < 2


def test_replies_after_a_message_are_those_that_came_later(client: httpx.Client, graph: Graph) -> None:
    write(client)
    graph.send("text", {"body": "um"})
    second = write(client)
    graph.send("text", {"body": "dois"})

    found = client.get("/api/people/ana/replies", params={"after": second}).json()["replies"]
    assert [reply["content"]["body"] for reply in found] == ["dois"]


def test_a_reply_that_quotes_belongs_to_what_it_quotes(client: httpx.Client, graph: Graph) -> None:
    first = write(client, "um")
    write(client, "dois")
    graph.send("text", {"body": "Sobre o um"}, context={"message_id": first})

    assert len(client.get("/api/people/ana/replies", params={"to": first}).json()["replies"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", "/people/nobody/messages", {"text": "Oi"}, 404, "POST /api/people"),
        ("POST", "/people/ana/messages", {"type": "text"}, 400, "a text needs a body"),
        ("POST", "/people/ana/messages", {"type": "location"}, 400, "the content is missing"),
        ("POST", "/people/ana/messages", {"type": "image", "image": {"id": "7"}}, 400, "POST /api/media"),
        ("POST", "/people/ana/messages", {"type": "reaction", "reaction": {}}, 400, "message_id"),
        ("POST", "/people/ana/messages", {"text": "Oi", "copies": 0}, 400, "copies"),
        ("POST", "/people/ana/messages", {"text": "Oi", "context": "x"}, 400, "context"),
        ("POST", "/people/ana/messages", [1], 400, "JSON object"),
        ("GET", "/people/ana/replies?timeout=soon", None, 400, "?timeout="),
        ("GET", "/people/ana/replies?timeout=nan", None, 400, "?timeout="),
        ("POST", "/people", {"name": "Eva", "wa_id": "+55"}, 400, "5 to 20 digits"),
        ("PUT", "/faults", {"hail": True}, 400, "there are appsecret_proof, bad_signature"),
        ("PUT", "/faults", {"duplicates": -1}, 400, "from 0 to 100"),
        ("PUT", "/faults", {"sends": [{"fault": "sunny"}]}, 400, "accepts_silently"),
        ("POST", "/batch", {"messages": []}, 400, "1 to 1000"),
        ("POST", "/batch", {"messages": [{"text": "Oi"}]}, 400, "names its person"),
        ("POST", "/changes", {"field": 1}, 400, "account_update"),
        ("POST", "/services/webhook/stop", {}, 409, "there is no service"),
        ("POST", "/exchanges/99999/again", {}, 404, "no exchange 99999"),
        ("GET", "/timelines/wamid.unknown", None, 404, "wamid.unknown"),
        ("GET", "/media/1", None, 404, "no media"),
    ],
)
def test_what_is_wrong_is_said_as_json(
    client: httpx.Client, *, method: str, path: str, body: Any, status: int, says: str
) -> None:
    answer = client.request(method, f"/api{path}", json=body)

    assert answer.status_code == status, answer.text
    assert says in answer.json()["error"]
    assert client.get("/api/people/ana/messages").json() == {"messages": []}, "nothing half done"


def events(response: httpx.Response) -> Iterator[tuple[int, str, Any]]:
    number, name = 0, ""
    for line in response.iter_lines():
        field, _, value = line.partition(": ")
        if field == "id":
            number = int(value)
        elif field == "event":
            name = value
        elif field == "data":
            yield number, name, json.loads(value)


def test_events_come_as_they_happen_and_go_on_where_a_reader_left_off(client: httpx.Client) -> None:
    start = client.get("/api/state").json()["event"]
    write(client, "um")
    with client.stream("GET", "/api/events", params={"after": start}) as response:
        number, name, data = next(events(response))
        assert (name, data["content"]) == ("message", {"body": "um"})
    with client.stream("GET", "/api/events", headers={"Last-Event-ID": str(number)}) as response:
        later = next(events(response))
        assert later[0] == number + 1


def test_a_reader_from_an_earlier_life_is_told_to_ask_for_everything_anew(client: httpx.Client) -> None:
    with client.stream("GET", "/api/events", params={"after": 10**9}) as response:
        _, name, _ = next(events(response))
    assert name == "reset"


def test_other_sites_are_refused_whichever_way_they_come(client: httpx.Client) -> None:
    body = {"type": "text", "text": "Oi"}
    foreign = client.post("/api/people/ana/messages", json=body, headers={"Origin": "https://evil.example"})
    form = client.post("/api/people/ana/messages", data={"text": "Oi"})
    moved = client.post(
        "/v25.0/670843887433847/subscriptions",
        data={"callback_url": "http://127.0.0.1:9/"},
        headers={"Origin": "https://evil.example"},
    )
    rebound = client.get("/api/state", headers={"Host": "evil.example"})

    assert [answer.status_code for answer in (foreign, form, moved, rebound)] == [403, 415, 403, 421]
    assert client.get("/api/people/ana/messages").json() == {"messages": []}


def test_an_uploaded_page_is_never_shown_as_a_page_of_this_origin(client: httpx.Client) -> None:
    file = ("x.html", b"<script>alert(1)</script>", "text/html")
    media_id = client.post("/api/media", files={"file": file}).json()["id"]
    answer = client.get(f"/api/media/{media_id}")

    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_allows_no_script_but_its_own(client: httpx.Client) -> None:
    policy = client.get("/").headers["content-security-policy"]

    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy


def test_a_persons_name_cannot_break_out_of_the_pages_state(client: httpx.Client) -> None:
    client.post("/api/people", json={"name": "</script><script>alert(1)</script>"})

    assert "</script><script>alert(1)" not in client.get("/").text


def test_a_reset_forgets_everything_also_what_was_still_to_be_posted(
    client: httpx.Client, server: Server, webhook: PlainWebhook
) -> None:
    client.put("/api/faults", json={"delay_seconds": 0.3})
    write(client)
    client.post("/api/reset", json={})
    write(client, "depois")

    webhook.wait(lambda: len(webhook.received) == 1)
    threading.Event().wait(0.4)
    assert [message["text"]["body"] for message in webhook.messages] == ["depois"]
    assert client.get("/api/counters").json()["written"] == 1
