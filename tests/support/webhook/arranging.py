"""What the tests of the running webhook arrange: Meta's retries, and what another process may have left in the inbox."""

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from google.cloud import firestore
from wacloud.notification import split

from tests.integration.webhook.conftest import Webhook

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def come_again_until_200(webhook: Webhook, body: Any, *, pause: float = 0.1) -> list[int | str]:
    """Meta's retries; what each of them got."""
    answers: list[int | str] = []
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answers.append(try_once(webhook, body))
        if answers[-1] == 200:
            return answers
        time.sleep(pause)
    pytest.fail(f"never 200: {answers}")


def try_once(webhook: Webhook, body: Any) -> int | str:
    """The answer's status code, or that the process died."""
    try:
        return webhook.post(body).status_code
    except httpx.TransportError:
        return "died"


def leave_document(documents: firestore.Client, body: Mapping[str, Any], **fields: object) -> None:
    """The inbox document of a body's one delivery: a claim of another process, its lease running, but for `fields`."""
    (delivery,) = split(dict(body))
    now = dt.datetime.now(dt.UTC)
    documents.document("inbox", delivery.document_id).set(
        {
            "state": "claimed",
            "owner": "another process",
            "lease_until": now + dt.timedelta(seconds=30),
            "received_at": now,
            "expire_at": now + dt.timedelta(hours=24),
            "delivery_id": delivery.id,
            "kind": delivery.kind,
            **fields,
        }
    )
