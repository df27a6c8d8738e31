"""The same duties the straightforward way: Flask, the high-level Firestore and Pub/Sub clients, one message at a time.

Verified, created if absent, published and waited for, answered.  No lease, no confirmation, no order: this is the
yardstick, not a proposal.  Served by gunicorn, one worker, threads.
"""

import hashlib
import hmac
import os

from flask import Flask, Response, abort, request
from google.api_core.exceptions import AlreadyExists
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore, pubsub_v1  # type: ignore[attr-defined]  # the namespace package has no stubs

app = Flask(__name__)
project = os.environ["GOOGLE_CLOUD_PROJECT"]
secret = os.environ["WHATSAPP_WEBHOOK_SECRET"].encode()
inbox = firestore.Client(project=project, credentials=AnonymousCredentials()).collection("simple_inbox")  # type: ignore[no-untyped-call]  # google-auth is untyped there
publisher = pubsub_v1.PublisherClient()
topic = publisher.topic_path(project, "whatsapp-deliveries")


@app.post("/webhook/whatsapp")
def webhook() -> dict[str, str] | Response:
    """Takes every message and status of the body."""
    raw = request.get_data()
    expected = "sha256=" + hmac.new(secret, raw, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Hub-Signature-256", "")):
        abort(401)
    for entry in request.get_json()["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            for item in (*value.get("messages", ()), *value.get("statuses", ())):
                name = hashlib.sha256(f"{item['id']}:{item.get('status')}".encode()).hexdigest()
                try:
                    inbox.document(name).create({"received_at": firestore.SERVER_TIMESTAMP})
                except AlreadyExists:
                    continue
                publisher.publish(topic, raw, message_id=item["id"]).result(timeout=30)
    return {"status": "ok"}


@app.get("/health")
def health() -> str:
    """It runs."""
    return "ok"
