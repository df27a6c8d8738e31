"""The reply protocol keeps its promises in every order of events, and each of its rules is needed."""

import pytest

from tests.unit.protocols import search
from tests.unit.protocols.reply import Answers, all_acked, broken

POLICY = pytest.mark.parametrize("policy", ["resend", "park"])


@POLICY
@pytest.mark.parametrize("lease_outlives_request", [True, False])
@pytest.mark.parametrize(("pushes", "replies"), [(2, 1), (3, 1), (2, 2)])
def test_whatever_fails_a_person_gets_each_reply_once_and_one_more_for_each_counted_resend(
    policy: str, lease_outlives_request: bool, pushes: int, replies: int
) -> None:
    protocol = Answers(pushes, replies, policy, lease_outlives_request=lease_outlives_request)  # type: ignore[arg-type]
    found = search.explore(protocol.start(), protocol.steps, broken)
    assert not found.broken, found
    assert found.states > 100


@POLICY
@pytest.mark.parametrize(("pushes", "replies"), [(2, 1), (2, 2)])
def test_whatever_has_failed_the_message_can_still_be_dealt_with(
    policy: str, pushes: int, replies: int
) -> None:
    protocol = Answers(pushes, replies, policy)  # type: ignore[arg-type]
    found = search.stuck(protocol.start(), protocol.steps, all_acked)
    assert not found.broken, found


RULES = {
    "a send is written down before it leaves": (Answers(send_before_it_is_written=True), "R2"),
    "sending after a crash is unknown": (Answers(sending_is_pending_after_a_crash=True), "R2"),
    "a time-out is not a failure": (Answers(timeout_is_a_failure=True), "R2"),
    "one resend": (Answers(pushes=3, resend_for_ever=True), "R2"),
    "nothing is sent when Firestore is away": (Answers(send_when_firestore_is_away=True), "R2"),
    "only the owner writes": (Answers(write_whoever_owns=True, lease_outlives_request=False), "R"),
    "a plan is never decided again": (Answers(decide_again_after_a_crash=True), "R"),
    "plan and conversation are one commit": (Answers(plan_apart_from_conversation=True), "R3"),
    "a status only moves forward": (Answers(statuses_go_backwards=True), "R4"),
}


@pytest.mark.parametrize("rule", RULES)
def test_without_this_rule_a_promise_is_broken(rule: str) -> None:
    protocol, why = RULES[rule]
    found = search.explore(protocol.start(), protocol.steps, broken)
    assert found.broken, found
    assert found.broken.startswith(why), found
    print(found)
