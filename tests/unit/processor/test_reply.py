"""Replies only move forwards, and what statuses say of them commutes."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.protocol.entry import Entry, PlannedEvent, State
from processor.protocol.events import StatusReceived
from processor.protocol.machine import step
from processor.protocol.policy import ReplyPolicy
from processor.protocol.reply import (
    MOVES,
    OF_STATUS,
    STATUSES,
    CallbackKey,
    IllegalMoveError,
    Move,
    Reply,
    Status,
)

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
POLICY = ReplyPolicy(dt.timedelta(seconds=60), "resend", None, last_begin=NOW)
told = st.sampled_from(sorted(OF_STATUS))
statuses = st.sampled_from(STATUSES)
replies = st.builds(
    Reply,
    to=st.fixed_dictionaries({"wa_id": st.just("5511999990001"), "user_id": st.none()}),
    payload=st.fixed_dictionaries({"type": st.just("text"), "text": st.dictionaries(st.text(), st.text())}),
    status=statuses,
    attempts=st.integers(0, 3),
    wamid=st.none() | st.text(min_size=1),
    error=st.none() | st.fixed_dictionaries({"code": st.none() | st.integers(0, 200_000)}),
    at=st.none() | st.just(NOW),
    resent=st.booleans(),
    parked=st.booleans(),
)


def planned(*replies: Reply, events: tuple[PlannedEvent, ...] = ()) -> Entry:
    return Entry(State.PLANNED, replies, events)


def is_finished(entry: Entry) -> bool:
    return entry.next is None and not entry.events


def reply(status: Status = "sent", *, attempts: int = 1) -> Reply:
    return Reply({"wa_id": "1", "user_id": None}, {"type": "text"}, status=status, attempts=attempts)


def after(entry: Entry, said: Sequence[str], *, index: int = 0, attempt: int = 1) -> Entry:
    for status in said:
        error = {"code": 131026, "kind": "recipient"} if status == "failed" else None
        received = StatusReceived(index, attempt, status, NOW, "wamid.X", error)
        entry, _ = step(entry, received, NOW, POLICY)
    return entry


@given(st.lists(told, max_size=5), statuses)
def test_statuses_commute_and_repeating_them_changes_nothing(said: list[str], status: Status) -> None:
    entry = planned(reply(status))
    outcomes = {repr(after(entry, order)) for order in itertools.permutations(said)}
    assert len(outcomes) == 1
    once = after(entry, said)
    assert after(once, said) == once


@given(replies, st.lists(told, min_size=1, max_size=4))
def test_a_status_never_moves_a_reply_backwards(start: Reply, said: list[str]) -> None:
    before = start
    for status in said:
        later = before.moved(OF_STATUS[status], NOW)
        assert STATUSES.index(later.status) >= STATUSES.index(before.status)
        assert later.settled >= before.settled
        before = later


@given(st.lists(told, max_size=4))
def test_statuses_settle_a_reply_whatever_a_crash_left(said: list[str]) -> None:
    left: Status
    for left in ("sending", "unknown"):
        assert is_finished(after(planned(reply(left)), said)) == bool(said)


def test_failed_is_final_unless_the_message_was_delivered() -> None:
    failed = after(planned(reply()), ["failed"]).replies[0]
    assert (failed.status, failed.error) == ("failed", {"code": 131026, "kind": "recipient"})
    assert after(planned(failed), ["sent"]).replies[0] == failed
    delivered = after(planned(failed), ["delivered"]).replies[0]
    assert (delivered.status, delivered.error) == ("delivered", None)
    assert after(planned(delivered), ["failed"]).replies[0] == delivered


@given(st.sampled_from(["unknown", "sending", "sent"]))
def test_a_failure_of_an_earlier_try_says_nothing_of_the_later(status: Status) -> None:
    entry = planned(reply(status, attempts=2))
    assert after(entry, ["failed"], attempt=1) == entry
    assert after(entry, ["failed"], attempt=2).replies[0].status == "failed"


def test_the_success_of_an_earlier_try_counts_for_the_reply() -> None:
    entry = planned(reply("sending", attempts=2))
    assert is_finished(after(entry, ["delivered"], attempt=1))


def test_a_status_of_a_reply_that_the_plan_does_not_have_changes_nothing() -> None:
    entry = planned(reply())
    assert after(entry, ["read"], index=1) == entry
    assert after(Entry(), ["read"]) == Entry()


def test_a_parked_reply_is_settled_and_a_status_still_counts() -> None:
    parked = Reply({}, {}, status="unknown", parked=True)
    assert is_finished(planned(parked))
    read = after(planned(parked), ["read"]).replies[0]
    assert (read.status, read.parked) == ("read", False)


def test_replies_are_due_one_after_the_other_and_events_at_the_end() -> None:
    event = PlannedEvent("x", "lead", "leads", {})
    entry = planned(reply("sent"), reply("pending"), reply("pending"), events=(event,))
    assert entry.next == 1
    entry = after(entry, ["sent"], index=1)
    assert entry.next == 2
    entry = after(entry, ["sent"], index=2)
    assert entry.next is None
    assert not is_finished(entry)


def test_only_a_send_that_is_under_way_is_put_back() -> None:
    assert reply("sending").moved(Move.NOT_ACCEPTED, NOW).status == "pending"
    for status in STATUSES:
        if status != "sending":
            assert reply(status).moved(Move.NOT_ACCEPTED, NOW) == reply(status)


def test_every_move_is_in_the_table_and_what_the_table_does_not_have_is_an_error_that_names_both() -> None:
    assert set(MOVES) == set(Move)
    for move, status in itertools.product(Move, STATUSES):
        if status in MOVES[move]:
            assert (
                replace(reply(status), status=MOVES[move][status]).status
                == reply(status).moved(move, NOW).status
            )
        else:
            with pytest.raises(IllegalMoveError, match=rf"{status} cannot be {move}"):
                reply(status).moved(move, NOW)


@given(replies)
def test_a_reply_is_stored_and_read_whole(stored: Reply) -> None:
    fields = {**stored.as_fields(), "of a later version": 1}
    assert Reply.of_fields(fields) == stored


@given(st.text(alphabet="0123456789abcdef", min_size=64, max_size=64), st.integers(0, 99), st.integers(0, 9))
def test_a_callback_key_comes_back_as_it_went_out(outbox_id: str, index: int, attempt: int) -> None:
    key = CallbackKey(outbox_id, index, attempt)
    assert CallbackKey.parse(str(key)) == key
    assert len(str(key)) <= 512


@given(st.none() | st.integers() | st.text() | st.text(alphabet="0a.", max_size=80))
def test_what_is_no_callback_key_of_ours_is_none(text: object) -> None:
    found = CallbackKey.parse(text)
    assert found is None or str(found) == text
