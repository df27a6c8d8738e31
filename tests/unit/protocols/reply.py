"""The reply protocol (processor/answers.py, processor/outbox.py) as a model: pushes of one message, one document, Graph.

A push is a request that Pub/Sub makes until one is acked.  `owner` is the token in the document: every write after the
claim is made on top of what is read, and only by the owner (`update_time` fences it; who finds it stale reads again and
stops if the owner is another).  Status webhooks write without owning.  `accepted` counts, per reply, what the person got;
`conversations` how often the bot's decision was stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

MOST = 4

ReplyStatus = Literal["pending", "sending", "unknown", "sent", "failed", "delivered"]
RANK = {
    name: rank for rank, name in enumerate(("pending", "sending", "unknown", "sent", "failed", "delivered"))
}


class At(StrEnum):
    """Where a push is in its request."""

    AWAY = "away"  # not here yet, or to come again
    CLAIM = "claim"
    DECIDE = "decide"
    NEXT = "next"  # looks at the first reply with something left to do
    SEND = "send"
    ACKED = "acked"


@dataclass(frozen=True)
class Push:
    """One request; `reply`: the one it sends."""

    at: At = At.AWAY
    reply: int = 0


@dataclass(frozen=True)
class Reply:
    """One reply as the document has it."""

    status: ReplyStatus = "pending"
    resent: bool = False
    parked: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.parked or RANK[self.status] >= RANK["sent"]


@dataclass(frozen=True)
class Document:
    """The outbox document."""

    state: Literal["claimed", "planned", "done"]
    owner: int | None
    lease_runs: bool = True
    window_runs: bool = False
    replies: tuple[Reply, ...] = ()

    @property
    def next(self) -> int | None:
        """The first reply with something left to do."""
        return next((index for index, reply in enumerate(self.replies) if not reply.settled), None)


@dataclass(frozen=True)
class State:
    """Everything there is."""

    pushes: tuple[Push, ...]
    accepted: tuple[int, ...]
    document: Document | None = None
    conversations: int = 0
    broken: str | None = None


Steps = Iterator[tuple[str, State]]


@dataclass(frozen=True)
class Answers:
    """The protocol as it is; each of the last fields weakens one thing."""

    pushes: int = 2
    replies: int = 1
    policy: Literal["resend", "park"] = "resend"
    lease_outlives_request: bool = True
    send_before_it_is_written: bool = False
    decide_again_after_a_crash: bool = False
    plan_apart_from_conversation: bool = False
    sending_is_pending_after_a_crash: bool = False
    timeout_is_a_failure: bool = False
    resend_for_ever: bool = False
    write_whoever_owns: bool = False
    statuses_go_backwards: bool = False
    send_when_firestore_is_away: bool = False

    def start(self) -> State:
        """Before the first push comes."""
        return State((Push(),) * self.pushes, (0,) * self.replies)

    def steps(self, state: State) -> Steps:
        """All that can happen next."""
        yield from self._time(state)
        yield from self._statuses(state)
        for push, request in enumerate(state.pushes):
            for event, following in self._request(state, push, request):
                sign, words = ("!", event[1:]) if event.startswith("!") else ("", event)
                yield f"{sign}{push}: {words}", following
            if request.at not in (At.AWAY, At.ACKED):
                yield f"!{push}: dies", _over(state, push, At.AWAY)

    def _time(self, state: State) -> Steps:
        document = state.document
        if document is None:
            return
        held = document.owner in _running(state) and self.lease_outlives_request
        if document.lease_runs and not held:
            yield "the lease runs out", replace(state, document=replace(document, lease_runs=False))
        if document.window_runs:
            yield "the window passes", replace(state, document=replace(document, window_runs=False))

    def _statuses(self, state: State) -> Steps:
        """Meta tells of what it accepted, by the key the reply carried; at any time, in any order, without a claim."""
        document = state.document
        if document is None:
            return
        names: tuple[ReplyStatus, ...] = ("sent", "delivered")
        for index, reply in enumerate(document.replies):
            for status in names if state.accepted[index] else ():
                if RANK[status] > RANK[reply.status] or (
                    self.statuses_go_backwards and status != reply.status
                ):
                    told = replace(reply, status=status, parked=False)
                    yield f"Meta: reply {index} {status}", _write(state, _having(document, index, told))

    def _request(self, state: State, push: int, request: Push) -> Steps:
        match request.at:
            case At.AWAY:
                yield "comes", _to(state, push, At.CLAIM)
            case At.CLAIM:
                yield from self._claim(state, push)
            case At.DECIDE:
                yield from self._decide(state, push)
            case At.NEXT:
                yield from self._next(state, push)
            case At.SEND:
                yield from self._send(state, push, request.reply)

    def _claim(self, state: State, push: int) -> Steps:
        document = state.document
        away = At.SEND if self.send_when_firestore_is_away else At.AWAY
        yield "!claim: Firestore is away, nack", _to(state, push, away)
        if document is None:
            claimed = replace(state, document=Document("claimed", push))
            yield "claim: created", _to(claimed, push, At.DECIDE)
            yield "!claim: created, no reply in time, nack", _over(claimed, push, At.AWAY)
        elif document.state == "done":
            yield "claim: done already, ack", _to(state, push, At.ACKED)
        elif document.lease_runs:
            yield "claim: somebody is at it, nack", _to(state, push, At.AWAY)
        else:
            again = document.state == "claimed" or self.decide_again_after_a_crash
            taken = replace(state, document=replace(document, owner=push, lease_runs=True))
            taken = taken if again else self._after_a_crash(taken)
            yield "claim: taken over", _to(taken, push, At.DECIDE if again else At.NEXT)
            yield "!claim: taken over, no reply in time, nack", _over(taken, push, At.AWAY)

    def _after_a_crash(self, state: State) -> State:
        """Whether what was being sent then has arrived, nobody knows."""
        document = state.document
        assert document is not None
        index = document.next
        if index is None or document.replies[index].status != "sending":
            return state
        status: ReplyStatus = "pending" if self.sending_is_pending_after_a_crash else "unknown"
        reply = replace(document.replies[index], status=status)
        return replace(
            state, document=replace(_having(document, index, reply), window_runs=status == "unknown")
        )

    def _decide(self, state: State, push: int) -> Steps:
        """The plan, the conversation and the first `sending`: one commit."""
        if not self._may_write(state, push):
            yield "decide: it is another's, stop", _over(state, push, At.AWAY)
            return
        decided = replace(state, conversations=min(MOST, state.conversations + 1))
        first = Reply("pending" if self.send_before_it_is_written else "sending")
        replies = (first, *(Reply() for _ in range(self.replies - 1)))
        planned = _write(decided, Document("planned", push, replies=replies))
        if self.plan_apart_from_conversation:
            yield "!decide: the conversation is stored, then it dies", _over(decided, push, At.AWAY)
        yield "decide: committed", _to(planned, push, At.SEND)
        yield "!decide: committed, its reply lost, dies", _over(planned, push, At.AWAY)
        yield "!decide: Firestore is away, released, nack", self._given_up(state, push)
        yield "!decide: committed, its reply lost, put back, nack", self._put_back(planned, push, 0)

    def _next(self, state: State, push: int) -> Steps:
        document = state.document
        if document is None or not self._may_write(state, push):
            yield "next: it is another's, stop", _over(state, push, At.AWAY)
            return
        index = document.next
        if index is None:
            yield (
                "next: nothing left, ack",
                _over(_write(state, replace(document, state="done")), push, At.ACKED),
            )
            return
        reply = document.replies[index]
        if reply.status != "unknown":
            yield "next: written as sending", _to(self._begun(state, index, reply), push, At.SEND, index)
        elif document.window_runs:
            yield "next: unknown, wait for a status, nack", self._given_up(state, push)
        elif self.policy == "resend" and (self.resend_for_ever or not reply.resent):
            begun = self._begun(state, index, replace(reply, resent=True))
            yield "next: unknown for long, written as sending once more", _to(begun, push, At.SEND, index)
        else:
            parked = _write(state, _having(document, index, replace(reply, parked=True)))
            yield "next: unknown for long, parked", _to(parked, push, At.NEXT)
        yield "!next: Firestore is away, nack", _over(state, push, At.AWAY)

    def _send(self, state: State, push: int, index: int) -> Steps:
        """What this push has written down it sends, whatever others have done meanwhile."""
        accepted = _accepted(state, index)
        yield "send: accepted", self._recorded(accepted, push, index, "sent")
        yield "!send: accepted, Firestore away for the record, nack", _over(accepted, push, At.AWAY)
        yield "!send: refused for good", self._recorded(state, push, index, "failed")
        yield "!send: never left, nack", self._put_back(state, push, index)
        unclear = self._put_back if self.timeout_is_a_failure else self._unclear
        yield "!send: accepted, no answer, nack", unclear(accepted, push, index)
        yield "!send: not accepted, no answer, nack", unclear(state, push, index)

    def _may_write(self, state: State, push: int) -> bool:
        return self.write_whoever_owns or (state.document is not None and state.document.owner == push)

    def _begun(self, state: State, index: int, reply: Reply) -> State:
        assert state.document is not None
        status: ReplyStatus = reply.status if self.send_before_it_is_written else "sending"
        return _write(state, _having(state.document, index, replace(reply, status=status)))

    def _recorded(self, state: State, push: int, index: int, status: ReplyStatus) -> State:
        """The outcome, and the next reply as `sending`, in one write."""
        document = state.document
        if document is None or not self._may_write(state, push):
            return _over(state, push, At.AWAY)
        reply = document.replies[index]
        if RANK[status] > RANK[reply.status]:
            document = _having(document, index, replace(reply, status=status))
        following = document.next
        if following is None or document.replies[following].status != "pending":
            return _to(_write(state, document), push, At.NEXT)
        begun = self._begun(_write(state, document), following, document.replies[following])
        return _to(begun, push, At.SEND, following)

    def _put_back(self, state: State, push: int, index: int) -> State:
        """Surely not accepted: the next push sends it, at once."""
        return self._given_up(state, push, index, "pending")

    def _unclear(self, state: State, push: int, index: int) -> State:
        return self._given_up(state, push, index, "unknown")

    def _given_up(
        self, state: State, push: int, index: int | None = None, status: ReplyStatus | None = None
    ) -> State:
        document = state.document
        if document is None or not self._may_write(state, push):
            return _over(state, push, At.AWAY)
        if index is not None and status is not None and document.replies[index].status == "sending":
            document = _having(document, index, replace(document.replies[index], status=status))
            document = replace(document, window_runs=status == "unknown")
        return _over(_write(state, replace(document, owner=None, lease_runs=False)), push, At.AWAY)


def broken(state: State) -> str | None:
    """R2 to R4."""
    document = state.document
    replies = document.replies if document is not None else ()
    for index, accepted in enumerate(state.accepted):
        resends = 1 if index < len(replies) and replies[index].resent else 0
        if accepted > 1 + resends:
            return f"R2: the person got reply {index} {accepted} times, resent {resends}"
    if state.conversations > 1:
        return "R3: decided twice"
    return state.broken


def all_acked(state: State) -> bool:
    """R1's goal: Pub/Sub has nothing left to push, and the message is answered, refused or parked."""
    return all(push.at is At.ACKED for push in state.pushes)


