"""The reply protocol keeps its promises in every order of events, and each of its rules is needed.

The code that is searched is the code that runs: processor.protocol.  A rule is taken away by a patch of one of its
transitions, and the search must find the promise that this breaks.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from processor.delivery_result import DeliveryResult
from processor.protocol import events, machine, reply
from processor.protocol.entry import Entry, Position, State
from processor.protocol.events import Decided, NotDecided, Reclaimed, Send, Write
from processor.protocol.reply import Move
from tests.unit.protocols import search
from tests.unit.protocols.reply import Answers, all_acked, broken

Patch = pytest.MonkeyPatch
SMALL = Answers(heartbeat=True, statuses=(), attempts=2)
WORLDS = {
    "one reply": Answers(2, 1, "resend", heartbeat=True),
    "one reply, parked": Answers(2, 1, "park", heartbeat=True),
    "one reply, processes freeze": Answers(2, 1, "resend", attempts=2),
    "one reply, processes freeze, parked": Answers(2, 1, "park"),
    "two replies": Answers(2, 2, "park", heartbeat=True, statuses=("sent",), attempts=2),
    "two replies, processes freeze, parked": Answers(2, 2, "park", statuses=("sent",), attempts=2),
    "three pushes": Answers(3, 1, "resend", heartbeat=True, statuses=("sent",), attempts=2),
}


@pytest.mark.parametrize("name", WORLDS)
def test_whatever_fails_a_person_gets_each_reply_once_and_one_more_for_each_counted_resend(name: str) -> None:
    world = WORLDS[name]
    found = search.explore(world.start(), world.steps, broken)
    assert not found.broken, found
    assert found.states > 100
    print(f"{name}: {found.states} states")


@pytest.mark.parametrize("name", ["one reply", "one reply, parked"])
def test_whatever_has_failed_the_message_can_still_be_dealt_with(name: str) -> None:
    world = WORLDS[name]
    found = search.stuck(world.start(), world.steps, all_acked)
    assert not found.broken, found


def send_before_it_is_written(patch: Patch) -> None:
    """The plan is stored with the reply `pending`; it is sent, and written down when that is over."""
    original = machine._begin

    def begin(entry: Entry, index: int, begun: Any, *counts: Any) -> Any:
        _, (_, *rest) = original(entry, index, begun, *counts)
        unwritten = entry.having(index, dataclasses.replace(begun, status="pending"))
        return entry, (Write(unwritten), *rest)

    patch.setattr(machine, "_begin", begin)


def sending_after_a_crash_is_pending(patch: Patch) -> None:
    patch.setitem(reply.MOVES, Move.CRASHED, {**reply.MOVES[Move.CRASHED], "sending": "pending"})


def a_time_out_is_a_failure(patch: Patch) -> None:
    patch.setitem(reply.MOVES, Move.UNCLEAR, {**reply.MOVES[Move.UNCLEAR], "sending": "pending"})


def resend_for_ever(patch: Patch) -> None:
    patch.setattr(machine, "_may_resend", lambda reply, policy: True)


def send_when_firestore_is_away(patch: Patch) -> None:
    def send(entry: Entry, *_: Any) -> Any:
        return entry, (Send(0, 1),)

    patch.setitem(machine.TRANSITIONS, (Position.UNDECIDED, NotDecided), send)


@dataclasses.dataclass(frozen=True)
class WriteAnyway(Write):
    precondition: events.Precondition = events.Precondition.NONE


def write_whoever_owns(patch: Patch) -> None:
    patch.setattr(machine, "Write", WriteAnyway)


def decide_again_after_a_crash(patch: Patch) -> None:
    for position in (Position.SENDING, Position.UNCLEAR, Position.PENDING):
        patch.setitem(machine.TRANSITIONS, (position, Reclaimed), machine.ask_the_bot)
        patch.setitem(machine.TRANSITIONS, (position, Decided), machine.plan)


def plan_apart_from_conversation(patch: Patch) -> None:
    original = machine.plan

    def plan(entry: Entry, event: Decided, *more: Any) -> Any:
        following, effects = original(entry, event, *more)
        apart = (
            dataclasses.replace(effect, commit=()) if type(effect) is Write else effect for effect in effects
        )
        return following, (Write(entry, commit=event.commit), *apart)

    patch.setitem(machine.TRANSITIONS, (Position.UNDECIDED, Decided), plan)


def statuses_go_backwards(patch: Patch) -> None:
    patch.setitem(reply.MOVES, Move.STATUS_SENT, dict.fromkeys(reply.STATUSES, "sent"))


def a_played_message_is_read_again(patch: Patch) -> None:
    patch.setitem(reply.MOVES, Move.STATUS_READ, dict.fromkeys(reply.STATUSES, "read"))


RULES: dict[str, tuple[Callable[[Patch], None], Answers, str]] = {
    "a send is written down before it leaves": (send_before_it_is_written, Answers(), "R2"),
    "sending after a crash is unknown": (sending_after_a_crash_is_pending, Answers(), "R2"),
    "a time-out is not a failure": (a_time_out_is_a_failure, Answers(), "R2"),
    "one resend": (resend_for_ever, SMALL, "R2"),
    "nothing is sent when Firestore is away": (send_when_firestore_is_away, Answers(), "R6"),
    "only the owner writes": (write_whoever_owns, Answers(), "R"),
    "a plan is never decided again": (decide_again_after_a_crash, Answers(), "R3"),
    "plan and conversation are one commit": (plan_apart_from_conversation, Answers(), "R3"),
    "a status only moves forward": (statuses_go_backwards, Answers(), "R4"),
    "played is never read again": (a_played_message_is_read_again, Answers(), "R4"),
}


@pytest.mark.parametrize("rule", RULES)
def test_without_this_rule_a_promise_is_broken(rule: str, monkeypatch: Patch) -> None:
    weaken, protocol, why = RULES[rule]
    weaken(monkeypatch)
    found = search.explore(protocol.start(), protocol.steps, broken)
    assert found.broken, found
    assert found.broken.startswith(why), found
    print(found)


def wait_for_ever(patch: Patch) -> None:
    """An unclear send is neither sent once more nor left to a person."""

    def settle(entry: Entry, index: int, unclear: Any, now: Any, policy: Any) -> Any:
        return entry, (events.ReleaseUntil(entry, now), events.End(DeliveryResult.WAITING))

    patch.setattr(machine, "_settle", settle)


def never_done(patch: Patch) -> None:
    def finish(entry: Entry) -> Any:
        planned = dataclasses.replace(entry, state=State.PLANNED)
        return planned, (Write(planned), events.End(DeliveryResult.LATER))

    patch.setattr(machine, "_publish_or_finish", finish)


@pytest.mark.parametrize("weaken", [wait_for_ever, never_done], ids=lambda weaken: weaken.__name__)
def test_without_this_rule_a_message_is_never_dealt_with(
    weaken: Callable[[Patch], None], monkeypatch: Patch
) -> None:
    weaken(monkeypatch)
    found = search.stuck(SMALL.start(), SMALL.steps, all_acked)
    assert found.broken, found
