"""What a bot is: a pure function of a conversation and a message.

It returns what shall happen and does nothing itself, so it is tested without a mock, replaced by naming another
`module:object` in BOT, and never run twice for a message whose plan is stored.  bots/faciliauto is the one that
is used unless another is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from wacloud.inbound import Message
from wacloud.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a bot knows before a message: `state` is its own, kept between messages, `name` the person's own word."""

    state: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What shall happen: replies in their order, the new state, and a lead for the sales team, if any.

    `opted_out` None leaves that as it is, so that no bot forgets by accident who asked to be left alone.
    `state` and `lead` hold what JSON holds; `lead` is published to the `leads` topic at least once.
    """

    replies: tuple[Outbound, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    opted_out: bool | None = None
    lead: Mapping[str, Any] | None = None


class Bot(Protocol):
    """Decides.  Must not block, and must answer the same to the same: what it raises is tried again, then a dead letter."""

    def __call__(self, conversation: Conversation, message: Message) -> Decision: ...
