"""Every call of the intake protocol is a crash point: before it, while it is under way, after it.

At each the process is killed (or the reply lost), Meta comes again until it gets 200, and then the message is on the
topic; once the claim is confirmed, never again.  A message may be there twice only where the crash fell between
publishing and confirming: that is what the processor's own claim is for.
"""

import datetime as dt
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.cloud import firestore

from tests import bodies
from tests.integration.webhook.conftest import StartWebhook, Topic, Webhook
from whatsapp.notification import split

LEASE = 1.6
MODES = ("before", "during", "lost", "after")


def come_again_until_200(webhook: Webhook, body: Any) -> list[int | str]:
    """Meta's retries; what each of them got."""
    answers: list[int | str] = []
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            answers.append(webhook.post(body).status_code)
        except httpx.TransportError:
            answers.append("died")
        if answers[-1] == 200:
            return answers
        time.sleep(0.2)
    pytest.fail(f"never 200: {answers}")


def left_behind(documents: firestore.Client, message: dict[str, Any]) -> None:
    """A claim whose owner died a while ago."""
    (delivery,) = split(bodies.of(message))
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    documents.document("inbox", delivery.document_id).set(
        {
            "state": "claimed",
            "owner": "a process that died",
            "lease_until": long_ago,
            "received_at": long_ago,
            "expire_at": long_ago + dt.timedelta(days=1),
            "delivery_id": delivery.id,
            "kind": "message",
        }
    )


@pytest.mark.parametrize("call", ["claim", "read", "take-over", "publish", "confirm", "release"])
def test_a_message_survives_a_crash_at(
    call: str, start_webhook: StartWebhook, topic: Topic, documents: firestore.Client, tmp_path: Path
) -> None:
    plan = tmp_path / "plan"
    webhook = start_webhook(
        source="tests/integration/webhook/crashing.py",
        FAULT_PLAN=str(plan),
        INTAKE_LEASE_SECONDS=str(LEASE),
        CLAIM_TIMEOUT_SECONDS="0.4",
        PUBLISH_TIMEOUT_SECONDS="0.7",
    )
    for mode in MODES:
        message = bodies.text()
        body = bodies.of(message)
        if call in ("read", "take-over"):
            left_behind(documents, message)
        if call == "release":
            topic.delete()
        plan.write_text(f"{call} {mode}")
        if call == "release":
            first: list[int | str] = []
            try:
                first.append(webhook.post(body).status_code)
            except httpx.TransportError:
                first.append("died")
            assert first != [200]
            topic.create()
        answers = come_again_until_200(webhook, body)
        assert not plan.exists(), f"{call} {mode}: the fault never happened"
        if mode in ("before", "during"):
            assert "died" in [*answers, *(first if call == "release" else [])], (call, mode, answers)

        time.sleep(LEASE if mode in ("lost", "after") else 0)  # a lease that runs out must not bring it back
        come_again_until_200(webhook, body)
        come_again_until_200(webhook, body)
        count = topic.wamids(1).count(message["id"])
        # Between publish and confirm (and where the claim's own reply was lost) a copy is allowed, and is one.
        most = 2 if (call, mode) in AMBIGUOUS else 1
        assert 1 <= count <= most, (call, mode, count, answers)
        (delivery,) = split(body)
        assert documents.document("inbox", delivery.document_id).get().get("state") == "published"


AMBIGUOUS = {
    ("publish", "during"),  # on the topic, the claim still only claimed
    ("publish", "lost"),
    ("publish", "after"),
    ("confirm", "before"),
    ("claim", "lost"),  # published unclaimed; the claim that was applied runs out and a copy takes it over
    ("read", "lost"),
    ("take-over", "lost"),
}
