"""What goes over the wire: how many calls, and what becomes of a message whose reply is lost or whose call comes late."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.cloud import firestore
from test_utils.retry import RetryResult
from wacloud.notification import split

from development.emulators import Emulators
from tests.integration.webhook.conftest import StartWebhook, Topic
from tests.support import bodies
from tests.support.webhook.arranging import LONG_AGO, come_again_until_200, leave_document
from tests.support.webhook.wire import Wire

# Of one message; the document is there already but in the first case.
REPLIES_BEFORE = {"create": 0, "read": 1, "take-over": 2, "confirm": 3}


@pytest.fixture
def to_firestore(emulators: Emulators) -> Iterator[Wire]:
    with Wire(emulators.firestore) as wire:
        yield wire


@pytest.fixture
def to_pubsub(emulators: Emulators) -> Iterator[Wire]:
    with Wire(emulators.pubsub) as wire:
        yield wire


def test_a_thousand_updates_take_a_handful_of_calls(
    topic: Topic, start_webhook: StartWebhook, to_firestore: Wire, to_pubsub: Wire
) -> None:
    webhook = start_webhook(
        FIRESTORE_EMULATOR_HOST=to_firestore.address,
        PUBSUB_EMULATOR_HOST=to_pubsub.address,
    )
    people = [f"55119999{n:05d}" for n in range(20)]
    messages = [bodies.text(sender=people[n % 20]) for n in range(600)]
    body = bodies.of(*messages, statuses=[bodies.status() for _ in range(400)])
    assert webhook.post(body).status_code == 200
    assert to_firestore.calls == 4, "two to claim, two to confirm: a request holds 500 writes"
    assert to_pubsub.calls == 21, "one for each person, one for all statuses"
    assert webhook.post(body).status_code == 200
    assert to_firestore.calls == 8, "two that find the documents there, two that read them"
    assert to_pubsub.calls == 22, "the statuses"


def test_many_requests_at_once_share_their_calls(
    topic: Topic, start_webhook: StartWebhook, to_firestore: Wire
) -> None:
    webhook = start_webhook(FIRESTORE_EMULATOR_HOST=to_firestore.address)
    several = [bodies.of(bodies.text()) for _ in range(200)]
    with ThreadPoolExecutor(40) as pool:
        assert {answer.status_code for answer in pool.map(webhook.post, several)} == {200}
    assert to_firestore.calls < 300, "a claim and a confirm each would be 400"


@pytest.mark.parametrize("call", REPLIES_BEFORE)
def test_a_message_is_published_once_though_firestores_reply_is_lost_to(
    call: str,
    topic: Topic,
    documents: firestore.Client,
    start_webhook: StartWebhook,
    to_firestore: Wire,
) -> None:
    webhook = start_webhook(FIRESTORE_EMULATOR_HOST=to_firestore.address)
    fresh, abandoned = bodies.text(), bodies.text()
    leave_document(documents, bodies.of(abandoned), lease_until=LONG_AGO)
    message = fresh if call == "create" else abandoned
    to_firestore.lose_reply(after=REPLIES_BEFORE[call])
    answers = [webhook.post(bodies.of(message)).status_code for _ in range(3)]
    assert to_firestore.lost == 1
    assert answers == [200, 200, 200]
    assert topic.wamids(1) == [message["id"]]
    assert webhook.metric("whatsapp_dedupe_skipped_total") == 0
    (delivery,) = split(bodies.of(message))
    assert documents.document("inbox", delivery.document_id).get().get("state") == "published"


def test_a_message_whose_publish_lost_its_reply_is_there_twice_at_most_and_never_again(
    topic: Topic, documents: firestore.Client, start_webhook: StartWebhook, to_pubsub: Wire
) -> None:
    """The client publishes again: Pub/Sub has no idempotent publish, the processor's own claim absorbs it."""
    webhook = start_webhook(PUBSUB_EMULATOR_HOST=to_pubsub.address, PUBLISH_TIMEOUT_SECONDS="5")
    message = bodies.text()
    to_pubsub.lose_reply()
    assert [webhook.post(bodies.of(message)).status_code for _ in range(3)] == [200, 200, 200]
    assert to_pubsub.lost == 1
    published = topic.messages(2)
    assert 1 <= len(published) <= 2
    assert {item.attributes["delivery_id"] for item in published} == {f"message:{message['id']}"}


def test_a_claim_that_is_applied_after_it_was_given_up_costs_one_copy_and_loses_nothing(
    topic: Topic, documents: firestore.Client, start_webhook: StartWebhook, to_firestore: Wire
) -> None:
    """The claim's deadline passes, the message is published unclaimed; then Firestore hears of the claim."""
    webhook = start_webhook(
        FIRESTORE_EMULATOR_HOST=to_firestore.address,
        CLAIM_TIMEOUT_SECONDS="0.5",
        PUBLISH_TIMEOUT_SECONDS="0.7",
        INTAKE_LEASE_SECONDS="1.8",
    )
    message = bodies.text()
    body = bodies.of(message)
    (delivery,) = split(body)
    document = documents.document("inbox", delivery.document_id)
    to_firestore.hold()
    assert webhook.post(body).status_code == 200
    (published,) = topic.messages(1)
    assert published.attributes["dedupe"] == "skipped"
    assert not document.get().exists

    to_firestore.release()
    applied = RetryResult(lambda found: found.exists, max_tries=8, delay=0.05)(document.get)
    assert applied().get("state") == "claimed"
    come_again_until_200(webhook, body)
    come_again_until_200(webhook, body)
    assert topic.wamids(2) == [message["id"]] * 2
    assert document.get().get("state") == "published"
