"""What a claim may find, left there by an attempt that is gone or at it: each row of the claim table."""

import datetime as dt
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud import firestore
from wacloud.notification import split

from development.emulators import Emulators
from tests.integration.processor.conftest import LONG_AGO, StartProcessor
from tests.support.processor.bots import TWICE
from tests.support.processor.graph import Answer, Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor, document_id, status_of
from tests.support.webhook.wire import Wire

Json = dict[str, Any]


def reply(ana: Someone, status: str = "pending", **fields: object) -> Json:
    """A reply as an attempt has left it; a planned one is a text that no bot would say."""
    return {
        "to": {"wa_id": ana.wa_id, "user_id": None},
        "payload": {
            "messaging_product": "whatsapp",
            "to": ana.wa_id,
            "type": "text",
            "text": {"body": "planned"},
        },
        "status": status,
        "attempts": 0 if status == "pending" else 1,
        "wamid": None,
        "error": None,
        "at": None if status == "pending" else LONG_AGO,
        "resent": False,
        "parked": False,
        **fields,
    }


def leave(documents: firestore.Client, body: Json, **fields: object) -> None:
    """The outbox document of a body's delivery: an attempt of another process, its lease over, but for `fields`."""
    (delivery,) = split(body)
    now = dt.datetime.now(dt.UTC)
    documents.document("outbox", delivery.document_id).set(
        {
            "state": "claimed",
            "owner": "another process",
            "attempt": 1,
            "lease_until": LONG_AGO,
            "received_at": now,
            "expire_at": now + dt.timedelta(hours=192),
            "delivery_id": delivery.id,
            "kind": delivery.kind,
            "conversation": delivery.ordering_key,
            "replies": [],
            "events": [],
            **fields,
        }
    )


def soon() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)


