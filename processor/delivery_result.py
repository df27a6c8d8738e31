"""What becomes of a pushed delivery: the label of the metric, the sentence of the log line, acknowledged or not."""

import enum
from collections.abc import Mapping


class DeliveryResult(enum.StrEnum):
    """What became of a pushed delivery; `acked` ones are not pushed again."""

    ANSWERED = "answered"
    SILENT = "silent"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    FAILED = "failed"
    RECORDED = "recorded"
    FOREIGN = "foreign"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    LATER = "later"
    PAUSED = "paused"
    AWAY = "away"
    BROKEN = "broken"

    @property
    def acked(self) -> bool:
        """Whether nothing is left to do."""
        return self not in _NACKED

    @property
    def expected(self) -> bool:
        """Whether this is how it should be, and nobody need look."""
        return self in _EXPECTED

    @property
    def sentence(self) -> str:
        """As the log says it."""
        return _SENTENCES[self]


_NACKED = frozenset(
    {
        DeliveryResult.IN_PROGRESS,
        DeliveryResult.WAITING,
        DeliveryResult.LATER,
        DeliveryResult.PAUSED,
        DeliveryResult.AWAY,
        DeliveryResult.BROKEN,
    }
)
_EXPECTED = frozenset(
    {
        DeliveryResult.ANSWERED,
        DeliveryResult.SILENT,
        DeliveryResult.DUPLICATE,
        DeliveryResult.RECORDED,
        DeliveryResult.IN_PROGRESS,
    }
)
_SENTENCES: Mapping[DeliveryResult, str] = {
    DeliveryResult.ANSWERED: "answered",
    DeliveryResult.SILENT: "needs no answer",
    DeliveryResult.DUPLICATE: "duplicate",
    DeliveryResult.PARKED: "answered, but a send is unclear and waits for a person",
    DeliveryResult.FAILED: "not answered: Meta refused every reply",
    DeliveryResult.RECORDED: "recorded",
    DeliveryResult.FOREIGN: "not answered: it came to another number than WHATSAPP_PHONE_NUMBER_ID",
    DeliveryResult.IN_PROGRESS: "in progress elsewhere",
    DeliveryResult.WAITING: "a send is unclear: waits for its status",
    DeliveryResult.LATER: "could not be sent now: comes again",
    DeliveryResult.PAUSED: "nothing is sent at the moment: comes again",
    DeliveryResult.AWAY: "Firestore is away: comes again",
    DeliveryResult.BROKEN: "could not be handled: comes again, and at last is a dead letter",
}
