"""The world around the reply protocol: pushes of one message, its document, the Graph API, status webhooks, time.

What follows from what is not told here: each step calls `step` of processor.protocol.machine, the code that runs in
production, and carries its effects out on this world, with every fault that can happen to each.  Time has two points:
NOW, and LONG_AGO for what moved before a window passed.  A send is known by its reply and attempt, so `accepted` has what
Meta took; `decisions` counts how often a decision was stored with its conversation.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from processor.delivery_result import DeliveryResult
from processor.protocol import events, machine
from processor.protocol.entry import Entry, Position, State
from processor.protocol.events import (
    Accepted,
    Amend,
    AskBot,
    Claimed,
    Decided,
    Effect,
    End,
    Event,
    LeaseLost,
    NotDecided,
    Precondition,
    Reclaimed,
    Refused,
    ReleaseUntil,
    Send,
    StatusReceived,
    StoreFailed,
    Tell,
    Unclear,
    Write,
)
from processor.protocol.policy import ReplyPolicy
from processor.protocol.reply import OF_STATUS, STATUSES, IllegalMoveError, Reply

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
LONG_AGO = NOW - dt.timedelta(hours=1)
WINDOW = dt.timedelta(seconds=60)
MOST_DECISIONS = 2  # 2 is broken already
_CONVERSATION = ("the conversation",)


class _Payload(dict[str, Any]):
    """A request that can stand in a set of states."""

    def __hash__(self) -> int:  # type: ignore[override]  # never changed here
        return hash(tuple(sorted(self.items())))


_TEXT = _Payload(type="text")
# The effects that this world has; the others (counts, read marks, waiting) change nothing that is promised.
_CARRIED_OUT = (AskBot, Write, ReleaseUntil, Send, Tell, End)


@dataclass(frozen=True)
class Conflict:
    """In the place of a write that will find the document changed: it is read again, and `event` stepped again."""

    write: type[Write | ReleaseUntil]
    commits: bool


@dataclass(frozen=True)
class Push:
    """One request of Pub/Sub's: not here, or at these effects, which followed from `event`.

    `known`: the entry when another push took the document over; before that, a push knows what stands there, or finds
    out when it writes.
    """

    effects: tuple[Effect | Conflict, ...] = ()
    event: Event | None = None
    known: Entry | None = None
    acked: bool = False


@dataclass(frozen=True)
class Document:
    """The outbox document; `owner` is a push, or None where it was given up."""

    entry: Entry
    owner: int | None
    lease_runs: bool = True


@dataclass(frozen=True)
class World:
    """Everything there is.  `accepted`: (reply, attempt) of each send that Meta took."""

    pushes: tuple[Push, ...]
    document: Document | None = None
    accepted: frozenset[tuple[int, int]] = frozenset()
    decisions: int = 0
    broken: str | None = None


Steps = Iterator[tuple[str, World]]


@dataclass(frozen=True)
class Answers:
    """How many pushes of the message there are, how many replies the bot gives, and how much may go wrong.

    `heartbeat`: a lease never runs out while its push works.  Without it a process may be frozen at any point, and go on
    when another has taken over.
    """

    pushes: int = 2
    replies: int = 1
    ambiguous_sends: Literal["resend", "park"] = "resend"
    heartbeat: bool = False
    statuses: tuple[str, ...] = tuple(OF_STATUS)
    attempts: int = 3  # sends of one reply that may be begun: the first, one put back, one resend

    def start(self) -> World:
        """Before the first push comes."""
        return World((Push(),) * self.pushes)

    def steps(self, world: World) -> Steps:
        """All that can happen next."""
        yield from self._time(world)
        yield from self._statuses(world)
        for number, push in enumerate(world.pushes):
            if push.acked:
                continue
            try:
                following = list(
                    self._claim(world, number) if not push.effects else self._effect(world, number)
                )
            except IllegalMoveError as error:
                following = [("an illegal move", replace(world, broken=f"illegal: {error}"))]
            for event, then in following:
                sign, words = ("!", event[1:]) if event.startswith("!") else ("", event)
                yield f"{sign}{number}: {words}", then
            if push.effects:
                yield f"!{number}: dies", _gone(world, number)

    # ---- what happens by itself

    def _time(self, world: World) -> Steps:
        document = world.document
        if document is None:
            return
        works = document.owner is not None and bool(world.pushes[document.owner].effects)
        if document.lease_runs and not (works and self.heartbeat):
            yield "the lease runs out", replace(world, document=replace(document, lease_runs=False))
        entry = document.entry
        if any(reply.status == "unknown" and reply.at == NOW for reply in entry.replies):
            replies = tuple(
                replace(reply, at=LONG_AGO) if reply.status == "unknown" else reply for reply in entry.replies
            )
            aged = replace(document, entry=replace(entry, replies=replies))
            yield "the window passes", _stale(replace(world, document=aged))

    def _statuses(self, world: World) -> Steps:
        """Meta tells of what it accepted, by the key the send carried; at any time, in any order, without a lease."""
        document = world.document
        if document is None:
            return
        for reply, attempt in sorted(world.accepted):
            for status in self.statuses:
                event = StatusReceived(reply, attempt, status, NOW)
                _, effects = machine.step(document.entry, event, NOW, self._policy())
                for effect in effects:
                    if isinstance(effect, Amend):
                        yield f"Meta: reply {reply} {status}", _amended(world, effect)

    # ---- what a push does

    def _claim(self, world: World, number: int) -> Steps:
        """cloud/lease.py's table."""
        document = world.document
        yield "!claim: Firestore is away", world
        if document is None:
            claimed = replace(world, document=Document(Entry(), number))
            yield "claim: created", self._happen(claimed, number, Claimed())
            yield "!claim: created, the answer is lost", claimed
        elif document.entry.state is State.DONE:
            yield "claim: done already, acknowledged", _set(world, number, Push(acked=True))
        elif document.lease_runs:
            yield "claim: somebody works on it", world
        else:
            taken = _stale(replace(_overtaken(world), document=Document(document.entry, number)))
            yield "claim: taken over", self._happen(taken, number, Reclaimed())
            yield "!claim: taken over, the answer is lost", taken

    def _effect(self, world: World, number: int) -> Steps:
        push = world.pushes[number]
        effect, *rest = push.effects
        done = _set(world, number, replace(push, effects=tuple(rest)))
        match effect:
            case AskBot():
                replies = (Reply(_TEXT, _TEXT),) * self.replies
                decided = Decided(replies, commit=_CONVERSATION)
                yield "the bot decides", self._happen(world, number, decided)
                broken = NotDecided(DeliveryResult.BROKEN)
                yield "!the bot raises", self._happen(world, number, broken)
            case Write() | Conflict(write=events.Write):
                yield from self._write(world, number, effect, done)
            case ReleaseUntil() | Conflict():
                yield from self._release(world, number, effect, done)
            case Send(reply=reply, attempt=attempt):
                yield from self._send(world, number, reply, attempt)
            case Tell(status=status):
                yield "tells what Meta has accepted", self._told(done, status)
                yield "!Firestore is away: cannot tell", done
            case End(result=result):
                yield f"ends: {result}", _set(_let_go(world, number), number, Push(acked=result.acked))

    def _write(self, world: World, number: int, effect: Write | Conflict, done: World) -> Steps:
        commits = effect.commits if isinstance(effect, Conflict) else bool(effect.commit)
        nothing_sent = NotDecided(DeliveryResult.AWAY) if commits else StoreFailed()
        yield "!write: Firestore is away", self._happen(world, number, nothing_sent)
        if isinstance(effect, Conflict) or self._is_anothers(world, number, effect.precondition):
            yield from self._conflict(world, number)
            return
        written = _written(done, number, effect.entry, commits)
        yield "written", written
        # An answer that is lost is asked for again, and finds what was written; where Firestore stays away, it stays.
        unheard = _written(world, number, effect.entry, commits)
        yield "!write: applied, Firestore is away afterwards", self._happen(unheard, number, nothing_sent)

    def _release(self, world: World, number: int, effect: ReleaseUntil | Conflict, done: World) -> Steps:
        yield "!release: Firestore is away", done
        if isinstance(effect, Conflict) or self._is_anothers(world, number, effect.precondition):
            if world.document is not None and world.document.owner != number:
                yield "release: it is another's", done
            else:
                yield from self._conflict(world, number)
            return
        released = Document(_plain(effect.entry), None, lease_runs=effect.until > NOW)
        yield "released", _changed(done, released, number)

    def _is_anothers(self, world: World, number: int, precondition: Precondition) -> bool:
        owned = world.document is not None and world.document.owner == number
        return precondition is Precondition.UNCHANGED and not owned

    def _conflict(self, world: World, number: int) -> Steps:
        """The document is read again: another's, or still this push's and changed by a status."""
        push, document = world.pushes[number], world.document
        assert document is not None
        assert push.event is not None
        if document.owner != number:
            accepted = push.event if isinstance(push.event, Accepted) else None
            yield "conflict: it is another's", self._happen(world, number, LeaseLost(accepted))
        else:
            yield "conflict: a status was written", self._happen(world, number, push.event)

    def _send(self, world: World, number: int, reply: int, attempt: int) -> Steps:
        """What the push has written down it sends, whatever others have done meanwhile."""
        document = world.document
        written = document is not None and len(document.entry.replies) > reply
        if not written or document.entry.replies[reply].attempts < attempt:  # type: ignore[union-attr]
            yield "sends", replace(world, broken="R6: something was sent that is written nowhere")
            return
        if document is not None and document.owner != number:
            yield "the heartbeat has told: the lease is lost", self._happen(world, number, LeaseLost())
        accepted = replace(world, accepted=world.accepted | {(reply, attempt)})
        yield "send: accepted", self._happen(accepted, number, Accepted(reply, attempt, None))
        unclear = Unclear(reply, attempt)
        yield "!send: accepted, no answer", self._happen(accepted, number, unclear)
        yield "!send: not accepted, no answer", self._happen(world, number, unclear)
        refused = Refused(reply, attempt, "request", _TEXT)
        yield "!send: refused for good", self._happen(world, number, refused)
        if attempt < self.attempts:
            yield "!send: never left", self._happen(world, number, replace(refused, kind="not_sent"))

    # ---- the production machine

    def _policy(self) -> ReplyPolicy:
        return ReplyPolicy(WINDOW, self.ambiguous_sends, None, last_begin=NOW)

    def _happen(self, world: World, number: int, event: Event) -> World:
        """One step of the machine for a push, on what it knows of the document."""
        push, document = world.pushes[number], world.document
        assert document is not None
        _, effects = machine.step(push.known or document.entry, event, NOW, self._policy())
        carried_out = tuple(effect for effect in effects if isinstance(effect, _CARRIED_OUT))
        following = Push(carried_out, event, push.known)
        return _set(world, number, _narrowed(following if push.known is None else _outdated(following)))

    def _told(self, world: World, status: StatusReceived) -> World:
        assert world.document is not None
        _, effects = machine.step(world.document.entry, status, NOW, self._policy())
        for effect in effects:
            if isinstance(effect, Amend):
                world = _amended(world, effect)
        return world


