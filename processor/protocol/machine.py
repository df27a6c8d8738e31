"""The reply protocol: what follows when something happens to a message of the topic.  Pure.

`step` looks a transition up by the entry's position and the event's type.  A transition returns the entry as it is to
be stored and the effects to carry out, in their order.  An effect that fails is the next event.  Where another has
written the document meanwhile, the same event is stepped again, at the same `now`, on the entry as it is now.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from processor.delivery_result import DeliveryResult
from processor.protocol.entry import Entry, Position, State
from processor.protocol.events import (
    Accepted,
    Amend,
    AskBot,
    Claimed,
    Count,
    Counted,
    Decided,
    Effect,
    End,
    Event,
    LeaseLost,
    MarkRead,
    NotDecided,
    PauseNumber,
    Publish,
    Published,
    PublishFailed,
    Reclaimed,
    Refused,
    ReleaseUntil,
    Send,
    StatusReceived,
    StoreFailed,
    Tell,
    Unclear,
    Wait,
    Write,
)
from processor.protocol.policy import CONSEQUENCES, MOST_FOLDS, SHORT_WAIT, ReplyPolicy
from processor.protocol.reply import OF_STATUS, IllegalMoveError, Move, Reply

Stepped = tuple[Entry, tuple[Effect, ...]]
Transition = Callable[[Entry, Any, dt.datetime, ReplyPolicy], Stepped]


def step(entry: Entry, event: Event, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """The entry after the event, and what is to be done.  Raises IllegalMoveError, which names position and event."""
    transition = TRANSITIONS.get((entry.position, type(event)))
    if transition is None:
        raise IllegalMoveError(f"a message that is {entry.position} cannot be told {type(event).__name__}")
    return transition(entry, event, now, policy)


def ask_the_bot(entry: Entry, event: Event, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """The bot is asked."""
    return entry, (AskBot(),)


def plan(entry: Entry, event: Decided, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """Conversation, replies, events and the first reply as `sending` are stored in one commit; then that is sent."""
    planned = Entry(State.PLANNED, event.replies, event.events)
    following, (write, *rest) = go_on(planned, event, now, policy)
    if not isinstance(write, Write):  # nothing of it can be begun in this push
        write, rest = Write(planned), [write, *rest]
    mark_read = (MarkRead(),) if event.replies else ()
    return following, (*mark_read, replace(write, commit=event.commit), *rest)


def give_back(entry: Entry, event: NotDecided, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """Nothing was sent: the next push need not wait, nor take a send for unclear."""
    index = entry.next
    if index is not None:
        entry = entry.having(index, entry.replies[index].moved(Move.NOT_ACCEPTED, now))
    return entry, (ReleaseUntil(entry, now), End(event.result))


def notice_the_crash(entry: Entry, event: Reclaimed, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """A push died while it was sending: whether that arrived is unclear, and its statuses may still be on their way."""
    index = _next(entry)
    # The window begins now, not at the crash: nobody was here to take the statuses since.
    unclear = entry.having(index, entry.replies[index].moved(Move.CRASHED, now))
    following, (first, *rest) = go_on(unclear, event, now, policy)
    return following, (first, Count(Counted.CRASHED), *rest)


def go_on(entry: Entry, event: Event, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """The next thing is begun: a reply, a decision about an unclear one, the events, the end."""
    index = entry.next
    if index is None:
        return _publish_or_finish(entry)
    reply = entry.replies[index]
    match reply.status:
        case "pending" if now > policy.last_begin:
            return entry, (ReleaseUntil(entry, now), End(DeliveryResult.LATER))
        case "pending":
            return _begin(entry, index, reply.moved(Move.BEGUN, now))
        case "unknown":
            return _settle(entry, index, reply, now, policy)
        case _:
            return entry, (Write(entry), Send(index, reply.attempts))


def accept(entry: Entry, event: Accepted, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """The reply is `sent`; that and the next reply as `sending` are one write."""
    reply = entry.replies[event.reply].moved(Move.ACCEPTED, now, wamid=event.wamid)
    return go_on(entry.having(event.reply, reply), event, now, policy)


def wait_for_a_status(entry: Entry, event: Unclear, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """The reply is `unknown`; the message is given up until a status has had time to come."""
    reply = entry.replies[event.reply].moved(Move.UNCLEAR, now)
    # A status may have been faster: then nobody need wait.
    until = now + policy.window if reply.status == "unknown" else now
    entry = entry.having(event.reply, reply)
    return entry, (ReleaseUntil(entry, until), Count(Counted.UNCLEAR), End(DeliveryResult.WAITING))


def refuse(entry: Entry, event: Refused, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """What policy.CONSEQUENCES says: put back for later, replaced by the template, or failed."""
    consequence = CONSEQUENCES[event.kind]
    reply = entry.replies[event.reply]
    if consequence.template and policy.template is not None and reply.payload.get("type") != "template":
        return _replace(entry, event, now, policy.template)
    if consequence.fails != "none":
        last = len(entry.replies) if consequence.fails == "this and the later" else event.reply + 1
        entry, count = _fail(entry, range(event.reply, last), event, now)
        following, (first, *rest) = go_on(entry, event, now, policy)
        return following, (first, count, *rest)
    back = entry.having(event.reply, reply.moved(Move.NOT_ACCEPTED, now))
    wait = event.retry_after or 0.0
    if consequence.folds:
        # Who is refused again waits for longer, whatever Retry-After says.
        folds = min(event.attempt - 1, MOST_FOLDS)
        least = 4.0**folds if folds or event.retry_after is None else 0.0
        wait = max(wait, least)
        if wait <= SHORT_WAIT:
            following, effects = go_on(back, event, now, policy)
            return following, (Wait(wait), *effects)
    pause = (PauseNumber(event.error),) if consequence.pause else ()
    # Where a status has settled it meanwhile, nobody need wait.
    waits = not consequence.pause and not back.replies[event.reply].settled
    until = now + dt.timedelta(seconds=wait) if waits else now
    return back, (*pause, ReleaseUntil(back, until), End(DeliveryResult.LATER))


def take_status(entry: Entry, event: StatusReceived, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """The reply moves forward; where the status tells nothing new, nothing is done."""
    if event.reply >= len(entry.replies):
        return entry, ()
    reply = entry.replies[event.reply]
    if event.status == "failed" and event.attempt < reply.attempts:
        return entry, ()  # an earlier try failed; a later one stands
    moved = reply.moved(OF_STATUS[event.status], event.at, wamid=event.wamid, error=event.error)
    if moved == reply:
        return entry, ()
    told = entry.having(event.reply, moved)
    return told, (Amend(told, end_wait=told.next != entry.next),)


def finish(entry: Entry, event: Published, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """Nothing is left to do: the message is done."""
    return _publish_or_finish(replace(entry, events=()))


def publish_later(entry: Entry, event: PublishFailed, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """The message is given up; the next push publishes the events again."""
    return entry, (ReleaseUntil(entry, now), End(DeliveryResult.LATER))


def stop(entry: Entry, event: LeaseLost, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """Nothing more is sent; whoever holds the message now is told what Meta has accepted."""
    tell: tuple[Effect, ...] = ()
    if (accepted := event.accepted) is not None:
        tell = (Tell(StatusReceived(accepted.reply, accepted.attempt, "sent", now, accepted.wamid)),)
    return entry, (*tell, End(DeliveryResult.IN_PROGRESS))


def give_up(entry: Entry, event: StoreFailed, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """Nothing more is sent; the next push takes over what is written down."""
    return entry, (End(DeliveryResult.AWAY),)


_ALL = tuple(Position)
_PLANNED = (Position.PENDING, Position.SENDING, Position.UNCLEAR, Position.REPLIED)
# Every event, the positions in which it may come, and what follows.  Positions behind the one that an event is about
# are there because a status webhook may have been faster.
ROWS: tuple[tuple[type[Event], tuple[Position, ...], Transition], ...] = (
    (Claimed, (Position.UNDECIDED,), ask_the_bot),
    (Reclaimed, (Position.UNDECIDED,), ask_the_bot),
    (Reclaimed, (Position.SENDING,), notice_the_crash),
    (Reclaimed, (Position.PENDING, Position.UNCLEAR, Position.REPLIED), go_on),
    (Decided, (Position.UNDECIDED,), plan),
    (NotDecided, _ALL, give_back),
    (Accepted, _PLANNED, accept),
    (Refused, _PLANNED, refuse),
    (Unclear, _PLANNED, wait_for_a_status),
    (StatusReceived, _ALL, take_status),
    (Published, (Position.REPLIED,), finish),
    (PublishFailed, (Position.REPLIED,), publish_later),
    (LeaseLost, _ALL, stop),
    (StoreFailed, _ALL, give_up),
)
TRANSITIONS: dict[tuple[Position, type[Event]], Transition] = {
    (position, event): transition for event, positions, transition in ROWS for position in positions
}


def _next(entry: Entry) -> int:
    index = entry.next
    if index is None:
        raise IllegalMoveError(f"a message that is {entry.position} has no reply left")
    return index


def _begin(entry: Entry, index: int, begun: Reply, *counts: Count) -> Stepped:
    """A send is written down before it leaves."""
    entry = entry.having(index, begun)
    return entry, (Write(entry), *counts, Send(index, begun.attempts))


def _settle(entry: Entry, index: int, reply: Reply, now: dt.datetime, policy: ReplyPolicy) -> Stepped:
    """An unclear send waits for its status, then is sent once more, or is left to a person."""
    until = (reply.at or now) + policy.window
    if until > now:
        return entry, (ReleaseUntil(entry, until), End(DeliveryResult.WAITING))
    if _may_resend(reply, policy):
        if now > policy.last_begin:
            return entry, (ReleaseUntil(entry, now), End(DeliveryResult.LATER))
        return _begin(entry, index, reply.moved(Move.BEGUN_AGAIN, now), Count(Counted.RESENT))
    parked = entry.having(index, replace(reply, parked=True))
    following, (first, *rest) = go_on(parked, StoreFailed(), now, policy)
    return following, (first, Count(Counted.PARKED), *rest)


def _may_resend(reply: Reply, policy: ReplyPolicy) -> bool:
    return policy.ambiguous_sends == "resend" and not reply.resent


def _replace(entry: Entry, event: Refused, now: dt.datetime, template: Any) -> Stepped:
    """The template goes out in the place of this reply and the later ones, unless a status has settled it."""
    count: tuple[Count, ...] = ()
    if event.reply + 1 < len(entry.replies):
        entry, failed = _fail(entry, range(event.reply + 1, len(entry.replies)), event, now)
        count = (failed,)
    reply = entry.replies[event.reply]
    if reply.settled:
        following, (first, *rest) = _publish_or_finish(entry)
        return following, (first, *count, *rest)
    payload = {**_address(reply.payload), **template}
    return _begin(entry, event.reply, reply.moved(Move.REPLACED, now, payload=payload), *count)


def _address(payload: Any) -> dict[str, Any]:
    """A request without its content."""
    return {
        key: value for key, value in payload.items() if key not in (payload.get("type"), "type", "context")
    }


def _fail(entry: Entry, replies: range, event: Refused, now: dt.datetime) -> tuple[Entry, Count]:
    for index in replies:
        entry = entry.having(index, entry.replies[index].moved(Move.REFUSED, now, error=event.error))
    return entry, Count(Counted.FAILED, len(replies), event.kind)


def _publish_or_finish(entry: Entry) -> Stepped:
    if entry.events:
        return entry, (Write(entry), Publish(entry.events))
    done = replace(entry, state=State.DONE)
    return done, (Write(done), End(_result(done)))


def _result(entry: Entry) -> DeliveryResult:
    if not entry.replies:
        return DeliveryResult.SILENT
    if any(reply.parked for reply in entry.replies):
        return DeliveryResult.PARKED
    failed = all(reply.status == "failed" for reply in entry.replies)
    return DeliveryResult.FAILED if failed else DeliveryResult.ANSWERED
