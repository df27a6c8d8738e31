"""The intake protocol keeps its promises in every order of events, and each of its rules is needed."""

import pytest

from tests.unit.protocols import search
from tests.unit.protocols.intake import Intake, all_got_200, lost_or_forgotten, published_twice

START = pytest.mark.parametrize("left_behind", [False, True], ids=["new", "left behind by the dead"])


@START
@pytest.mark.parametrize("lease_outlives_request", [True, False])
def test_whatever_fails_nothing_that_got_200_is_lost_and_nothing_confirmed_is_forgotten(
    left_behind: bool, lease_outlives_request: bool
) -> None:
    protocol = Intake(copies=2, left_behind=left_behind, lease_outlives_request=lease_outlives_request)
    found = search.explore(protocol.start(), protocol.steps, lost_or_forgotten)
    assert not found.broken, found
    assert found.states > 500


def test_the_same_holds_for_three_copies_at_once() -> None:
    protocol = Intake(copies=3, documents_expire=False)
    found = search.explore(protocol.start(), protocol.steps, lost_or_forgotten)
    assert not found.broken, found


@START
def test_racing_copies_alone_publish_once(left_behind: bool) -> None:
    protocol = Intake(copies=4, faults=False, documents_expire=False, left_behind=left_behind)
    found = search.explore(protocol.start(), protocol.steps, published_twice)
    assert not found.broken, found


@START
def test_whatever_has_failed_every_copy_can_still_get_its_200(left_behind: bool) -> None:
    protocol = Intake(copies=2, left_behind=left_behind)
    found = search.stuck(protocol.start(), protocol.steps, all_got_200)
    assert not found.broken, found


@pytest.mark.parametrize(
    ("protocol", "why"),
    [
        (Intake(2, already_exists_is_a_duplicate=True), "I1"),
        (Intake(2, in_progress_is_a_duplicate=True), "I1"),
        (Intake(2, confirm_before_publish=True), "I1"),
        (Intake(2, answer_200_when_publish_fails=True), "I1"),
        (Intake(2, release_without_fence=True, lease_outlives_request=False), "I3"),
        (Intake(3, take_over_without_fence=True), "I3"),
    ],
    ids=[
        "already exists is no duplicate",
        "in progress is no duplicate",
        "publish before confirm",
        "no 200 where publishing failed",
        "a fenced release",
        "a fenced take-over",
    ],
)
def test_without_this_rule_something_is_lost_or_forgotten(protocol: Intake, why: str) -> None:
    found = search.explore(protocol.start(), protocol.steps, lost_or_forgotten)
    assert found.broken, found
    assert found.broken.startswith(why), found


@pytest.mark.parametrize(
    "protocol",
    [
        Intake(2, faults=False, left_behind=True, documents_expire=False, take_over_without_fence=True),
        Intake(2, faults=False, documents_expire=False, lease_outlives_request=False),
    ],
    ids=["take over without a fence", "a lease shorter than the request"],
)
def test_without_this_rule_racing_copies_publish_twice(protocol: Intake) -> None:
    found = search.explore(protocol.start(), protocol.steps, published_twice)
    assert found.broken, found


def test_without_a_lease_a_crash_keeps_every_copy_off_for_ever() -> None:
    protocol = Intake(2, claims_have_a_lease=False)
    found = search.stuck(protocol.start(), protocol.steps, all_got_200)
    assert found.broken, found


def test_a_lost_reply_alone_makes_a_message_its_own_duplicate() -> None:
    """The trap that owner tokens are for, with one copy and no crash."""
    protocol = Intake(1, already_exists_is_a_duplicate=True)
    found = search.explore(protocol.start(), protocol.steps, lost_or_forgotten)
    assert found.trace[:2] == ("0: comes", "!0: create: done, its reply lost, sent again: it exists")
