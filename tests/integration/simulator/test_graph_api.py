"""The Graph API's side over HTTP: what it takes, what it refuses in Meta's words, and its bad days."""

import time
from typing import Any

import httpx
import pytest
from wacloud_simulator.samples import png
from wacloud_simulator.server import Server

from tests.integration.simulator.conftest import TOKEN, Graph, write
from tests.support.simulator.plain_webhook import NUMBER, PlainWebhook

ANA = "5511999990001"


@pytest.fixture(autouse=True)
def open_window(client: httpx.Client, webhook: PlainWebhook) -> str:
    """Ana has written: she may be answered."""
    wamid = write(client)
    webhook.wait(lambda: len(webhook.received) == 1)
    return wamid


def test_a_send_is_answered_as_by_meta_and_shown_on_the_phone(client: httpx.Client, graph: Graph) -> None:
    answer = graph.send("text", {"body": "Olá"}, to="+55 (11) 99999-0001")

    assert answer.status_code == 200
    body = answer.json()
    user_id = "BR.1349120865530274191"
    assert body["contacts"] == [{"input": "+55 (11) 99999-0001", "wa_id": ANA, "user_id": user_id}]
    assert body["messages"][0]["id"].startswith("wamid.")
    (shown,) = client.get("/api/people/ana/replies").json()["replies"]
    assert (shown["id"], shown["content"]) == (body["messages"][0]["id"], {"body": "Olá"})


def test_somebody_known_by_user_id_only_is_reached_by_recipient(client: httpx.Client, graph: Graph) -> None:
    write(client, person="carla")
    user_id = "BR.7710293348812045566"
    answer = graph.post({"recipient": user_id, "type": "text", "text": {"body": "Oi, Carla"}})

    assert answer.json()["contacts"] == [{"input": user_id, "user_id": user_id}]
    assert len(client.get("/api/people/carla/replies").json()["replies"]) == 1


TEXT = {"to": ANA, "type": "text", "text": {"body": "Olá"}}


