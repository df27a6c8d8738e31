"""Group commit: what comes together travels together, and each item gets its own answer."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.group_commit import GroupCommit


class Flushes:
    """Records every group; `hold` keeps them under way until it is set."""

    def __init__(self, answer: Callable[[str], str | BaseException] = str.upper) -> None:
        self.groups: list[list[str]] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self._answer = answer

    async def __call__(self, items: list[str]) -> Sequence[str | BaseException]:
        self.groups.append(items)
        await self.hold.wait()
        return [self._answer(item) for item in items]


def grouped(
    flush: Flushes, *, most: int = 500, heaviest: int = 10**6, in_flight: int = 1
) -> GroupCommit[str, str]:
    return GroupCommit(
        flush, key=lambda item: item[0], weigh=len, most=most, heaviest=heaviest, in_flight=in_flight
    )


async def test_what_is_submitted_in_one_turn_shares_a_group() -> None:
    flush = Flushes()
    commits = grouped(flush)
    assert await asyncio.gather(*(commits.submit(item) for item in "abc")) == ["A", "B", "C"]
    assert flush.groups == [["a", "b", "c"]]


async def test_what_comes_while_a_group_is_under_way_waits_for_the_next() -> None:
    flush = Flushes()
    flush.hold.clear()
    commits = grouped(flush)
    first = commits.submit("a")
    await asyncio.sleep(0)
    rest = [commits.submit(item) for item in "bc"]
    await asyncio.sleep(0)
    assert flush.groups == [["a"]]
    flush.hold.set()
    assert await asyncio.gather(first, *rest) == ["A", "B", "C"]
    assert flush.groups == [["a"], ["b", "c"]]


async def test_items_of_one_key_never_share_a_group_and_keep_their_order() -> None:
    flush = Flushes()
    commits = grouped(flush)
    await asyncio.gather(*(commits.submit(item) for item in ("a1", "b1", "a2", "a3")))
    assert flush.groups == [["a1", "b1"], ["a2"], ["a3"]]


async def test_a_group_is_bounded_by_count_and_by_weight() -> None:
    flush = Flushes()
    commits = grouped(flush, most=2, heaviest=5)
    await asyncio.gather(*(commits.submit(item) for item in ("a", "b", "c", "d" * 9, "e")))
    assert flush.groups == [["a", "b"], ["c"], ["d" * 9], ["e"]]


async def test_an_item_given_up_before_its_group_leaves_is_not_sent() -> None:
    flush = Flushes()
    commits = grouped(flush)
    kept, given_up = commits.submit("a"), commits.submit("b")
    given_up.cancel()
    assert await kept == "A"
    assert flush.groups == [["a"]]


async def test_one_items_failure_is_its_own() -> None:
    commits = grouped(Flushes(lambda item: ValueError(item) if item == "b" else item))
    results = await asyncio.gather(*(commits.submit(item) for item in "abc"), return_exceptions=True)
    assert [type(result) for result in results] == [str, ValueError, str]


async def test_a_failed_flush_fails_its_group_and_not_the_next() -> None:
    async def flush(items: list[str]) -> Sequence[str | BaseException]:
        if "a" in items:
            raise OSError("the line is down")
        return items

    commits = GroupCommit[str, str](flush, key=str, weigh=len, most=1, heaviest=9, in_flight=1)
    results = await asyncio.gather(commits.submit("a"), commits.submit("b"), return_exceptions=True)
    assert isinstance(results[0], OSError)
    assert results[1] == "b"


@given(
    items=st.lists(st.text("abcde", min_size=1, max_size=6), max_size=60),
    most=st.integers(1, 7),
    heaviest=st.integers(1, 20),
    in_flight=st.integers(1, 3),
)
def test_every_item_travels_once_in_a_lawful_group(
    items: list[str], most: int, heaviest: int, in_flight: int
) -> None:
    async def run() -> list[list[str]]:
        flush = Flushes()
        commits = grouped(flush, most=most, heaviest=heaviest, in_flight=in_flight)
        answers = await asyncio.wait_for(asyncio.gather(*(commits.submit(item) for item in items)), 5)
        assert answers == [item.upper() for item in items]
        return flush.groups

    groups = asyncio.run(run())
    assert sorted(item for group in groups for item in group) == sorted(items)
    for group in groups:
        assert len(group) <= most
        assert len(group) == 1 or sum(map(len, group)) <= heaviest
        assert len({item[0] for item in group}) == len(group)


@pytest.mark.parametrize("in_flight", [1, 3])
async def test_no_more_groups_are_under_way_than_allowed(in_flight: int) -> None:
    flush = Flushes()
    flush.hold.clear()
    commits = grouped(flush, most=1, in_flight=in_flight)
    futures = [commits.submit(item) for item in "abcdef"]
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(flush.groups) == in_flight
    flush.hold.set()
    await asyncio.gather(*futures)
