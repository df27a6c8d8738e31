"""Every call of the intake protocol is a crash point: before it, while it is under way, after it.

At each the process is killed (or the reply lost), Meta comes again until it gets 200, and then every message of the
body is on the topic; once its claim is confirmed, never again.  A message may be there twice only where the crash fell
between publishing and confirming, or where a claim's reply was lost: that is what the processor's own claim is for.
"""

import itertools
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from google.cloud import firestore
from wacloud.notification import split

from tests.integration.webhook.conftest import StartWebhook, Topic
from tests.support import bodies
from tests.support.webhook.arranging import LONG_AGO, come_again_until_200, leave_document, try_once

CALLS = ("claim", "read", "take-over", "publish", "publish-grouped", "confirm", "release")
MODES = ("before", "during", "lost", "after")
TWICE = {
    ("publish", "during"),  # on the topic, the claim still only claimed
    ("publish", "lost"),
    ("publish", "after"),
    ("publish-grouped", "during"),
    ("publish-grouped", "lost"),
    ("publish-grouped", "after"),
    ("confirm", "before"),
    ("claim", "lost"),  # published unclaimed; the claim that was applied runs out and a copy takes it over
    ("read", "lost"),
    ("take-over", "lost"),
}
times = itertools.count(1764000000)


def body_for(call: str) -> dict[str, Any]:
    """Two messages of one person and one of another; a change, which has no order, where that is published grouped."""
    if call == "publish-grouped":
        change = {"field": "account_update", "value": {"event": "PARTNER_ADDED"}}
        return bodies.notification(change, time=next(times))
    return bodies.of(bodies.text("1"), bodies.text("2"), bodies.text(sender="5511999990002"))


@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_lost_by_a_crash_at(
    call: str, start_webhook: StartWebhook, topic: Topic, documents: firestore.Client, tmp_path: Path
) -> None:
    plan = tmp_path / "plan"
    webhook = start_webhook(
        source="tests/support/webhook/crashing.py",
        FAULT_PLAN=str(plan),
        CLAIM_TIMEOUT_SECONDS="0.5",
        PUBLISH_TIMEOUT_SECONDS="0.9",
        INTAKE_LEASE_SECONDS="2",
    )
    if call == "release":
        topic.delete()
    requests = {mode: body_for(call) for mode in MODES}
    for mode, body in requests.items():
        if call in ("read", "take-over"):
            first = {**body, "entry": [split(body)[0].notification["entry"][0]]}
            leave_document(documents, first, lease_until=LONG_AGO)
        plan.write_text(f"{call} {mode}")
        answers = until_it_happened(plan, webhook, body)
        if mode in ("before", "during", "after"):
            assert "died" in answers, (mode, answers)
    if call == "release":
        topic.create()

    # Their leases run out at the same time.
    for body in (*requests.values(), *requests.values()):
        come_again_until_200(webhook, body)
    assert_published(call, requests, topic, documents)


def until_it_happened(plan: Path, webhook: Any, body: Any) -> list[int | str]:
    """Posts, once more where the last crash still kept the port closed; what each got."""
    answers = []
    deadline = time.monotonic() + 20
    while plan.exists():
        assert time.monotonic() < deadline, f"the fault never happened: {answers}"
        answers.append(try_once(webhook, body))
    return answers


def assert_published(
    call: str, requests: Mapping[str, Any], topic: Topic, documents: firestore.Client
) -> None:
    """Every delivery is on the topic, as often as the crash allows, in its person's order, and confirmed."""
    expected = {mode: split(body) for mode, body in requests.items()}
    found = [item.attributes["delivery_id"] for item in topic.messages(sum(map(len, expected.values())))]
    counts = Counter(found)
    for mode, deliveries in expected.items():
        most = 2 if (call, mode) in TWICE else 1
        for delivery in deliveries:
            assert 1 <= counts[delivery.id] <= most, (mode, delivery.id, found)
            document = documents.document("inbox", delivery.document_id).get()
            assert document.get("state") == "published", (mode, delivery.id)
        places = [found.index(delivery.id) for delivery in deliveries[:2]]
        assert places == sorted(places), (mode, found)