def broken(world: World) -> str | None:
    """R2 to R4 and R6; an illegal move breaks the machine itself."""
    replies = world.document.entry.replies if world.document is not None else ()
    for index in {reply for reply, _ in world.accepted}:
        count = sum(reply == index for reply, _ in world.accepted)
        resends = 1 if index < len(replies) and replies[index].resent else 0
        if count > 1 + resends:
            return f"R2: Meta took reply {index} {count} times, resent {resends}"
    if world.decisions > 1:
        return "R3: decided twice"
    return world.broken


def all_acked(world: World) -> bool:
    """R1's goal: Pub/Sub has nothing left to push, and the message is answered, refused or parked."""
    done = world.document is not None and world.document.entry.position is Position.DONE
    return done and all(push.acked for push in world.pushes)


def _set(world: World, number: int, push: Push) -> World:
    return replace(world, pushes=(*world.pushes[:number], push, *world.pushes[number + 1 :]))


def _narrowed(push: Push) -> Push:
    """Without what makes no difference any more: two worlds that go on alike are one."""
    writes = bool(push.effects) and isinstance(push.effects[0], Write | ReleaseUntil | Conflict)
    steps = bool(push.effects) and isinstance(push.effects[0], AskBot | Send | Write)
    return replace(push, event=push.event if writes else None, known=push.known if steps else None)


