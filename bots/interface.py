"""The contract between a bot and the processor: what a bot is given, and what it may answer.

A bot is a pure function.  It does nothing itself: it says what shall happen, and the processor carries that out once,
whatever crashes.  So it is tested without a mock and replaced by naming another `module:object` in BOT.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from wacloud.inbound import Message
from wacloud.outbound import Outbound
from wacloud.person import Person


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a bot knows before an occasion.

    `state`: the bot's own JSON, kept between messages; `name`: the person's own word for themselves; `opted_out`: they
    asked to be left alone.
    """

    state: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    person: Person = field(default_factory=Person)
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that the bot set earlier is due."""

    id: str
    due_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer to set, or to move: one with the same id is replaced.  `due_at` is aware, `data` is JSON."""

    id: str
    due_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that others shall hear of: published to a topic at least once, under an id that tells copies."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    topic: str = "leads"


@dataclass(frozen=True, slots=True)
class Query:
    """A question to one of the bot's ports.  The bot is asked again with the answer under `facts[name]`."""

    name: str
    port: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What shall happen; `Decision()` changes nothing.

    `replies` go out in their order.  `state` None keeps the state, `opted_out` None keeps that.  `timers` are set or
    moved, the ids of `cancel` are taken away.
    """

    replies: tuple[Outbound, ...] = ()
    state: Mapping[str, Any] | None = None
    opted_out: bool | None = None
    events: tuple[Event, ...] = ()
    timers: tuple[Timer, ...] = ()
    cancel: tuple[str, ...] = ()


Occasion = Message | TimerFired
Answer = Decision | Sequence[Query]


class PortError(Exception):
    """A port could not answer; the message says why.  The bot gets the fact {"error": message}."""


class Port(Protocol):
    """What answers a bot's queries with JSON.  Raises PortError."""

    async def __call__(self, arguments: Mapping[str, Any]) -> Any: ...


class Decider(Protocol):
    """What BOT names.  The same arguments give the same answer; what it raises is tried again, then a dead letter.

    `facts`: Query.name → the port's answer, empty at first.  `now`: aware; when the message was written, or when the
    timer fired.  A decider may have an attribute `ports`: Mapping[str, Port].
    """

    def __call__(
        self, conversation: Conversation, occasion: Occasion, facts: Mapping[str, Any], now: datetime
    ) -> Answer | Awaitable[Answer]: ...
