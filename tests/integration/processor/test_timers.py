"""A bot's timers: set with the plan, published when they are due, fired once, dropped where nobody wants to hear."""

import datetime as dt
import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.api_core.exceptions import DeadlineExceeded
from google.cloud import firestore
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from wacloud.notification import split

from development.emulators import Emulators
from processor import timers
from tests.integration.processor.conftest import LONG_AGO, StartProcessor
from tests.support.processor.bots import FORGET_IT, REMIND, REMIND_AGAIN, TWICE
from tests.support.processor.graph import Answer, Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor, envelope

SHORT = {
    "PUSH_SECONDS": "2.5",
    "REPLY_LEASE_SECONDS": "2.5",
    "STORE_TIMEOUT_SECONDS": "1.5",
    "GRAPH_TIMEOUT_SECONDS": "0.7",
    "AMBIGUOUS_WINDOW_SECONDS": "0.5",
}


class Topic:
    """The topic of updates, pulled: what a tick has published."""

    def __init__(self, project: str, emulators: Emulators) -> None:
        channel = grpc.insecure_channel(emulators.pubsub)
        self._subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
        self._subscription = f"projects/{project}/subscriptions/timers"
        topic = f"projects/{project}/topics/whatsapp-deliveries"
        PublisherClient(transport=PublisherGrpcTransport(channel=channel)).create_topic(name=topic)
        self._subscriber.create_subscription(
            request={"name": self._subscription, "topic": topic, "enable_message_ordering": True}
        )

    def pull(self) -> list[Any]:
        try:
            answer = self._subscriber.pull(
                subscription=self._subscription, max_messages=200, timeout=1, retry=None
            )
        except DeadlineExceeded:
            return []
        ids = [item.ack_id for item in answer.received_messages]
        if ids:
            self._subscriber.acknowledge(subscription=self._subscription, ack_ids=ids)
        return [item.message for item in answer.received_messages]


@pytest.fixture(scope="module")
def the_topic(project: str, emulators: Emulators) -> Topic:
    return Topic(project, emulators)


@pytest.fixture
def topic(the_topic: Topic, documents: firestore.Client) -> Iterator[Topic]:
    """Without what another test has left."""
    yield the_topic
    for document in documents.collection("timers").list_documents():
        document.delete()
    the_topic.pull()


def tick(processor: Processor) -> int:
    return processor.service.client.post(f"{processor.service.url}/tick").status_code


def push(processor: Processor, item: Any) -> int | str:
    content = json.dumps(envelope(item.data, **dict(item.attributes))).encode()
    try:
        return processor.post(content).status_code
    except Exception as error:  # noqa: BLE001 the process was killed
        return type(error).__name__


def conversation_of(body: dict[str, Any]) -> str:
    (update,) = split(body)
    return update.ordering_key


def test_a_timer_fires_once_with_the_conversation_of_now(
    processor: Processor, topic: Topic, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says(REMIND)
    assert processor.push(body) == 204
    assert tick(processor) == 204
    (item,) = topic.pull()
    assert item.ordering_key == conversation_of(body)
    assert item.attributes["kind"] == "timer"
    (stored,) = documents.collection("timers").get()
    due_at = stored.get("due_at")
    assert item.attributes["delivery_id"] == f"timer:{stored.id}:{due_at.isoformat()}"
    assert [push(processor, item) for _ in range(3)] == [204, 204, 204]
    (sent,) = graph.taken
    assert sent["text"]["body"] == "Lembrete soon carro Ana 1"
    assert documents.collection("timers").get() == []
    assert processor.outcomes() == ["silent", "answered", "duplicate", "duplicate"]
    state = documents.document("conversations", conversation_of(body)).get().get("state")
    assert state == {"reminded": 1}


def test_many_copies_of_one_firing_at_once_are_one_reminder(
    processor: Processor, topic: Topic, graph: Graph, ana: Someone
) -> None:
    processor.push(ana.says(REMIND))
    tick(processor)
    (item,) = topic.pull()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: push(processor, item), range(10)))
    assert len(graph.taken) == 1


