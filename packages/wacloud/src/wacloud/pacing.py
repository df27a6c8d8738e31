"""How fast one may send: a pace per person, and a rate per number.

Meta lets one number send one person a message every 6 seconds, with a burst of 45 borrowed from the time to come; and
everybody together 80 messages a second, 1,000 after an upgrade, 20 for a number that is shared with the phone app.
Exact within one process.  Several instances do not know of each other: tell the pacer of every ThrottledError, and it
holds back.
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/about-the-platform
- https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from wacloud.errors import ThrottledError

STANDARD = 80.0
HIGH = 1000.0
SHARED_WITH_PHONE = 20.0

_PAIR_PERIOD = 6.0
_PAIR_BURST = 45

Clock = Callable[[], float]


class TokenBucket:
    """`rate` tokens a second, at most `burst` at once; who finds none is told how long to wait, in turn.

    A token is taken at once even when there is none (the bucket then owes it), so that waiters never race for the next:
    each gets a time of its own.
    """

    __slots__ = ("_burst", "_clock", "_rate", "_tokens", "_when")

    def __init__(self, rate: float, burst: float, clock: Clock = time.monotonic) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError(f"rate {rate} must be more than 0 and burst {burst} at least 1")
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._when = clock()

    def take(self) -> float:
        """Takes a token; the seconds until it may be used, 0 for now."""
        self._refill()
        self._tokens -= 1
        return max(0.0, -self._tokens / self._rate)

    def give_back(self) -> None:
        """Gives a token back that was not used."""
        self._tokens = min(self._burst, self._tokens + 1)

    def empty(self, seconds: float) -> None:
        """Leaves no token for so many seconds: another process has used them."""
        self._refill()
        self._tokens = min(self._tokens, 1.0 - seconds * self._rate)

    @property
    def is_full(self) -> bool:
        """Whether it holds as many tokens as a new one."""
        self._refill()
        return self._tokens >= self._burst

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._when) * self._rate)
        self._when = now


@dataclass
class _Person:
    bucket: TokenBucket
    refusals: int = 0


class Pacer:
    """Waits before a send, for the number's rate and for the person's pace.

        await pacer.wait(person.key)
        try:
            await client.send(...)
        except ThrottledError as error:
            pacer.throttled(person.key, error)

    `rate` is the number's, messages a second, evenly spread: no second ever sees more.
    """

    def __init__(self, rate: float = STANDARD, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._number = TokenBucket(rate, burst=1, clock=clock)
        self._people: OrderedDict[str, _Person] = OrderedDict()

    def delay(self, person: str) -> float:
        """Takes a place in the queue and returns the seconds until it may be used, for a caller that waits by itself."""
        return max(self._person(person).bucket.take(), self._number.take())

    async def wait(self, person: str, *, at_most: float | None = None) -> bool:
        """Waits for a place in the queue.  Returns False at once, and takes none, when the wait would exceed `at_most` seconds."""
        delay = self.delay(person)
        if at_most is not None and delay > at_most:
            self._person(person).bucket.give_back()
            self._number.give_back()
            return False
        if delay > 0:
            await asyncio.sleep(delay)
        return True

    def throttled(self, person: str, error: ThrottledError) -> float:
        """Meta refused a send: its person (131056) or the whole number holds back; the seconds it does.

        The pause is `Retry-After`, else 4^X for the person's X-th refusal in a row and a second for the number.
        """
        if error.is_pair_limit:
            known = self._person(person)
            pause = error.pause(known.refusals)
            known.refusals += 1
            known.bucket.empty(pause)
        else:
            pause = error.retry_after if error.retry_after is not None else 1.0
            self._number.empty(pause)
        return pause

    def accepted(self, person: str) -> None:
        """Tells that a send was accepted: refusals in a row are counted from zero again."""
        self._person(person).refusals = 0

    @property
    def people(self) -> int:
        """The number of people it keeps a pace for: those who got a message lately."""
        return len(self._people)

    def _person(self, key: str) -> _Person:
        known = self._people.pop(key, None)
        if known is None:
            bucket = TokenBucket(1 / _PAIR_PERIOD, burst=_PAIR_BURST, clock=self._clock)
            known = _Person(bucket)
        self._people[key] = known
        # A full bucket is as good as a new one: those unused the longest are forgotten once they are full.
        while len(self._people) > 1 and next(iter(self._people.values())).bucket.is_full:
            self._people.popitem(last=False)
        return known
