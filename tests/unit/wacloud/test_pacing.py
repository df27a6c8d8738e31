"""Nobody gets messages faster than Meta lets them through, and a refusal makes everybody wait."""

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wacloud.errors import ThrottledError
from wacloud.pacing import HIGH, SHARED_WITH_PHONE, STANDARD, Pacer, TokenBucket


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def pair_limit(**more: float) -> ThrottledError:
    return ThrottledError("pair", code=131056, **more)


def test_one_person_gets_forty_five_at_once_and_then_one_every_six_seconds() -> None:
    pacer = Pacer(rate=1e9, clock=Clock())
    delays = [pacer.delay("ana") for _ in range(48)]
    assert delays[:45] == pytest.approx([0.0] * 45, abs=1e-6)
    assert delays[45:] == pytest.approx([6.0, 12.0, 18.0])


def test_what_a_burst_has_borrowed_is_paid_back() -> None:
    clock = Clock()
    pacer = Pacer(rate=1e9, clock=clock)
    for _ in range(45):
        pacer.delay("ana")
    clock.now += 60.0
    assert [round(pacer.delay("ana"), 6) for _ in range(11)] == [0.0] * 10 + [6.0]


def test_one_person_never_slows_another() -> None:
    pacer = Pacer(rate=1e9, clock=Clock())
    for _ in range(100):
        pacer.delay("ana")
    assert pacer.delay("bia") == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("rate", [STANDARD, HIGH, SHARED_WITH_PHONE])
def test_a_number_sends_its_rate_and_not_one_more_in_any_second(rate: float) -> None:
    pacer = Pacer(rate=rate, clock=Clock())
    times = [pacer.delay(f"person {number}") for number in range(int(rate) * 3)]
    for begin in times[: int(rate)]:
        assert sum(begin <= moment < begin + 1 - 1e-9 for moment in times) <= rate
    assert times[-1] == pytest.approx(3 - 1 / rate)


@settings(deadline=None)
@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_however_sends_come_a_person_gets_at_most_the_burst_and_what_time_has_added(
    gaps: list[float],
) -> None:
    clock = Clock()
    pacer = Pacer(rate=1e9, clock=clock)
    moments = []
    for gap in gaps:
        clock.now += gap
        moments.append(clock.now + pacer.delay("ana"))
    for begin in moments:
        for end in moments:
            if end >= begin:
                count = sum(begin <= moment <= end for moment in moments)
                assert count <= 45 + (end - begin) / 6 + 1e-6


def test_a_refused_pair_waits_four_to_the_power_of_the_refusals() -> None:
    clock = Clock()
    pacer = Pacer(rate=1e9, clock=clock)
    for pause in (1.0, 4.0, 16.0, 64.0):
        assert pacer.throttled("ana", pair_limit()) == pause
        delay = pacer.delay("ana")
        assert delay >= pause - 1e-6
        clock.now += delay
    assert pacer.delay("bia") == pytest.approx(0.0, abs=1e-6)


def test_an_accepted_send_lets_the_pauses_begin_anew() -> None:
    pacer = Pacer(clock=Clock())
    pacer.throttled("ana", pair_limit())
    pacer.throttled("ana", pair_limit())
    pacer.accepted("ana")
    assert pacer.throttled("ana", pair_limit()) == 1.0


@pytest.mark.parametrize(("asked", "pause"), [(None, 1.0), (7.0, 7.0)])
def test_a_refused_number_makes_everybody_wait(asked: float | None, pause: float) -> None:
    pacer = Pacer(rate=80, clock=Clock())
    assert pacer.throttled("ana", ThrottledError("rate", code=130429, retry_after=asked)) == pause
    assert pacer.delay("bia") == pytest.approx(pause)


async def test_who_cannot_wait_that_long_is_told_so_and_keeps_nobody_from_sending() -> None:
    pacer = Pacer(rate=1e9, clock=Clock())
    for _ in range(45):
        assert await pacer.wait("ana", at_most=0.01)
    assert not await pacer.wait("ana", at_most=5.0)
    assert not await pacer.wait("ana", at_most=5.0)
    assert pacer.delay("ana") == pytest.approx(6.0)


async def test_who_was_turned_away_has_used_up_nothing_of_the_numbers_rate() -> None:
    pacer = Pacer(rate=1, clock=Clock())
    pacer.throttled("ana", pair_limit())
    for _ in range(5):
        assert not await pacer.wait("ana", at_most=0.0)
    assert pacer.delay("bia") == pytest.approx(0.0, abs=1e-6)


async def test_waiting_takes_the_time_it_must() -> None:
    pacer = Pacer(rate=50)
    began = time.monotonic()
    await asyncio.gather(*(pacer.wait(f"person {number}") for number in range(11)))
    assert time.monotonic() - began >= 10 / 50 - 0.01


def test_people_are_forgotten_once_they_may_send_freely_again() -> None:
    clock = Clock()
    pacer = Pacer(rate=1e9, clock=clock)
    for number in range(1000):
        pacer.delay(f"person {number}")
    assert pacer.people == 1000
    clock.now += 6.0
    pacer.delay("ana")
    assert pacer.people == 1


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_bucket_that_never_fills_is_not_made(rate: float, burst: float) -> None:
    with pytest.raises(ValueError, match="must be more than 0 and burst"):
        TokenBucket(rate, burst)