def test_a_timer_that_is_not_due_is_not_published(processor: Processor, topic: Topic, ana: Someone) -> None:
    body = ana.says(REMIND_AGAIN)
    body["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = str(int(time.time()))
    processor.push(body)
    assert tick(processor) == 204
    assert topic.pull() == []


@pytest.mark.parametrize("text", [FORGET_IT, REMIND_AGAIN])
def test_a_timer_that_is_cancelled_or_moved_after_it_was_published_does_nothing(
    text: str, processor: Processor, topic: Topic, graph: Graph, documents: firestore.Client
) -> None:
    ana = Someone.new()
    processor.push(ana.says(REMIND))
    tick(processor)
    (item,) = topic.pull()
    processor.push(ana.says(text))
    assert push(processor, item) == 204
    assert graph.taken == []
    assert len(documents.collection("timers").get()) == (text == REMIND_AGAIN)


def test_a_timer_of_who_opted_out_or_talks_to_a_person_is_dropped(
    processor: Processor, topic: Topic, graph: Graph, documents: firestore.Client
) -> None:
    for wish in ("opt out", "by hand"):
        ana = Someone.new()
        processor.push(ana.says(REMIND))
        processor.push(ana.says("Parar") if wish == "opt out" else ana.is_answered_by_hand())
        before = len(graph.taken)
        tick(processor)
        (item,) = topic.pull()
        assert push(processor, item) == 204
        assert len(graph.taken) == before
        assert documents.collection("timers").get() == []


def test_a_timer_that_was_published_and_has_not_fired_is_published_again_later(
    processor: Processor, topic: Topic, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.says(REMIND))
    tick(processor)
    assert len(topic.pull()) == 1
    tick(processor)
    assert topic.pull() == [], "its firing has a while"
    (stored,) = documents.collection("timers").get()
    assert stored.get("attempts") == 1
    stored.reference.update({"publish_at": LONG_AGO})
    tick(processor)
    assert len(topic.pull()) == 1
    (stored,) = documents.collection("timers").get()
    pause = stored.get("publish_at") - dt.datetime.now(dt.UTC)
    assert dt.timedelta(seconds=100) < pause < dt.timedelta(seconds=130)


def test_a_timer_too_old_to_fire_is_published_no_more(
    processor: Processor, topic: Topic, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.says(REMIND))
    (stored,) = documents.collection("timers").get()
    stored.reference.update({"expire_at": LONG_AGO})
    assert tick(processor) == 204
    assert topic.pull() == []


def test_what_a_timer_sends_is_parked_and_never_sent_once_more(
    processor: Processor, topic: Topic, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.says(REMIND))
    tick(processor)
    (item,) = topic.pull()
    graph.will(Answer(then="reset", takes=True))
    assert push(processor, item) == 503
    found = documents.document("outbox", timers.Firing.parse(json.loads(item.data)).document_id)
    replies = [{**reply, "at": LONG_AGO} for reply in found.get().get("replies")]
    found.update({"lease_until": LONG_AGO, "replies": replies})
    assert push(processor, item) == 204
    assert processor.outcomes()[-1] == "parked"
    assert len(graph.asked) == 1


@pytest.mark.parametrize("mode", ["before", "during", "lost", "after"])
def test_no_crash_loses_a_timer_nor_fires_it_twice(
    mode: str,
    start_processor: StartProcessor,
    topic: Topic,
    graph: Graph,
    documents: firestore.Client,
) -> None:
    plan = Path(tempfile.mkdtemp()) / "plan"
    processor = start_processor(source="tests/support/processor/crashing.py", FAULT_PLAN=str(plan), **SHORT)
    for call in ("tick", "later", "claim", "timer", "conversation", "plan", "send", "record"):
        ana = Someone.new()
        processor.push_until_acked(ana.says(REMIND))
        plan.write_text(f"{call} {mode}")
        deadline = time.monotonic() + 40
        while documents.collection("timers").get() or plan.exists():
            assert time.monotonic() < deadline, call
            for stored in documents.collection("timers").get():
                stored.reference.update({"publish_at": LONG_AGO})
            try:
                tick(processor)
            except Exception:  # noqa: BLE001, S112 the process was killed
                continue
            for item in topic.pull():
                while push(processor, item) != 204:
                    assert time.monotonic() < deadline, call
                    time.sleep(0.2)
        (found,) = [
            each.to_dict()
            for each in documents.collection("outbox").get()
            if each.get("kind") == "timer"
            and (each.get("replies")[:1] or [{"to": {}}])[0]["to"].get("wa_id") == ana.wa_id
        ]
        (sent,) = found["replies"]
        taken = len(graph.taken_for(ana.wa_id))
        assert taken <= 1, (call, "fired twice")
        assert taken == 1 or sent["parked"], (call, sent)


def test_a_tick_with_firestore_away_is_asked_again(start_processor: StartProcessor) -> None:
    processor = start_processor(FIRESTORE_EMULATOR_HOST="127.0.0.1:1", STORE_TIMEOUT_SECONDS="0.4")
    assert tick(processor) == 503


def test_a_tick_of_nobody_is_refused(start_processor: StartProcessor) -> None:
    processor = start_processor(PUSH_AUTH="iam", PUSH_AUDIENCE="a", PUSH_SERVICE_ACCOUNT="b")
    assert tick(processor) == 403


def test_a_message_of_kind_timer_that_is_none_is_refused(processor: Processor) -> None:
    content = json.dumps(envelope(b'{"timer": "x"}', kind="timer")).encode()
    assert processor.post(content).status_code == 400


def test_more_timers_than_a_tick_publishes_are_published_by_the_next(
    processor: Processor, topic: Topic, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.says(REMIND))
    (stored,) = documents.collection("timers").get()
    batch = documents.batch()
    for index in range(250):
        fields = {**(stored.to_dict() or {}), "conversation": f"c{index % 7}"}
        batch.set(documents.document("timers", f"t{index}"), fields)
    batch.commit()
    names: set[str] = set()
    for _ in range(2):
        assert tick(processor) == 204
        while items := topic.pull():
            names |= {item.attributes["delivery_id"] for item in items}
    assert len(names) == 251


def test_a_decision_with_two_replies_and_a_timer_is_one_commit(
    processor: Processor, graph: Graph, ana: Someone
) -> None:
    assert processor.push(ana.says(TWICE)) == 204
    assert len(graph.taken) == 2
