"""Racing copies, leases, expiry, and the stores away: each row of the intake protocol's table."""

import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.cloud import firestore

from development.emulators import free_ports
from tests.integration.webhook.conftest import StartWebhook, Topic, Webhook
from tests.support import bodies
from tests.support.webhook.arranging import LONG_AGO, leave_document


def test_of_fifty_copies_at_once_one_is_published_and_none_is_told_200_too_early(
    webhook: Webhook, topic: Topic
) -> None:
    body = bodies.of(bodies.text())
    with ThreadPoolExecutor(50) as pool:
        answers = [answer.status_code for answer in pool.map(lambda _: webhook.post(body), range(50))]
    assert set(answers) <= {200, 503}
    assert 200 in answers
    assert webhook.post(body).status_code == 200
    assert len(topic.messages(1)) == 1


def test_two_services_racing_for_the_same_messages_publish_each_once(
    topic: Topic, start_webhook: StartWebhook
) -> None:
    services = [start_webhook(), start_webhook()]
    several = [bodies.of(*(bodies.text() for _ in range(5))) for _ in range(20)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda pair: pair[0].post(pair[1]), [(s, b) for b in several for s in services]))
    for body in several:
        assert services[0].post(body).status_code == 200
    found = topic.wamids(100)
    assert len(found) == len(set(found)) == 100


def test_a_copy_that_arrives_while_the_lease_runs_is_asked_to_come_back(
    webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    body = bodies.of(bodies.text())
    leave_document(documents, body)
    assert webhook.post(body).status_code == 503
    assert topic.messages() == []
    assert webhook.metric("whatsapp_webhook_errors_total", reason="in_progress") == 1


def test_a_claim_whose_lease_is_over_is_taken_over_by_one_of_many(
    webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    body = bodies.of(bodies.text())
    leave_document(documents, body, lease_until=LONG_AGO)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: webhook.post(body), range(20)))
    assert webhook.post(body).status_code == 200
    assert len(topic.messages(1)) == 1
    assert webhook.metric("whatsapp_claims_taken_over_total") == 1


def test_a_published_document_keeps_copies_off_long_after_its_lease(
    webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    body = bodies.of(bodies.text())
    leave_document(documents, body, state="published", lease_until=LONG_AGO)
    assert webhook.post(body).status_code == 200
    assert topic.messages() == []


@pytest.mark.parametrize("state", ["claimed", "published"])
def test_an_expired_document_that_ttl_has_not_swept_yet_counts_as_absent(
    state: str, webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    body = bodies.of(bodies.text())
    leave_document(documents, body, state=state, expire_at=LONG_AGO)
    assert webhook.post(body).status_code == 200
    assert len(topic.messages(1)) == 1


def test_one_delivery_in_progress_does_not_hold_back_the_others_of_its_body(
    webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    busy, free = bodies.text(), bodies.text(sender="5511999990002")
    leave_document(documents, bodies.of(busy))
    assert webhook.post(bodies.of(busy, free)).status_code == 503
    assert topic.wamids(1) == [free["id"]]


@pytest.mark.parametrize("how", ["refuses", "is_silent"])
def test_with_firestore_away_a_message_is_published_unclaimed_and_answered_in_time(
    how: str, topic: Topic, start_webhook: StartWebhook
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if how == "is_silent" else free_ports(1)[0]
        webhook = start_webhook(FIRESTORE_EMULATOR_HOST=f"127.0.0.1:{port}", CLAIM_TIMEOUT_SECONDS="0.5")
        started = time.monotonic()
        assert webhook.post(bodies.of(bodies.text())).status_code == 200
        assert time.monotonic() - started < 3
        (published,) = topic.messages(1)
        assert published.attributes["dedupe"] == "skipped"
        assert webhook.metric("whatsapp_dedupe_skipped_total") == 1
        assert webhook.get("/ready").status_code == 503


def test_with_pubsub_away_meta_is_asked_to_come_again_and_nothing_is_lost_or_doubled(
    webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    body = bodies.of(bodies.text(), statuses=[bodies.status()])
    topic.delete()
    assert webhook.post(body).status_code == 503
    assert list(documents.collection("inbox").stream()) == [], "the claim is released, not left to its lease"
    topic.create()
    assert webhook.post(body).status_code == 200
    assert len(topic.messages(2)) == 2


@pytest.mark.parametrize("how", ["refuses", "is_silent"])
def test_with_pubsub_unreachable_the_answer_is_503_in_time(how: str, start_webhook: StartWebhook) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if how == "is_silent" else free_ports(1)[0]
        webhook = start_webhook(PUBSUB_EMULATOR_HOST=f"127.0.0.1:{port}", PUBLISH_TIMEOUT_SECONDS="0.5")
        started = time.monotonic()
        assert webhook.post(bodies.of(bodies.text())).status_code == 503
        assert time.monotonic() - started < 3


def test_statuses_are_published_without_a_document(
    webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    body = bodies.of(statuses=[bodies.status("sent"), bodies.status("failed")])
    assert [webhook.post(body).status_code for _ in range(2)] == [200, 200]
    assert len(topic.messages(4)) == 4
    assert list(documents.collection("inbox").stream()) == []


def test_statuses_are_deduplicated_where_that_is_asked_for(topic: Topic, start_webhook: StartWebhook) -> None:
    webhook = start_webhook(DEDUPE_STATUSES="true")
    wamid = bodies.wamid()
    body = bodies.of(
        statuses=[bodies.status(name, message_id=wamid) for name in ("sent", "delivered", "sent")]
    )
    assert [webhook.post(body).status_code for _ in range(2)] == [200, 200]
    assert len(topic.messages(2)) == 2
    strange = bodies.of(statuses=[bodies.status("\ud83d half an emoji"), bodies.status("é" * 2000)])
    assert [webhook.post(strange).status_code for _ in range(2)] == [200, 200]
    assert len(topic.messages(4)) == 4


def test_a_request_under_way_is_finished_when_the_process_is_asked_to_end(
    topic: Topic, start_webhook: StartWebhook
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        webhook = start_webhook(FIRESTORE_EMULATOR_HOST=address, CLAIM_TIMEOUT_SECONDS="1.5")
        threading.Timer(0.4, webhook.process.signal, [signal.SIGTERM]).start()
        assert webhook.post(bodies.of(bodies.text())).status_code == 200
        assert webhook.process.wait(10) == 0
    assert len(topic.messages(1)) == 1
