"""What is written down about one message of the topic: the replies to it, the events to publish, how far it is.  Pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from processor.protocol.reply import Reply


class State(enum.StrEnum):
    """How far a message is, as its document says."""

    CLAIMED = "claimed"
    PLANNED = "planned"
    DONE = "done"


class Position(enum.StrEnum):
    """What comes next for a message; it follows from the entry."""

    UNDECIDED = "undecided"  # the bot is to be asked
    PENDING = "pending"  # the next reply is to be sent
    SENDING = "sending"  # the next reply is being sent
    UNCLEAR = "unclear"  # nobody knows whether the next reply was accepted
    REPLIED = "replied"  # every reply is settled; events may be left to publish
    DONE = "done"


_OF_NEXT = {"pending": Position.PENDING, "sending": Position.SENDING, "unknown": Position.UNCLEAR}


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event of the bot's that is not published yet; `id` tells copies."""

    id: str
    name: str
    topic: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: decided once, its replies sent one after the other, then its events published."""

    state: State = State.CLAIMED
    replies: tuple[Reply, ...] = ()
    events: tuple[PlannedEvent, ...] = ()

    @property
    def next(self) -> int | None:
        """The first reply with something left to do."""
        return next((index for index, reply in enumerate(self.replies) if not reply.settled), None)

    @property
    def position(self) -> Position:
        """What comes next."""
        if self.state is State.CLAIMED:
            return Position.UNDECIDED
        if self.state is State.DONE:
            return Position.DONE
        index = self.next
        return Position.REPLIED if index is None else _OF_NEXT[self.replies[index].status]

    def having(self, index: int, reply: Reply) -> "Entry":
        """With that reply in the place of its earlier self."""
        return replace(self, replies=(*self.replies[:index], reply, *self.replies[index + 1 :]))
