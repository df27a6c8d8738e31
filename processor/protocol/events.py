"""What can happen to a message of the topic, and what is to be done then: the machine's input and output.  Data only."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from processor.delivery_result import DeliveryResult
from processor.protocol.entry import Entry, PlannedEvent
from processor.protocol.reply import Reply

# ---- events


@dataclass(frozen=True, slots=True)
class Claimed:
    """The document was created: this push is the first to work on the message."""


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """The document was there, and nobody's lease runs on it: an earlier push gave it up or died."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The bot has answered; `commit`: the writes that must be stored together with the plan, or not at all."""

    replies: tuple[Reply, ...]
    events: tuple[PlannedEvent, ...] = ()
    commit: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class NotDecided:
    """The bot raised, or the plan could not be stored: nothing was sent."""

    result: DeliveryResult


@dataclass(frozen=True, slots=True)
class Accepted:
    """Meta has given the send a message id."""

    reply: int
    attempt: int
    wamid: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """The send surely was not accepted; `kind` is one of policy.CONSEQUENCES, `error` is kept in a failed reply.

    `retry_after`: seconds that Meta asks to wait, None where nobody said.
    """

    reply: int
    attempt: int
    kind: str
    error: Mapping[str, Any]
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """The send may have been accepted: its answer is missing or cannot be read."""

    reply: int
    attempt: int


@dataclass(frozen=True, slots=True)
class StatusReceived:
    """A status webhook named the reply; whoever holds the message.  `status`: one of reply.OF_STATUS."""

    reply: int
    attempt: int
    status: str
    at: dt.datetime
    wamid: str | None = None
    error: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The topics have the events."""


@dataclass(frozen=True, slots=True)
class PublishFailed:
    """A topic did not take an event in time."""


@dataclass(frozen=True, slots=True)
class LeaseLost:
    """The document is another push's now, or the lease could not be renewed; `accepted`: what was not written down."""

    accepted: Accepted | None = None


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """Firestore did not take a write in time: the document is as it was, or as it was to be."""


Event = (
    Claimed
    | Reclaimed
    | Decided
    | NotDecided
    | Accepted
    | Refused
    | Unclear
    | StatusReceived
    | Published
    | PublishFailed
    | LeaseLost
    | StoreFailed
)

# ---- effects


class Precondition(StrEnum):
    """What must hold for a write to be applied."""

    UNCHANGED = "the document is as it was read"
    NONE = "nothing"


class Counted(StrEnum):
    """What is counted, and told in the log."""

    CRASHED = "a send was under way in a crash"
    UNCLEAR = "a send is unclear"
    RESENT = "an unclear send is sent once more"
    PARKED = "an unclear send waits for a person: look whether it arrived"
    FAILED = "a reply will not be sent"


@dataclass(frozen=True, slots=True)
class AskBot:
    """Load the conversation and ask the bot; Decided or NotDecided follows."""


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Show the person that their message is read and an answer is being written."""


@dataclass(frozen=True, slots=True)
class Write:
    """Store the entry and keep the lease; `commit`: in one atomic commit with these writes."""

    entry: Entry
    precondition: Precondition = Precondition.UNCHANGED
    commit: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Amend:
    """Store what a status says, whoever holds the message; `end_wait`: a push that waits need wait no longer."""

    entry: Entry
    end_wait: bool
    precondition: Precondition = Precondition.UNCHANGED


@dataclass(frozen=True, slots=True)
class ReleaseUntil:
    """Store the entry and give the lease up: nobody works on the message before `until`.

    Best effort: where it fails, the lease runs out by itself.
    """

    entry: Entry
    until: dt.datetime
    precondition: Precondition = Precondition.UNCHANGED


@dataclass(frozen=True, slots=True)
class Send:
    """Send a reply that stands written down as `sending`; Accepted, Refused or Unclear follows."""

    reply: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Let some seconds pass inside the push."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish the events; Published or PublishFailed follows."""

    events: tuple[PlannedEvent, ...]


@dataclass(frozen=True, slots=True)
class PauseNumber:
    """Send nothing for a while: Meta would refuse everything."""

    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tell:
    """Let whoever holds the message now know, as a status webhook would."""

    status: StatusReceived


@dataclass(frozen=True, slots=True)
class Count:
    """Add to a metric, and tell it in the log."""

    what: Counted
    number: int = 1
    kind: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """The push ends with this result: acknowledged, or pushed again later."""

    result: DeliveryResult


Effect = (
    AskBot
    | MarkRead
    | Write
    | Amend
    | ReleaseUntil
    | Send
    | Wait
    | Publish
    | PauseNumber
    | Tell
    | Count
    | End
)