def _to(state: State, push: int, at: At, reply: int = 0) -> State:
    return replace(state, pushes=(*state.pushes[:push], Push(at, reply), *state.pushes[push + 1 :]))


def _over(state: State, push: int, at: At) -> State:
    """The request has ended: nobody has its token any more."""
    document = state.document
    if document is not None and document.owner == push:
        document = replace(document, owner=None)
    return _to(replace(state, document=document), push, at)


def _having(document: Document, index: int, reply: Reply) -> Document:
    return replace(document, replies=(*document.replies[:index], reply, *document.replies[index + 1 :]))


def _write(state: State, document: Document) -> State:
    """A write that is applied; R4 is looked after here: what Graph has confirmed is never taken back."""
    before = state.document.replies if state.document is not None else ()
    back = any(
        RANK[old.status] >= RANK["sent"] and RANK[new.status] < RANK[old.status]
        for old, new in zip(before, document.replies, strict=False)
    )
    return replace(state, document=document, broken="R4: a status went backwards" if back else state.broken)


def _accepted(state: State, index: int) -> State:
    count = min(MOST, state.accepted[index] + 1)
    return replace(state, accepted=(*state.accepted[:index], count, *state.accepted[index + 1 :]))


def _running(state: State) -> set[int]:
    return {push for push, request in enumerate(state.pushes) if request.at not in (At.AWAY, At.ACKED)}
