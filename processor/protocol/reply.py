"""One reply and its life: a table says which status follows which.  Pure.

The statuses stand in their order.  A reply moves to the right, so what status webhooks say commutes: in any order and
any number of times the outcome is the same.  The one step to the left, `sending` to `pending`, is for a send that surely
was not accepted.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, Self, get_args

Status = Literal["pending", "sending", "unknown", "sent", "failed", "delivered", "read", "played"]
STATUSES: tuple[Status, ...] = get_args(Status)


class IllegalMoveError(Exception):
    """Something happened that cannot happen in this state: a defect of the code; the message names both."""


class Move(StrEnum):
    """What moves a reply."""

    BEGUN = "begun"
    BEGUN_AGAIN = "begun once more"
    REPLACED = "replaced by the template"
    ACCEPTED = "accepted"
    REFUSED = "refused for good"
    NOT_ACCEPTED = "surely not accepted"
    UNCLEAR = "unclear"
    CRASHED = "under way in a crash"
    STATUS_SENT = "status: sent"
    STATUS_FAILED = "status: failed"
    STATUS_DELIVERED = "status: delivered"
    STATUS_READ = "status: read"
    STATUS_PLAYED = "status: played"


def _forward(to: Status) -> dict[Status, Status]:
    """Whatever is left of `to` becomes it; the others stay."""
    rank = STATUSES.index
    return {status: to if rank(status) < rank(to) else status for status in STATUSES}


def _only(source: Status, to: Status) -> dict[Status, Status]:
    """`source` becomes `to`; the others stay, because a status webhook was faster."""
    return {status: to if status == source else status for status in STATUSES}


# Every move, and what each status becomes by it.  A status that a row does not have makes the move illegal.
MOVES: dict[Move, Mapping[Status, Status]] = {
    Move.BEGUN: {"pending": "sending"},
    Move.BEGUN_AGAIN: {"unknown": "sending"},
    Move.REPLACED: _only("sending", "sending"),
    Move.ACCEPTED: _forward("sent"),
    Move.REFUSED: _forward("failed"),
    Move.NOT_ACCEPTED: _only("sending", "pending"),
    Move.UNCLEAR: _only("sending", "unknown"),
    Move.CRASHED: _only("sending", "unknown"),
    Move.STATUS_SENT: _forward("sent"),
    Move.STATUS_FAILED: _forward("failed"),
    Move.STATUS_DELIVERED: _forward("delivered"),
    Move.STATUS_READ: _forward("read"),
    Move.STATUS_PLAYED: _forward("played"),
}
# The moves of Meta's status webhooks, by the status's name there.
OF_STATUS: Mapping[str, Move] = {
    "sent": Move.STATUS_SENT,
    "failed": Move.STATUS_FAILED,
    "delivered": Move.STATUS_DELIVERED,
    "read": Move.STATUS_READ,
    "played": Move.STATUS_PLAYED,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send.

    `to`: {wa_id, user_id} of the person; `payload`: the Graph API's request body; `attempts`: how often a send of it
    was begun; `at`: when it last moved; `resent`: an unclear send of it was sent once more; `parked`: its fate is
    unclear for good and waits for a person.
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
        return self.parked or self.status not in ("pending", "sending", "unknown")

    def moved(
        self,
        move: Move,
        at: dt.datetime,
        *,
        wamid: str | None = None,
        error: Mapping[str, Any] | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> Self:
        """After the move; what is learnt on the way is kept.  Raises IllegalMoveError."""
        status = MOVES[move].get(self.status)
        if status is None:
            raise IllegalMoveError(f"a reply that is {self.status} cannot be {move}")
        known = replace(self, wamid=self.wamid or wamid)
        begun = status == "sending" and move in (Move.BEGUN, Move.BEGUN_AGAIN, Move.REPLACED)
        if status == self.status and not begun:
            return known
        return replace(
            known,
            payload=self.payload if payload is None else payload,
            status=status,
            attempts=self.attempts + begun,
            error=error,
            at=at,
            resent=self.resent or move is Move.BEGUN_AGAIN,
            parked=False,
        )

    def as_fields(self) -> dict[str, Any]:
        """As Firestore keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> Self:
        """The inverse; fields of a later version are passed over."""
        return cls(**{name: fields[name] for name in cls.__slots__ if name in fields})


@dataclass(frozen=True, slots=True)
class CallbackKey:
    """What a send carries as `biz_opaque_callback_data`, and its status webhooks bring back."""

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
