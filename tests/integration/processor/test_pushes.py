"""The push request: what is refused, what is logged, what reaches others than the person who wrote."""

import json

import pytest
from google.cloud import firestore

from bots.faciliauto import texts
from tests.integration.processor.conftest import Leads
from tests.support import bodies
from tests.support.processor.graph import Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor, document_id, envelope, status_of

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"not json",
        b'{"message":null}',
        b'{"message":{"data":"%%%"}}',
        b'{"message":{"data":5}}',
        b'{"message":{"data":"e30","attributes":{"a":1}}}',
        b'{"message":{"data":"bm90IGpzb24="}}',
        b'{"message":{"data":"W10="}}',
        b'{"message":{"attributes":{}}}',
        json.dumps(envelope(b'{"entry": NaN}')).encode(),
        json.dumps(envelope(b"[" * 10_000)).encode(),
        json.dumps(envelope(b"\xff\xfe")).encode(),
    ],
)
def test_an_envelope_that_is_none_is_refused_and_counted(content: bytes, processor: Processor) -> None:
    assert processor.post(content).status_code == 400
    assert processor.metric("whatsapp_pushes_refused_total", reason="envelope") == 1
    (line,) = processor.logs()
    assert (line["severity"], line["reason"]) == ("ERROR", "envelope")


def test_a_body_over_the_limit_is_refused(processor: Processor) -> None:
    assert processor.post(b"x" * (15 << 20) + b"x").status_code == 413
    assert processor.metric("whatsapp_pushes_refused_total", reason="too_large") == 1


def test_readiness_tells_whether_firestore_is_there(processor: Processor) -> None:
    assert processor.service.get("/health").status_code == 200
    assert processor.service.get("/ready").json()["checks"] == {"firestore": "ok"}
    assert processor.service.get("/").status_code == 404
    assert processor.service.get("/pubsub/push").status_code == 405


def test_logs_name_neither_text_nor_number_and_carry_the_trace(processor: Processor, ana: Someone) -> None:
    body = ana.says("um segredo meu")
    assert processor.push(body, traceparent=f"00-{TRACE}-b7ad6b7169203331-01") == 204
    whole = processor.service.process.log.read_text()
    assert "um segredo" not in whole
    assert ana.wa_id not in whole
    (line,) = [line for line in processor.logs() if "outcome" in line]
    assert line["logging.googleapis.com/trace"].endswith(TRACE)
    assert line["person"] == f"{ana.wa_id[:5]}****{ana.wa_id[-4:]}"
    assert line["delivery"] == document_id(body)


@pytest.mark.parametrize("received_at", ["", "nan", "inf", "-1e300", "yesterday"])
def test_a_received_at_that_is_no_time_changes_nothing(
    received_at: str, processor: Processor, ana: Someone
) -> None:
    assert processor.push(ana.says(), received_at=received_at) == 204


def test_half_an_emoji_that_somebodys_limit_cut_off_is_answered_and_handed_on(
    processor: Processor, graph: Graph, ana: Someone, leads: Leads
) -> None:
    processor.push(ana.taps("see_cars"))
    body = ana.says("Um Civic \ud83d")
    body["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = "Ana \ude97"
    assert processor.push(body) == 204
    assert graph.taken[-1]["text"]["body"] == texts.CAR_NOTED
    (lead,) = leads.pull()
    assert json.loads(lead.data)["wish"] == "Um Civic \ufffd"


def test_a_lead_is_published_with_who_and_what_and_comes_again_where_the_topic_is_away(
    other_processor: Processor,
    graph: Graph,
    ana: Someone,
    no_leads_yet: Leads,
    documents: firestore.Client,
) -> None:
    body = ana.taps("talk_to_seller")
    assert other_processor.push(body, received_at="1764000000.5") == 503
    no_leads_yet.create()
    other_processor.push_until_acked(body)
    (lead,) = no_leads_yet.pull()
    event_id = f"{document_id(body)}.0"
    assert dict(lead.attributes) == {"name": "lead", "event_id": event_id}
    said = json.loads(lead.data)
    assert said.pop("received_at") == "2025-11-24T16:00:00.500000+00:00"
    assert said == {
        "interest": "seller",
        "event_id": event_id,
        "phone_number_id": bodies.PHONE_NUMBER_ID,
        "name": "Ana",
        "wa_id": ana.wa_id,
        "user_id": None,
    }
    assert other_processor.metric("whatsapp_events_total", topic="leads") == 1
    assert len(graph.taken) == 1, "the reply goes out once"
    assert documents.document("outbox", document_id(body)).get().get("state") == "done"


def test_statuses_settle_replies_in_any_order_and_any_number_of_times(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    processor.push(body)
    (sent,) = graph.taken
    for name in ("read", "sent", "delivered", "delivered", "failed", "sent"):
        assert processor.push(status_of(sent, name)) == 204
    assert documents.document("outbox", document_id(body)).get().get("replies")[0]["status"] == "read"
    assert processor.metric("whatsapp_statuses_total", status="delivered") == 2


@pytest.mark.parametrize("name", ["pending", "sending", "unknown", "deleted", "a new one"])
def test_a_status_that_meta_does_not_have_moves_nothing(
    name: str, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    processor.push(body)
    assert processor.push(status_of(graph.taken[0], name)) == 204
    assert documents.document("outbox", document_id(body)).get().get("replies")[0]["status"] == "sent"
    assert processor.metric("whatsapp_statuses_total", status="other") == 1


@pytest.mark.parametrize("key", [None, "", "somebody else's", f"{'0' * 64}.0.1", f"{'0' * 64}.9.9", "é" * 64])
def test_a_status_of_what_something_else_has_sent_is_only_noted(
    key: str | None, processor: Processor
) -> None:
    more = {} if key is None else {"biz_opaque_callback_data": key}
    assert processor.push(bodies.of(statuses=[bodies.status(**more)])) == 204
    assert processor.outcomes() == ["recorded"]


def test_a_failure_that_meta_tells_later_is_kept_and_counted_once(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    processor.push(body)
    failed = status_of(graph.taken[0], "failed", errors=[{"code": 131026, "title": "Undeliverable"}])
    assert [processor.push(failed), processor.push(failed)] == [204, 204]
    (reply,) = documents.document("outbox", document_id(body)).get().get("replies")
    assert (reply["status"], reply["error"]["code"]) == ("failed", 131026)
    assert processor.metric("whatsapp_replies_failed_total", kind="recipient") == 1
