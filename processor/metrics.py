"""The processor's metrics; each label's values are a closed set, whatever a body says."""

from prometheus_client import Counter, Gauge, Histogram
from wacloud.error_codes import TABLE

from cloud.metrics import FAST, SLOW
from processor.protocol.reply import OF_STATUS

SENT = Counter("whatsapp_messages_sent_total", "Replies that Meta accepted", ["type"])
DELIVERIES = Counter(
    "whatsapp_deliveries_total", "Pushed deliveries by what became of them", ["kind", "outcome"]
)
GRAPH_ERRORS = Counter(
    "whatsapp_graph_errors_total", "Sends that did not come back with a message id", ["kind", "code"]
)
REPLIES_FAILED = Counter("whatsapp_replies_failed_total", "Replies that nobody will get", ["kind"])
AMBIGUOUS = Counter("whatsapp_sends_ambiguous_total", "Sends whose fate at Meta is unclear")
RESENT = Counter("whatsapp_sends_resent_total", "Unclear sends that were sent once more")
PARKED = Counter("whatsapp_sends_parked_total", "Unclear sends that wait for a person")
STATUSES = Counter("whatsapp_statuses_total", "Status webhooks", ["status"])
LEASES_LOST = Counter("whatsapp_leases_lost_total", "Leases that were lost while their push still worked")
EVENTS = Counter("whatsapp_events_total", "Events of the bot's that were published", ["topic"])
TIMERS = Counter("whatsapp_timers_published_total", "Timers that a tick has published, copies included")
REFUSED = Counter("whatsapp_pushes_refused_total", "Push requests that were not handled", ["reason"])
PAUSED = Gauge("whatsapp_number_paused", "1 while nothing is sent: token, permission or account are refused")

REPLY_SECONDS = Histogram(
    "whatsapp_reply_seconds",
    "From the webhook's receipt to Meta's acceptance of the first reply",
    buckets=SLOW,
)
GRAPH_SECONDS = Histogram("whatsapp_graph_seconds", "Time of a send, its tries included", buckets=SLOW)
PUSH_SECONDS = Histogram("whatsapp_push_seconds", "Answer time of POST /pubsub/push", buckets=FAST)

# A series that stands at zero from the start can be told from one that is missing.
for _reason in ("caller", "certificates", "too_large", "envelope", "internal"):
    REFUSED.labels(_reason)
for _kind in ("transient", "throttled", "request", "recipient", "window", "not_sent", "ambiguous"):
    GRAPH_ERRORS.labels(_kind, "none")
GRAPH_ERRORS.labels("access", "190")
_CODES = frozenset(code for entry in TABLE for code in range(entry.code, (entry.last or entry.code) + 1))


def count_graph_error(kind: str, code: int | None) -> None:
    """One more send that failed; codes that Meta does not document share a label."""
    label = "none" if code is None else str(code) if code in _CODES else "other"
    GRAPH_ERRORS.labels(kind, label).inc()


def count_status(status: str) -> None:
    """One more status webhook."""
    STATUSES.labels(status if status in OF_STATUS else "other").inc()