def _overtaken(world: World) -> World:
    """Another push takes the document over."""
    document = world.document
    assert document is not None
    pushes = (
        _narrowed(replace(push, known=push.known or document.entry)) if push.effects else push
        for push in world.pushes
    )
    return replace(world, pushes=tuple(pushes))


def _stale(world: World, writer: int | None = None) -> World:
    """The document has changed: whoever is about to write it anew finds that out."""
    return replace(
        world,
        pushes=tuple(
            push if number == writer else _outdated(push) for number, push in enumerate(world.pushes)
        ),
    )


def _outdated(push: Push) -> Push:
    match push.effects[:1]:
        case (Write(precondition=Precondition.UNCHANGED, commit=commit),):
            return replace(push, effects=(Conflict(Write, bool(commit)),))
        case (ReleaseUntil(precondition=Precondition.UNCHANGED), *_):
            return replace(push, effects=(Conflict(ReleaseUntil, commits=False), *push.effects[1:]))
    return push


def _let_go(world: World, number: int) -> World:
    """Nobody has the owner's token any more."""
    document = world.document
    if document is not None and document.owner == number:
        return replace(world, document=replace(document, owner=None))
    return world


def _gone(world: World, number: int) -> World:
    return _set(_let_go(world, number), number, Push())


def _plain(entry: Entry) -> Entry:
    """Without what decides nothing: when a reply moved that is not unclear, why it failed."""
    replies = (
        replace(reply, at=reply.at if reply.status == "unknown" else None, error=None)
        for reply in entry.replies
    )
    return replace(entry, replies=tuple(replies))


def _written(world: World, number: int, entry: Entry, decided: bool) -> World:
    """A push's write that is applied."""
    document = world.document
    assert document is not None
    if document.owner != number:  # only where a weakened machine writes whoever owns it
        world = _overtaken(world)
    after = _changed(world, Document(_plain(entry), number, document.lease_runs), number)
    push = _narrowed(replace(after.pushes[number], known=None))
    return replace(_set(after, number, push), decisions=min(MOST_DECISIONS, world.decisions + decided))


def _amended(world: World, effect: Amend) -> World:
    document = world.document
    assert document is not None
    lease_runs = document.lease_runs and not (effect.end_wait and document.owner is None)
    return _changed(world, Document(_plain(effect.entry), document.owner, lease_runs), None)


def _changed(world: World, document: Document, writer: int | None) -> World:
    """R4 is looked after here: what Meta has confirmed is never taken back."""
    before = world.document.entry.replies if world.document is not None else ()
    rank = STATUSES.index
    back = any(
        rank(old.status) >= rank("sent") and rank(new.status) < rank(old.status)
        for old, new in zip(before, document.entry.replies, strict=False)
    )
    why = "R4: a status went backwards" if back else world.broken
    return _stale(replace(world, document=document, broken=why), writer)