@pytest.mark.parametrize(
    ("payload", "status", "code"),
    [
        ({**TEXT, "messaging_product": "sms"}, 400, 100),
        ({"type": "text", "text": {"body": "x"}}, 400, 100),
        ({**TEXT, "type": "carrier_pigeon"}, 400, 100),
        ({**TEXT, "text": {"body": "x" * 4097}}, 400, 100),
        ({**TEXT, "to": "not a number"}, 400, 131009),
        ({"to": ANA, "type": "text"}, 400, 131008),
        ({"to": ANA, "type": "interactive", "interactive": {"type": "button"}}, 400, 131008),
        ({"to": ANA, "type": "image", "image": {"id": "404"}}, 400, 100),
        ({**TEXT, "to": "5531999990003"}, 400, 131047),
        ({**TEXT, "to": "5500999990000"}, 400, 131047),
        (
            {"to": ANA, "type": "template", "template": {"name": "nope", "language": {"code": "pt_BR"}}},
            404,
            132001,
        ),
        (
            {
                "to": ANA,
                "type": "template",
                "template": {
                    "name": "welcome_message",
                    "language": {"code": "pt_BR"},
                    "components": [{"type": "body", "parameters": [{"type": "text", "text": "a"}]}],
                },
            },
            400,
            132000,
        ),
        ([1, 2], 400, 100),
    ],
)
def test_a_refusal_has_metas_status_code_and_form(
    graph: Graph, client: httpx.Client, payload: Any, status: int, code: int
) -> None:
    answer = graph.post(payload)

    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["type"] == "OAuthException"
    assert error["fbtrace_id"]
    assert client.get("/api/people/ana/replies").json()["replies"] == []
    assert len(client.get("/api/state").json()["people"]) == 4, "a refused send makes nobody new"


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic simulator"}]
)
def test_a_bad_token_is_190_with_401(graph: Graph, headers: dict[str, str]) -> None:
    answer = graph.post(TEXT, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


def test_a_node_that_does_not_exist_is_100_with_subcode_33(client: httpx.Client) -> None:
    error = client.post("/v25.0/999/messages", json=TEXT, headers=TOKEN).json()["error"]

    assert (error["code"], error["error_subcode"], error["type"]) == (100, 33, "GraphMethodException")


def test_a_template_may_be_sent_outside_the_window_to_anybody(client: httpx.Client, graph: Graph) -> None:
    template = {"name": "continuar_conversa", "language": {"code": "pt_BR"}}
    answer = graph.send("template", template, to="5521999990077")

    assert answer.json()["messages"][0]["message_status"] == "accepted"
    assert len(client.get("/api/people/5521999990077/replies").json()["replies"]) == 1


def test_the_forty_sixth_message_in_a_row_to_one_person_hits_the_pair_limit(
    client: httpx.Client, graph: Graph
) -> None:
    client.put("/api/faults", json={"statuses_lost": True})
    answers = [graph.post(TEXT) for _ in range(46)]

    assert {answer.status_code for answer in answers[:45]} == {200}
    assert (answers[45].status_code, answers[45].json()["error"]["code"]) == (400, 131056)


def test_read_and_typing_turn_the_ticks_blue_also_of_what_came_before(
    client: httpx.Client, graph: Graph, open_window: str
) -> None:
    newest = write(client, "e mais uma coisa")
    mark = {"status": "read", "message_id": newest, "typing_indicator": {"type": "text"}}
    assert graph.post(mark).json() == {"success": True}

    chat = client.get("/api/people/ana/messages").json()["messages"]
    assert [(message["id"], message["status"]) for message in chat] == [
        (open_window, "read"),
        (newest, "read"),
    ]
    (ana,) = [person for person in client.get("/api/state").json()["people"] if person["key"] == "ana"]
    assert ana["typing_until"] is not None
    assert graph.post({**mark, "message_id": "wamid.unknown"}).json()["error"]["code"] == 131009


def test_media_is_uploaded_looked_up_downloaded_with_the_token_and_deleted(client: httpx.Client) -> None:
    picture = png(32, 32)
    upload = client.post(
        f"/v25.0/{NUMBER}/media",
        data={"messaging_product": "whatsapp", "type": "image/png"},
        files={"file": ("carro.png", picture, "image/png")},
        headers=TOKEN,
    )
    media_id = upload.json()["id"]
    found = client.get(f"/v25.0/{media_id}", params={"phone_number_id": NUMBER}, headers=TOKEN).json()
    assert (found["mime_type"], found["file_size"]) == ("image/png", len(picture))
    assert client.get(found["url"], headers=TOKEN).content == picture
    assert client.get(found["url"]).status_code == 401
    assert client.get(found["url"].replace("hash=", "hash=x"), headers=TOKEN).status_code == 404

    assert client.delete(f"/v25.0/{media_id}", headers=TOKEN).json() == {"success": True}
    assert client.get(f"/v25.0/{media_id}", headers=TOKEN).json()["error"]["error_subcode"] == 33


def test_a_persons_picture_is_downloaded_by_the_id_in_the_webhook(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    client.post("/api/people/ana/messages", json={"type": "image", "image": {"caption": "Meu carro"}})
    webhook.wait(lambda: len(webhook.received) == 2)
    image = webhook.messages[-1]["image"]

    url = client.get(f"/v25.0/{image['id']}", headers=TOKEN).json()["url"]
    assert client.get(url, headers=TOKEN).content.startswith(b"\x89PNG")
    assert client.get(image["url"], headers=TOKEN).content.startswith(b"\x89PNG")
    assert image["caption"] == "Meu carro"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("transient", 500, 131000), ("throttled", 429, 130429), ("expired_token", 401, 190)],
)
def test_a_refusal_lasts_for_as_many_sends_as_was_said(
    client: httpx.Client, graph: Graph, fault: str, status: int, code: int
) -> None:
    client.put("/api/faults", json={"sends": [{"fault": fault, "times": 2}]})

    answers = [graph.post(TEXT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].json()["error"]["code"] == code
    assert client.get("/api/state").json()["faults"]["sends"] == []
    assert len(client.get("/api/people/ana/replies").json()["replies"]) == 1


def test_a_bare_500_is_no_answer_of_meta(client: httpx.Client, graph: Graph) -> None:
    client.put("/api/faults", json={"sends": [{"fault": "server_error"}]})
    answer = graph.post(TEXT)

    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (500, "text/html")


@pytest.mark.parametrize(
    ("fault", "accepted"), [("timeout", 0), ("accepts_silently", 1), ("accepts_and_drops", 1)]
)
def test_a_fault_without_an_answer_accepts_or_does_not_and_then_cuts_the_connection(
    client: httpx.Client, server: Server, graph: Graph, fault: str, accepted: int
) -> None:
    client.put("/api/faults", json={"sends": [{"fault": fault, "times": 1}]})

    with pytest.raises(httpx.RemoteProtocolError):
        graph.post(TEXT)
    assert len(client.get("/api/people/ana/replies").json()["replies"]) == accepted
    newest = server.simulation.journal.find(limit=1)
    assert newest, "the exchange is in the journal all the same"


def test_who_hangs_up_first_is_let_go_at_once(client: httpx.Client, graph: Graph) -> None:
    client.put("/api/faults", json={"sends": [{"fault": "accepts_silently", "times": 1}]})
    started = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        graph.post(TEXT, timeout=0.2)

    def newest() -> Any:
        found = client.get("/api/exchanges").json()["exchanges"]
        return next(item for item in found if item["about"] == "send text")

    while newest()["seconds"] is None and time.monotonic() - started < 5:
        time.sleep(0.02)
    assert newest()["status"] is None
    assert newest()["error"].startswith("accepted, but")
    assert newest()["seconds"] < 0.9, "the simulator would have been silent for a second"


def test_the_journal_never_holds_the_access_token(client: httpx.Client, graph: Graph) -> None:
    graph.post(TEXT)
    number = next(
        item["number"]
        for item in client.get("/api/exchanges").json()["exchanges"]
        if item["direction"] == "graph"
    )
    found = client.get(f"/api/exchanges/{number}").json()

    assert found["request_headers"]["Authorization"] == "Bearer ***"
    assert "Bearer simulator" not in str(found)


def test_templates_are_listed_created_and_announced_to_the_webhook(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    body = {"type": "BODY", "text": "Olá {{1}}"}
    created = client.post(
        "/v25.0/102290129340398/message_templates",
        json={"name": "nova", "language": "pt_BR", "category": "UTILITY", "components": [body]},
        headers=TOKEN,
    ).json()
    assert created["status"] == "PENDING"

    webhook.wait(lambda: len(webhook.received) == 2)
    assert webhook.received[1].values[0]["message_template_name"] == "nova"
    listed = client.get(
        "/v25.0/102290129340398/message_templates", params={"name": "nova"}, headers=TOKEN
    ).json()
    assert listed["data"][0]["components"] == [body]
