"""Notifications leave as Meta's do: signed, escaped, again until 200, with the faults that are set."""

import itertools
import json
import time

import httpx
import pytest

from tests.integration.simulator.conftest import Graph, write
from tests.support.simulator.plain_webhook import NUMBER, VERIFY_TOKEN, PlainWebhook


def test_the_bytes_are_escaped_as_meta_escapes_them_and_signed_as_they_are(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    wamid = write(client, "Olá 👋 a/b")

    webhook.wait(lambda: len(webhook.received) == 1)
    received = webhook.received[0]
    assert rb"Ol\u00e1 \ud83d\udc4b a\/b" in received.raw
    assert received.raw.isascii()
    assert received.genuine
    body = json.loads(received.raw)
    assert body["object"] == "whatsapp_business_account"
    (entry,) = body["entry"]
    assert (entry["id"], entry["changes"][0]["field"]) == ("102290129340398", "messages")
    value = entry["changes"][0]["value"]
    assert value["metadata"] == {"display_phone_number": "15550783881", "phone_number_id": NUMBER}
    assert value["contacts"][0]["wa_id"] == value["messages"][0]["from"] == "5511999990001"
    message = value["messages"][0]
    assert (message["id"], message["text"]) == (wamid, {"body": "Olá 👋 a/b"})
    assert message["timestamp"].isdecimal()


def test_a_person_with_a_username_only_has_no_number_anywhere(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    write(client, person="carla")

    webhook.wait(lambda: len(webhook.received) == 1)
    (value,) = webhook.received[0].values
    assert "from" not in value["messages"][0]
    assert value["messages"][0]["from_user_id"] == value["contacts"][0]["user_id"]
    assert "wa_id" not in value["contacts"][0]
    assert value["contacts"][0]["profile"] == {"name": "Carla Dias", "username": "carla.dias"}


@pytest.mark.parametrize("status", [201, 302, 401, 500])
def test_anything_but_200_is_tried_again_with_growing_pauses(
    client: httpx.Client, webhook: PlainWebhook, status: int
) -> None:
    webhook.answers += [status, status, status]
    wamid = write(client)

    webhook.wait(lambda: len(webhook.received) == 4)
    assert len({received.raw for received in webhook.received}) == 1
    at = [received.at for received in webhook.received]
    pauses = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert pauses[0] >= 0.05
    assert pauses[1] >= 0.1
    assert pauses[2] >= 0.2
    found = client.get("/api/exchanges", params={"message": wamid}).json()["exchanges"]
    assert [exchange["attempt"] for exchange in found][-4:] == [4, 3, 2, 1]


def test_one_persons_messages_come_in_their_order_and_several_peoples_at_once(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    webhook.seconds = 0.05
    for number in range(5):
        for person in ("ana", "bruno", "carla"):
            write(client, f"{number}", person=person)

    webhook.wait(lambda: len(webhook.messages) == 15)
    by_person: dict[str, list[str]] = {}
    for message in webhook.messages:
        by_person.setdefault(message["from_user_id"], []).append(message["text"]["body"])
    assert list(by_person.values()) == [["0", "1", "2", "3", "4"]] * 3
    assert webhook.most_at_once >= 2


def test_copies_are_the_same_bytes_at_the_same_time(client: httpx.Client, webhook: PlainWebhook) -> None:
    webhook.seconds = 0.1
    write(client, copies=6)

    webhook.wait(lambda: len(webhook.received) == 6)
    assert len({received.raw for received in webhook.received}) == 1
    assert webhook.most_at_once >= 3


def test_a_batch_of_a_thousand_messages_is_one_body(client: httpx.Client, webhook: PlainWebhook) -> None:
    people = ("ana", "bruno", "carla")
    items = [
        {"person": people[number % 3], "type": "text", "text": f"Mensagem {number}"} for number in range(1000)
    ]
    assert len(client.post("/api/batch", json={"messages": items}).json()["ids"]) == 1000

    webhook.wait(lambda: len(webhook.received) == 1)
    (value,) = webhook.received[0].values
    assert [message["text"]["body"] for message in value["messages"]] == [item["text"] for item in items]
    assert len(value["contacts"]) == 3


def test_with_batches_what_comes_within_a_second_shares_a_body(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    client.put("/api/faults", json={"batches": True})
    for number in range(3):
        write(client, str(number))

    webhook.wait(lambda: len(webhook.messages) == 3)
    assert len(webhook.received) == 1


def test_what_the_business_sends_is_followed_by_its_statuses_in_order_with_its_own_data(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    write(client)
    webhook.wait(lambda: len(webhook.received) == 1)
    sent = graph.send("text", {"body": "Olá"}, biz_opaque_callback_data="meu-dado")

    webhook.wait(lambda: len(webhook.statuses) == 3)
    assert [status["status"] for status in webhook.statuses] == ["sent", "delivered", "read"]
    for status in webhook.statuses:
        assert status["id"] == sent.json()["messages"][0]["id"]
        assert (status["recipient_id"], status["biz_opaque_callback_data"]) == ("5511999990001", "meu-dado")
    assert webhook.statuses[0]["pricing"]["category"] == "service"


def test_media_that_meta_cannot_fetch_is_accepted_and_then_fails(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    write(client)
    webhook.wait(lambda: len(webhook.received) == 1)
    assert graph.send("image", {"link": "https://unreachable.example/carro.jpg"}).status_code == 200

    webhook.wait(lambda: len(webhook.statuses) == 1)
    assert webhook.statuses[0]["status"] == "failed"
    assert webhook.statuses[0]["errors"][0]["code"] == 131053


def test_statuses_can_be_lost_though_the_phone_shows_them(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    write(client)
    webhook.wait(lambda: len(webhook.received) == 1)
    client.put("/api/faults", json={"statuses_lost": True})
    graph.send("text", {"body": "Olá"})

    with client.stream("GET", "/api/events", params={"after": 0}) as events:
        for line in events.iter_lines():
            if line.startswith("data:") and json.loads(line[5:]).get("status") == "read":
                break
    assert webhook.statuses == []


def test_a_delay_holds_every_webhook_back(client: httpx.Client, webhook: PlainWebhook) -> None:
    client.put("/api/faults", json={"delay_seconds": 0.4})
    started = time.monotonic()
    write(client)

    webhook.wait(lambda: len(webhook.received) == 1)
    assert webhook.received[0].at - started >= 0.4


def test_in_disorder_messages_overtake_one_another(client: httpx.Client, webhook: PlainWebhook) -> None:
    client.put("/api/faults", json={"disorder": True})
    for number in range(12):
        write(client, str(number))

    webhook.wait(lambda: len(webhook.messages) == 12)
    order = [int(message["text"]["body"]) for message in webhook.messages]
    assert sorted(order) == list(range(12)) != order


def test_a_wrong_signature_is_sent_and_the_right_one_once_the_fault_ends(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    client.put("/api/faults", json={"bad_signature": True})
    write(client)
    webhook.wait(lambda: len(webhook.received) >= 2)
    assert not any(received.genuine for received in webhook.received)

    client.put("/api/faults", json={})
    webhook.wait(lambda: webhook.received[-1].genuine)


def test_any_other_change_goes_out_as_it_is(client: httpx.Client, webhook: PlainWebhook) -> None:
    value = {"event": "ACCOUNT_RESTRICTION", "restriction_info": []}
    assert client.post("/api/changes", json={"field": "account_update", "value": value}).status_code == 202

    webhook.wait(lambda: len(webhook.received) == 1)
    (change,) = json.loads(webhook.received[0].raw)["entry"][0]["changes"]
    assert change == {"value": value, "field": "account_update"}


def test_a_subscription_is_made_after_a_handshake_and_refused_without_one(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    def subscribe(token: str) -> httpx.Response:
        asked = {"object": "whatsapp_business_account", "callback_url": webhook.url, "verify_token": token}
        return client.post("/v25.0/670843887433847/subscriptions", json=asked)

    assert subscribe(VERIFY_TOKEN).json() == {"success": True}
    refused = subscribe("wrong")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 2200)
