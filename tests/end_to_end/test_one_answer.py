"""A person writes and gets one answer: whatever the message, however often Meta posts it, whoever the person is."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from google.cloud import firestore
from wacloud.notification import split

from development.stack import PROCESSOR, VERIFY_TOKEN, WEBHOOK
from tests.end_to_end.conftest import Meta


def until(enough: Callable[[], bool], seconds: float = 15) -> None:
    """Waits for something that comes by itself."""
    deadline = time.monotonic() + seconds
    while not enough():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


def delivery_id(wamid: str) -> str:
    """How documents and logs name a message."""
    (delivery,) = split({"entry": [{"changes": [{"value": {"messages": [{"id": wamid}]}}]}]})
    return delivery.document_id


def test_a_greeting_is_answered_with_the_two_buttons_and_a_tap_with_what_comes_next(meta: Meta) -> None:
    person = meta.somebody()
    greeting = person.reply(person.write("Bom dia!"))
    buttons = [button["reply"] for button in greeting["content"]["action"]["buttons"]]
    assert [button["title"] for button in buttons] == ["Ver carros", "Falar com vendedor"]
    assert "Olá, Bia!" in greeting["content"]["body"]["text"]
    tap = {"type": "button_reply", "button_reply": buttons[0]}
    asked = person.reply(person.write(tap, kind="interactive", context={"id": greeting["id"]}))
    assert "o que você procura" in asked["content"]["body"]
    noted = person.reply(person.write("Um Civic 2022, até 120 mil"))
    assert "Anotado" in noted["content"]["body"]


MESSAGES: dict[str, Any] = {
    "text": "tem Onix?",
    "image": {"caption": "é este"},
    "video": {},
    "audio": {"voice": True},
    "document": {"filename": "proposta.pdf"},
    "sticker": {},
    "location": {"latitude": -23.56, "longitude": -46.65, "name": "Avenida Paulista"},
    "contacts": [{"name": {"formatted_name": "Caio", "first_name": "Caio"}}],
    "request_welcome": None,
    "unsupported": {"type": "poll_creation"},
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_of_any_type_is_answered_once(kind: str, meta: Meta) -> None:
    person = meta.somebody()
    person.reply(person.write(MESSAGES[kind], kind=kind))


def test_a_reaction_needs_no_answer(meta: Meta) -> None:
    person = meta.somebody()
    greeting = person.reply(person.write("oi"))
    person.write({"message_id": greeting["id"], "emoji": "👍"}, kind="reaction")
    person.reply(person.write("tem HB20?"))
    assert len(person.replies()) == 2


def test_somebody_known_only_by_a_user_id_is_answered(meta: Meta) -> None:
    person = meta.somebody(username="bia.souza", user_id=f"BR.{time.time_ns()}")
    person.reply(person.write("oi"))


def test_copies_one_after_the_other_get_one_answer(meta: Meta) -> None:
    person = meta.somebody()
    wamid = person.write("oi")
    person.reply(wamid)
    found = meta.client.get("/api/exchanges", params={"message": wamid}).json()["exchanges"]
    post = next(exchange for exchange in found if exchange["direction"] == "webhook")
    duplicates = meta.counter(WEBHOOK, "whatsapp_duplicate_messages_total")
    for _ in range(3):
        meta.client.post(f"/api/exchanges/{post['number']}/again", json={})
    until(lambda: meta.counter(WEBHOOK, "whatsapp_duplicate_messages_total") >= duplicates + 3)
    assert len(person.replies(wamid)) == 1


def test_of_fifty_copies_at_once_one_is_answered(meta: Meta) -> None:
    person = meta.somebody()
    wamid = person.write("oi", copies=50)
    person.reply(wamid)
    until(lambda: meta.counters()["waiting"] == 0)
    assert len(person.replies(wamid)) == 1


def test_a_body_of_a_thousand_messages_is_answered_one_by_one(meta: Meta) -> None:
    meta.faults(statuses_lost=True)  # three thousand of them would only take time
    people = [meta.somebody() for _ in range(40)]
    asked = [{"person": people[n % 40].key, "type": "text", "text": f"mensagem {n}"} for n in range(1_000)]
    ids = meta.batch(asked)
    found = [reply["answers"] for person in people for reply in person.replies(count=25, seconds=90)]
    assert sorted(found) == sorted(ids)


def test_a_bad_signature_does_nothing(meta: Meta, documents: firestore.Client) -> None:
    person = meta.somebody()
    failures = meta.counter(WEBHOOK, "whatsapp_signature_failures_total")
    meta.faults(bad_signature=True)
    wamid = person.write("oi")
    until(lambda: meta.counter(WEBHOOK, "whatsapp_signature_failures_total") >= failures + 2)
    assert person.replies(wamid, seconds=0) == []
    assert not documents.document("inbox", delivery_id(wamid)).get().exists
    meta.faults()
    person.reply(wamid)  # Meta comes again, now rightly signed: nothing was lost


def test_metas_handshake_gets_its_challenge(meta: Meta) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "test123", "hub.verify_token": VERIFY_TOKEN}
    answer = httpx.get(f"{meta.stack.webhook_url}/webhook/whatsapp", params=query)
    assert (answer.status_code, answer.text) == (200, "test123")
    assert answer.headers["content-type"].startswith("text/plain")


def test_statuses_mark_the_reply_that_they_are_about(meta: Meta, documents: firestore.Client) -> None:
    person = meta.somebody()
    wamid = person.write("oi")
    reply = person.reply(wamid)
    stored = documents.document("outbox", delivery_id(wamid))
    until(lambda: stored.get().get("replies")[0]["status"] == "read")
    assert stored.get().get("replies")[0]["wamid"] == reply["id"]
    assert stored.get().get("state") == "done"


def test_a_message_keeps_its_trace_and_no_log_names_the_person_or_says_what_they_wrote(meta: Meta) -> None:
    person = meta.somebody()
    secret = "quero o Corolla vermelho da vitrine"
    wamid = person.write(secret)
    person.reply(wamid)
    traces = set()
    for service in (WEBHOOK, PROCESSOR):
        text = (meta.stack.logs / f"{service}.log").read_text()
        assert secret not in text
        assert person.key not in text
        lines = [line for line in meta.logs(service) if line.get("delivery") == delivery_id(wamid)]
        traces |= {line["logging.googleapis.com/trace"] for line in lines}
    assert len(traces) == 1


def test_a_lead_reaches_the_sales_topic(meta: Meta, leads: Callable[[], list[Any]]) -> None:
    person = meta.somebody()
    tap = {"type": "button_reply", "button_reply": {"id": "talk_to_seller", "title": "Falar com vendedor"}}
    person.reply(person.write(tap, kind="interactive"))
    (lead,) = [lead for lead in leads() if lead["wa_id"] == person.key]
    assert lead["interest"] == "seller"
