"""What the running webhook does with a signed body, seen from outside: status codes, the topic, the inbox."""

import json
from pathlib import Path

from google.cloud import firestore

from tests.integration.webhook.conftest import StartWebhook, Topic, Webhook
from tests.support import bodies


def test_a_signed_message_is_on_the_topic_in_metas_own_shape_before_200(
    webhook: Webhook, topic: Topic
) -> None:
    message = bodies.text("Olá, ainda têm o Civic? 🚗")
    answer = webhook.post(bodies.of(message))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    (published,) = topic.messages(1)
    assert json.loads(published.data) == bodies.of(message)
    assert published.attributes["kind"] == "message"
    assert published.attributes["delivery_id"] == f"message:{message['id']}"
    assert published.ordering_key == f"{bodies.PHONE_NUMBER_ID}:{bodies.ANA}"


def test_a_copy_of_a_published_message_is_dropped_with_200(
    webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    body = bodies.of(bodies.text())
    assert [webhook.post(body).status_code for _ in range(3)] == [200, 200, 200]
    assert len(topic.messages(1)) == 1
    assert webhook.metric("whatsapp_duplicate_messages_total") == 2
    assert webhook.metric("whatsapp_messages_received_total", type="text") == 1
    (document,) = documents.collection("inbox").stream()
    assert document.get("state") == "published"


def test_a_batch_of_a_thousand_updates_is_published_once_each_and_in_order_for_each_person(
    webhook: Webhook, topic: Topic
) -> None:
    people = [f"55119999{n:05d}" for n in range(40)]
    messages = [bodies.text(str(n), sender=people[n % 40]) for n in range(400)]
    statuses = [bodies.status(name) for _ in range(200) for name in ("sent", "delivered", "read")]
    answer = webhook.post(bodies.of(*messages, statuses=statuses))
    assert answer.status_code == 200
    published = topic.messages(1000)
    assert len(published) == 1000
    for person in people:
        mine = [
            json.loads(item.data)["entry"][0]["changes"][0]["value"]["messages"][0]
            for item in published
            if item.ordering_key.endswith(person)
        ]
        assert [message["id"] for message in mine] == [m["id"] for m in messages if m["from"] == person]


def test_a_batch_of_a_thousand_updates_holds_nobody_else_up(
    topic: Topic, start_webhook: StartWebhook, tmp_path: Path
) -> None:
    longest = tmp_path / "longest"
    webhook = start_webhook(source="tests/support/webhook/watched.py", WATCH_FILE=str(longest))
    assert webhook.post(bodies.of(bodies.text())).status_code == 200, "this one makes the connections"
    messages = [bodies.text(sender=f"55119999{n % 50:05d}") for n in range(700)]
    body = bodies.of(*messages, statuses=[bodies.status() for _ in range(300)])
    assert webhook.post(body).status_code == 200
    assert 0 < float(longest.read_text()) < 0.05, "seconds of CPU between two turns of the event loop"


def test_every_app_secret_is_good_while_one_is_rotated(topic: Topic, start_webhook: StartWebhook) -> None:
    webhook = start_webhook(WHATSAPP_WEBHOOK_SECRET="new-secret, old-secret")
    assert webhook.post(bodies.of(bodies.text()), secret="old-secret").status_code == 200
    assert webhook.post(bodies.of(bodies.text()), secret="new-secret").status_code == 200
    assert webhook.metric("whatsapp_signature_secret_matches_total", index="1") == 1


def test_a_bad_signature_leaves_no_trace(webhook: Webhook, topic: Topic, documents: firestore.Client) -> None:
    raw = bodies.encoded(bodies.of(bodies.text("a word nobody may read in a log")))
    good = bodies.signed(raw)["X-Hub-Signature-256"]
    bad = {
        "missing": {},
        "wrong": {"X-Hub-Signature-256": bodies.signed(raw, "another secret")["X-Hub-Signature-256"]},
        "malformed": {"X-Hub-Signature-256": good.removeprefix("sha256=")},
    }
    for reason, headers in bad.items():
        answer = webhook.client.post(f"{webhook.url}/webhook/whatsapp", content=raw, headers=headers)
        assert answer.status_code == 401, reason
        assert webhook.metric("whatsapp_signature_failures_total", reason=reason) == 1
    short = {"X-Hub-Signature-256": good[:-1]}
    foreign = {"X-Hub-Signature-256": ("sha256=" + "é" * 64).encode()}
    for headers in (short, foreign):
        answer = webhook.client.post(f"{webhook.url}/webhook/whatsapp", content=raw, headers=headers)
        assert answer.status_code == 401
    assert topic.messages() == []
    assert list(documents.collection("inbox").stream()) == []
    assert "a word nobody may read" not in webhook.process.log.read_text()


def test_a_signed_body_that_is_no_json_object_is_refused_with_400(webhook: Webhook, topic: Topic) -> None:
    for raw in (
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 5000,
        b'{"a":' + b"9" * 5000 + b"}",
    ):
        answer = webhook.post(raw)
        assert answer.status_code == 400, raw[:20]
        assert "error" in answer.json()
    assert topic.messages() == []


def test_a_body_over_three_megabytes_is_refused_before_it_has_all_come(webhook: Webhook) -> None:
    raw = b'{"pad":"' + b"x" * (4 << 20) + b'"}'
    assert webhook.post(raw).status_code == 413

    def endless():  # type: ignore[no-untyped-def]
        for _ in range(10_000):
            yield b"x" * 65536

    answer = webhook.client.post(
        f"{webhook.url}/webhook/whatsapp", content=endless(), headers=bodies.signed(b"")
    )
    assert answer.status_code == 413
    assert webhook.get("/health").status_code == 200


def test_a_body_of_just_under_three_megabytes_is_accepted(webhook: Webhook, topic: Topic) -> None:
    messages = [bodies.text("x" * 290_000, sender=f"551199999000{n}") for n in range(10)]
    assert webhook.post(bodies.of(*messages)).status_code == 200
    assert len(topic.messages(10)) == 10


def test_strange_but_signed_bodies_are_kept_and_answered_with_200(webhook: Webhook, topic: Topic) -> None:
    strange = [
        {},
        {"object": "page", "entry": "none"},
        {"entry": [None, 7, {"id": "1"}, {"id": "2", "changes": "no list"}]},
        bodies.notification({"field": "from_the_future", "value": {"shape": ["unknown"]}}),
        bodies.notification({"field": "messages", "value": None}),
        bodies.notification({"field": "messages", "value": {"messages": ["no object"]}}),
        bodies.notification({"field": "messages", "value": {"messages": [{"type": "text"}]}}),
        bodies.of({**bodies.text("half an emoji \ud83d"), "from": "\ud83d"}),
        bodies.of({**bodies.text(), "id": "x" * 5000, "type": "y" * 5000}),
    ]
    for body in strange:
        assert webhook.post(body).status_code == 200, body
    assert len(topic.messages(11)) == 11


def test_a_body_nested_to_any_depth_is_kept_or_refused_and_never_fails(
    webhook: Webhook, topic: Topic, documents: firestore.Client
) -> None:
    """Somewhere is the depth that Python can just read and cannot write again."""
    answers = {}
    for depth in (100, *range(880, 1000, 5)):
        nested = "[" * depth + "]" * depth
        raw = bodies.encoded(bodies.notification({"field": "x", "value": "HERE"}))
        answers[depth] = webhook.post(raw.replace(b'"HERE"', nested.encode())).status_code
    assert set(answers.values()) == {200, 400}, answers
    assert answers[100] == 200
    accepted = list(answers.values()).count(200)
    assert len(topic.messages(accepted)) == accepted
    assert len(list(documents.collection("inbox").stream())) == accepted, "a refused body leaves no claim"


def test_the_handshake_answers_the_bare_challenge(webhook: Webhook) -> None:
    good = {
        "hub.mode": "subscribe",
        "hub.verify_token": "the-verify-token-of-the-tests",
        "hub.challenge": "test123",
    }
    answer = webhook.get("/webhook/whatsapp", **good)
    assert (answer.status_code, answer.text) == (200, "test123")
    assert answer.headers["content-type"].startswith("text/plain")
    assert webhook.get("/webhook/whatsapp", **{**good, "hub.verify_token": "é"}).status_code == 403
    assert webhook.get("/webhook/whatsapp", **{**good, "hub.mode": "unsubscribe"}).status_code == 403
    for name in good:
        rest = {key: value for key, value in good.items() if key != name}
        assert webhook.get("/webhook/whatsapp", **rest).status_code == 400
    assert "the-verify-token-of-the-tests" not in webhook.process.log.read_text()


def test_other_paths_and_methods_are_told_so(webhook: Webhook) -> None:
    assert webhook.get("/metrics").status_code == 404
    answer = webhook.client.put(f"{webhook.url}/webhook/whatsapp", content=b"")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_ready_names_what_cannot_be_reached(start_webhook: StartWebhook) -> None:
    webhook = start_webhook()  # its topic was never made
    answer = webhook.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["firestore"] == "ok"
    assert "NOT_FOUND" in answer.json()["checks"]["pubsub"]
    assert webhook.get("/health").status_code == 200


def test_a_log_line_carries_the_trace_and_no_phone_number_and_no_text(webhook: Webhook, topic: Topic) -> None:
    raw = bodies.encoded(bodies.of(bodies.text("segredo")))
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    headers = {**bodies.signed(raw), "traceparent": f"00-{trace_id}-b7ad6b7169203331-01"}
    webhook.client.post(f"{webhook.url}/webhook/whatsapp", content=raw, headers=headers)
    (line,) = [entry for entry in webhook.logs() if entry["message"] == "published"]
    assert line["logging.googleapis.com/trace"].endswith(f"/traces/{trace_id}")
    assert line["person"] == "55119****0001"
    assert bodies.ANA not in webhook.process.log.read_text()
    assert "segredo" not in webhook.process.log.read_text()
    (published,) = topic.messages(1)
    assert trace_id in published.attributes["traceparent"]