def test_what_is_done_is_acknowledged_and_no_more(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    leave(documents, body, state="done", replies=[reply(ana, "sent")])
    assert processor.push(body) == 204
    assert graph.asked == graph.read_marks == []


@pytest.mark.parametrize("state", ["claimed", "planned"])
def test_while_a_lease_runs_elsewhere_the_push_comes_again(
    state: str, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    leave(documents, body, state=state, lease_until=soon())
    assert processor.push(body) == 503
    assert graph.asked == []
    assert processor.outcomes() == ["in_progress"]


def test_a_claim_whose_lease_is_over_is_taken_over_by_one_of_many(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    leave(documents, body)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: processor.push(body), range(20)))
    assert processor.push(body) == 204
    assert len(graph.asked) == 1
    assert documents.document("outbox", document_id(body)).get().get("attempt") == 2


def test_what_was_planned_is_never_decided_again(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    leave(documents, body, state="planned", replies=[reply(ana, "sent"), reply(ana)])
    assert processor.push(body) == 204
    (sent,) = graph.taken
    assert sent["text"]["body"] == "planned"
    assert sent["biz_opaque_callback_data"].endswith(".1.1")


def test_what_was_under_way_in_a_crash_is_unknown_and_waits_for_the_statuses_of_that_time(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    leave(documents, body, state="planned", replies=[reply(ana, "sending")])
    assert processor.push(body) == 503
    found = documents.document("outbox", document_id(body)).get()
    assert found.get("replies")[0]["status"] == "unknown"
    assert 50 < found.get("lease_until").timestamp() - time.time() <= 60
    assert graph.asked == []
    assert processor.metric("whatsapp_sends_ambiguous_total") == 1
    assert processor.outcomes() == ["waiting"]
    sent = {"to": ana.wa_id, "wamid": "wamid.X", "biz_opaque_callback_data": f"{document_id(body)}.0.1"}
    assert processor.push(status_of(sent, "sent")) == 204
    assert processor.push(body) == 204
    assert graph.asked == []


@pytest.mark.parametrize("state", ["claimed", "planned", "done"])
def test_an_expired_document_that_ttl_has_not_swept_yet_counts_as_absent(
    state: str, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    leave(documents, body, state=state, expire_at=LONG_AGO, lease_until=soon(), replies=[reply(ana)])
    assert processor.push(body) == 204
    assert "interactive" in graph.taken[0]


def test_a_status_that_comes_before_its_send_is_recorded_is_kept(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(Answer(takes=True, after=0.3))
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(processor.push, body)
        while not graph.taken:
            time.sleep(0.01)
        assert processor.push(status_of(graph.taken[0], "delivered")) == 204
        assert pushed.result() == 204
    found = documents.document("outbox", document_id(body)).get()
    assert (found.get("state"), found.get("replies")[0]["status"]) == ("done", "delivered")


@pytest.mark.parametrize("text", ["Oi", TWICE])
def test_a_status_that_comes_while_its_send_seems_lost_settles_it_and_nobody_waits(
    text: str, processor: Processor, graph: Graph, ana: Someone
) -> None:
    body = ana.says(text)
    graph.will(Answer(takes=True, after=0.3, then="reset"))
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(processor.push, body)
        while not graph.taken:
            time.sleep(0.01)
        assert processor.push(status_of(graph.taken[0], "delivered")) == 204
        assert pushed.result() == 503
    assert processor.push(body) == 204
    expected = [".0.1", ".1.1"] if text == TWICE else [".0.1"]
    assert [sent["biz_opaque_callback_data"][-4:] for sent in graph.asked] == expected


def test_an_attempt_that_lost_its_document_stops_and_tells_what_it_knows(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(Answer(takes=True, after=0.3))
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(processor.push, body)
        while not graph.taken:
            time.sleep(0.01)
        documents.document("outbox", document_id(body)).update({"owner": "another", "lease_until": soon()})
        assert pushed.result() == 503
    found = documents.document("outbox", document_id(body)).get()
    assert (found.get("owner"), found.get("replies")[0]["status"]) == ("another", "sent")
    assert processor.outcomes() == ["in_progress"]


def test_with_firestore_away_nothing_is_sent(start_processor: StartProcessor, graph: Graph) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        processor = start_processor(FIRESTORE_EMULATOR_HOST=address, STORE_TIMEOUT_SECONDS="0.4")
        nothing_is_done(processor)
    nothing_is_done(processor)  # the address refuses now
    assert graph.asked == graph.read_marks == []
    assert set(processor.outcomes()) == {"away"}
    assert processor.service.get("/ready").status_code == 503


def nothing_is_done(processor: Processor) -> None:
    ana = Someone.new()
    sent = {"to": ana.wa_id, "wamid": "wamid.X", "biz_opaque_callback_data": f"{'0' * 64}.0.1"}
    for body in (ana.says(), status_of(sent, "read"), ana.is_answered_by_hand()):
        assert processor.push(body) == 503


def test_a_reply_of_firestore_that_is_lost_on_the_wire_neither_loses_nor_doubles_an_answer(
    start_processor: StartProcessor, emulators: Emulators, graph: Graph
) -> None:
    with Wire(emulators.firestore) as wire:
        processor = start_processor(FIRESTORE_EMULATOR_HOST=wire.address)
        assert processor.push(Someone.new().says()) == 204
        for replies_before in range(4):  # of claim, conversation, plan, record
            ana = Someone.new()
            wire.lose_reply(after=replies_before)
            assert processor.push(ana.says()) == 204, "the library tries again, and finds its own first try"
            assert len(graph.taken_for(ana.wa_id)) == 1
            assert wire.lost == replies_before + 1
        assert processor.metric("whatsapp_sends_ambiguous_total") == 0


def test_a_push_under_way_is_finished_when_the_process_is_asked_to_end(
    start_processor: StartProcessor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    processor = start_processor(GRAPH_TIMEOUT_SECONDS="5")
    body = ana.says()
    graph.will(Answer(takes=True, after=1.0))
    threading.Timer(0.5, processor.service.process.signal, [signal.SIGTERM]).start()
    assert processor.push(body) == 204
    assert processor.service.process.wait(10) == 0
    assert documents.document("outbox", document_id(body)).get().get("state") == "done"
