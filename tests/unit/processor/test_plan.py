"""Replies only move forwards, and what statuses say of them commutes."""

import datetime as dt
import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from processor.plan import TOLD, CallbackKey, Plan, Reply, Status

ORDER: Sequence[Status] = (
    "pending",
    "sending",
    "unknown",
    "sent",
    "failed",
    "delivered",
    "read",
    "played",
)
NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
KEY = CallbackKey("a" * 64, 0, 1)
told = st.sampled_from(sorted(TOLD))
statuses = st.sampled_from(ORDER)
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


def reply(status: Status = "sent", *, attempts: int = 1) -> Reply:
    return Reply({"wa_id": "1", "user_id": None}, {"type": "text"}, status=status, attempts=attempts)


def after(plan: Plan, said: Sequence[str], *, key: CallbackKey = KEY) -> Plan:
    for status in said:
        error = {"code": 131026, "kind": "recipient"} if status == "failed" else None
        plan = plan.told(key, status, NOW, wamid="wamid.X", error=error)  # type: ignore[arg-type]  # of TOLD
    return plan


@given(st.lists(told, max_size=5), statuses)
def test_statuses_commute_and_repeating_them_changes_nothing(said: list[str], status: Status) -> None:
    plan = Plan((reply(status),))
    outcomes = {repr(after(plan, order)) for order in itertools.permutations(said)}
    assert len(outcomes) == 1
    once = after(plan, said)
    assert after(once, said) == once


@given(replies, st.lists(told, min_size=1, max_size=4))
def test_a_status_never_moves_a_reply_backwards(start: Reply, said: list[str]) -> None:
    before = start
    for status in said:
        later = before.moved(status, NOW)  # type: ignore[arg-type]  # of TOLD
        assert ORDER.index(later.status) >= ORDER.index(before.status)
        assert later.settled >= before.settled
        before = later


@given(st.lists(told, max_size=4))
def test_statuses_settle_a_reply_whatever_a_crash_left(said: list[str]) -> None:
    for left in ("sending", "unknown"):
        plan = after(Plan((reply(left),)), said)
        assert plan.finished == bool(said)


def test_failed_is_final_unless_the_message_was_delivered() -> None:
    failed = after(Plan((reply(),)), ["failed"]).replies[0]
    assert (failed.status, failed.error) == ("failed", {"code": 131026, "kind": "recipient"})
    assert after(Plan((failed,)), ["sent"]).replies[0] == failed
    delivered = after(Plan((failed,)), ["delivered"]).replies[0]
    assert (delivered.status, delivered.error) == ("delivered", None)
    assert after(Plan((delivered,)), ["failed"]).replies[0] == delivered


@given(st.sampled_from(["unknown", "sending", "sent"]))
def test_a_failure_of_an_earlier_try_says_nothing_of_the_later(status: Status) -> None:
    plan = Plan((reply(status, attempts=2),))
    assert after(plan, ["failed"], key=CallbackKey("a" * 64, 0, 1)) == plan
    assert after(plan, ["failed"], key=CallbackKey("a" * 64, 0, 2)).replies[0].status == "failed"


def test_the_success_of_an_earlier_try_counts_for_the_reply() -> None:
    plan = Plan((reply("sending", attempts=2),))
    assert after(plan, ["delivered"], key=CallbackKey("a" * 64, 0, 1)).finished


def test_a_status_of_a_reply_that_the_plan_does_not_have_changes_nothing() -> None:
    plan = Plan((reply(),))
    assert after(plan, ["read"], key=CallbackKey("a" * 64, 1, 1)) == plan
    assert after(Plan(), ["read"]) == Plan()


def test_a_parked_reply_is_settled_and_a_status_still_counts() -> None:
    parked = Reply({}, {}, status="unknown", parked=True)
    assert Plan((parked,)).finished
    read = after(Plan((parked,)), ["read"]).replies[0]
    assert (read.status, read.parked) == ("read", False)


def test_replies_are_due_one_after_the_other_and_a_lead_at_the_end() -> None:
    plan = Plan((reply("sent"), reply("pending"), reply("pending")), {"lead_id": "x"})
    assert plan.next == 1
    plan = after(plan, ["sent"], key=CallbackKey("a" * 64, 1, 1))
    assert plan.next == 2
    plan = after(plan, ["sent"], key=CallbackKey("a" * 64, 2, 1))
    assert plan.next is None
    assert not plan.finished


def test_only_a_send_that_is_under_way_is_put_back() -> None:
    assert reply("sending").put_back().status == "pending"
    for status in ORDER:
        if status != "sending":
            assert reply(status).put_back() == reply(status)


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
