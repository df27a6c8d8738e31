"""The webhook's metrics; each label's values are a closed set, whatever a body says."""

from prometheus_client import Counter, Gauge, Histogram
from wacloud.notification import Update
from wacloud.vocabulary import MESSAGE_TYPES, OTHER

from cloud.metrics import FAST

RECEIVED = Counter("whatsapp_messages_received_total", "Messages accepted and on the topic", ["type"])
UPDATES = Counter(
    "whatsapp_updates_received_total", "Statuses and other changes on the topic", ["kind", "type"]
)
DUPLICATES = Counter("whatsapp_duplicate_messages_total", "Copies of an update that is on the topic already")
ERRORS = Counter("whatsapp_webhook_errors_total", "Requests not answered with 200", ["reason"])
SIGNATURE_FAILURES = Counter(
    "whatsapp_signature_failures_total", "Requests that Meta did not sign", ["reason"]
)
SECRET_MATCHES = Counter(
    "whatsapp_signature_secret_matches_total", "Requests by the app secret that signed them", ["index"]
)
UNDECIDED = Counter(
    "whatsapp_dedupe_skipped_total", "Updates published without a claim: Firestore did not answer"
)
TAKEN_OVER = Counter("whatsapp_claims_taken_over_total", "Claims whose owner died between claim and confirm")
UNCONFIRMED = Counter("whatsapp_claims_unconfirmed_total", "Published updates that could not be marked so")
ADMITTED = Counter("whatsapp_requests_admitted_total", "Requests that got their share, signed or not")
REFUSED = Counter("whatsapp_requests_refused_total", "Requests refused unread: too much was in flight")
WAITING = Gauge("whatsapp_requests_waiting", "Requests that wait for a share of the budget")

ANSWER_SECONDS = Histogram("whatsapp_webhook_seconds", "Answer time of POST /webhook/whatsapp", buckets=FAST)
CLAIM_SECONDS = Histogram("whatsapp_claim_seconds", "Time a body's claims took", buckets=FAST)
PUBLISH_SECONDS = Histogram("whatsapp_publish_seconds", "Time a body's publishing took", buckets=FAST)

# A series that stands at zero from the start can be told from one that is missing.
for _reason in ("missing", "malformed", "wrong"):
    SIGNATURE_FAILURES.labels(_reason)
for _reason in (
    "signature",
    "not_json",
    "too_large",
    "in_progress",
    "publish_failed",
    "handshake",
    "busy",
    "slow",
    "internal",
):
    ERRORS.labels(_reason)
for _type in (*MESSAGE_TYPES, OTHER):
    RECEIVED.labels(_type)


def count(update: Update) -> None:
    """One more update on the topic."""
    if update.kind == "message":
        RECEIVED.labels(update.label).inc()
    else:
        UPDATES.labels(update.kind, update.label).inc()
