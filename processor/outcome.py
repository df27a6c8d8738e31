"""What becomes of a pushed delivery: the label of the metric, the sentence of the log line, acknowledged or not."""

import enum
from collections.abc import Mapping


class Outcome(enum.StrEnum):
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
    {Outcome.IN_PROGRESS, Outcome.WAITING, Outcome.LATER, Outcome.PAUSED, Outcome.AWAY, Outcome.BROKEN}
)
_EXPECTED = frozenset(
    {Outcome.ANSWERED, Outcome.SILENT, Outcome.DUPLICATE, Outcome.RECORDED, Outcome.IN_PROGRESS}
)
_SENTENCES: Mapping[Outcome, str] = {
    Outcome.ANSWERED: "answered",
    Outcome.SILENT: "needs no answer",
    Outcome.DUPLICATE: "duplicate",
    Outcome.PARKED: "answered, but a send is unclear and waits for a person",
    Outcome.FAILED: "not answered: Meta refused every reply",
    Outcome.RECORDED: "recorded",
    Outcome.FOREIGN: "not answered: it came to another number than WHATSAPP_PHONE_NUMBER_ID",
    Outcome.IN_PROGRESS: "in progress elsewhere",
    Outcome.WAITING: "a send is unclear: waits for its status",
    Outcome.LATER: "could not be sent now: comes again",
    Outcome.PAUSED: "nothing is sent at the moment: comes again",
    Outcome.AWAY: "Firestore is away: comes again",
    Outcome.BROKEN: "could not be handled: comes again, and at last is a dead letter",
}
