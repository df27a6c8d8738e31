"""A plan: the replies to one delivery, and how each moves.  Pure; where it is stored is said in outbox.py.

    pending < sending < unknown < sent < failed < delivered < read < played

A reply only moves to the right, so what status webhooks say commutes: in any order and any number of times the
outcome is the same.  The one step back, `sending` to `pending`, is for a send that surely was not accepted.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, get_args

Status = Literal["pending", "sending", "unknown", "sent", "failed", "delivered", "read", "played"]
# What Meta's webhooks say; the others are ours.
TOLD = frozenset({"sent", "delivered", "read", "played", "failed"})
_RANK: dict[str, int] = {status: rank for rank, status in enumerate(get_args(Status))}


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send.

    `to`: {wa_id, user_id} of the person; `payload`: the Graph API's request body; `attempts`: how often a send of it
    was begun; `at`: when it last moved; `parked`: its fate is unclear for good and waits for a person.
    """

    to: Mapping[str, Any]
    payload: Mapping[str, Any]
    status: Status = "pending"
    attempts: int = 0
    wamid: str | None = None
    error: Mapping[str, Any] | None = None
    at: dt.datetime | None = None
    resent: bool = False
    parked: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.parked or _RANK[self.status] >= _RANK["sent"]

    def moved(
        self,
        status: Status,
        at: dt.datetime,
        *,
        wamid: str | None = None,
        error: Mapping[str, Any] | None = None,
    ) -> Self:
        """With this status, if that is a step forward; what is learnt on the way is kept."""
        known = replace(self, wamid=self.wamid or wamid)
        if _RANK[status] <= _RANK[self.status]:
            return known
        return replace(known, status=status, at=at, error=error, parked=False)

    def begun(self, at: dt.datetime) -> Self:
        """About to be sent: written down before the Graph API is called."""
        return replace(self, status="sending", attempts=self.attempts + 1, at=at)

    def put_back(self) -> Self:
        """The send that was begun was surely not accepted."""
        return replace(self, status="pending") if self.status == "sending" else self

    def as_fields(self) -> dict[str, Any]:
        """As Firestore keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> Self:
        """The inverse; fields of a later version are passed over."""
        return cls(**{name: fields[name] for name in cls.__slots__ if name in fields})


@dataclass(frozen=True, slots=True)
class CallbackKey:
    """What a reply carries as `biz_opaque_callback_data`, and its status webhooks bring back."""

    outbox_id: str
    reply: int
    attempt: int

    def __str__(self) -> str:
        return f"{self.outbox_id}.{self.reply}.{self.attempt}"

    @classmethod
    def parse(cls, text: object) -> "CallbackKey | None":
        """None where it is not ours."""
        parts = text.split(".") if isinstance(text, str) else []
        if len(parts) != 3 or len(parts[0]) != 64 or not (parts[1].isdecimal() and parts[2].isdecimal()):
            return None
        return cls(parts[0], int(parts[1]), int(parts[2]))


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided for one delivery: never decided again."""

    replies: tuple[Reply, ...] = ()
    lead: Mapping[str, Any] | None = field(default=None)

    @property
    def next(self) -> int | None:
        """The first reply with something left to do: they go out one after the other."""
        return next((index for index, reply in enumerate(self.replies) if not reply.settled), None)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do at all."""
        return self.next is None and not self.lead

    def having(self, index: int, reply: Reply) -> "Plan":
        """With that reply in the place of its earlier self."""
        replies = (*self.replies[:index], reply, *self.replies[index + 1 :])
        return replace(self, replies=replies)

    def changed(self, index: int, change: Callable[[Reply], Reply]) -> "Plan":
        """With what the change makes of that reply."""
        return self.having(index, change(self.replies[index]))

    def unclear(self, index: int, at: dt.datetime) -> "Plan":
        """Nobody knows whether that send was accepted."""
        return self.changed(index, lambda reply: reply.moved("unknown", at))

    def again(self, index: int, at: dt.datetime) -> "Plan":
        """That unclear reply about to be sent once more, unless a status has settled it."""
        reply = self.replies[index]
        return self if reply.settled else self.having(index, replace(reply, resent=True).begun(at))

    def parked(self, index: int, at: dt.datetime) -> "Plan":
        """That unclear reply left to a person, unless a status has settled it."""
        reply = self.unclear(index, at).replies[index]
        return self if reply.settled else self.having(index, replace(reply, parked=True))

    def not_begun(self) -> "Plan":
        """With the send put back that was written down, and surely not begun."""
        return self if self.next is None else self.changed(self.next, Reply.put_back)

    def told(
        self,
        key: CallbackKey,
        status: Status,
        at: dt.datetime,
        *,
        wamid: str | None,
        error: Mapping[str, Any] | None,
    ) -> "Plan":
        """After a status webhook that named the key; the same plan where it tells nothing new."""
        if key.reply >= len(self.replies):
            return self
        reply = self.replies[key.reply]
        if status == "failed" and key.attempt < reply.attempts:
            return self  # an earlier try failed; a later one stands
        return self.having(key.reply, reply.moved(status, at, wamid=wamid, error=error))
