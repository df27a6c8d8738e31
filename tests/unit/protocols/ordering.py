"""Two messages of one person in one body, and copies of that body at once (webhook/intake.py, `_in_turn`).

A body's claims are written in one request, which is not atomic: racing copies may come to own one message each.  What
is asked is the order in which the topic first holds the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Found = Literal["owned", "duplicate", "in progress"]
BOTH = (0, 1)


@dataclass(frozen=True)
class Copy:
    """One request; `found`: what its claims found, None where the claim is still to come."""

    found: tuple[Found | None, Found | None] = (None, None)
    unconfirmed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class State:
    """`documents`: for each message whose claim it is (None: nobody's), or that it is published."""

    copies: tuple[Copy | None, ...]  # None: got its 200
    documents: tuple[int | str | None, int | str | None] = (None, None)
    topic: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bodies:
    """The rule as it is; the last field weakens it."""

    copies: int = 3
    later_messages_wait: bool = True

    def start(self) -> State:
        """Before the first copy comes."""
        return State((Copy(),) * self.copies)

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        """All that can happen next."""
        for index, copy in enumerate(state.copies):
            if copy is None:
                continue
            if None in copy.found:
                yield from self._claims(state, index, copy)
            elif copy.unconfirmed:
                for message in copy.unconfirmed:
                    confirmed = _having(state, message, "published")
                    rest = replace(copy, unconfirmed=copy.unconfirmed - {message})
                    yield f"{index}: confirms {message}", self._answered(confirmed, index, rest)
            else:
                yield from self._publish(state, index, copy)
            yield f"!{index}: dies, and its leases run out", _released(state, index, BOTH)

    def _claims(self, state: State, index: int, copy: Copy) -> Iterator[tuple[str, State]]:
        for message in BOTH:
            if copy.found[message] is not None:
                continue
            at = state.documents[message]
            found: Found = "owned" if at is None else "duplicate" if at == "published" else "in progress"
            claimed = _having(state, message, index) if found == "owned" else state
            results = (found, copy.found[1]) if message == 0 else (copy.found[0], found)
            yield f"{index}: {message} is {found}", _copy(claimed, index, replace(copy, found=results))

    def _publish(self, state: State, index: int, copy: Copy) -> Iterator[tuple[str, State]]:
        going = [message for message in BOTH if copy.found[message] == "owned"]
        if copy.found[0] == "in progress" and self.later_messages_wait:
            going = []
        waiting = [message for message in BOTH if copy.found[message] == "owned" and message not in going]
        state = _kept(state, index, waiting)
        new = tuple(message for message in going if message not in state.topic)
        sent = replace(state, topic=state.topic + new)
        yield (
            f"{index}: publishes {going}",
            self._answered(sent, index, replace(copy, unconfirmed=frozenset(going))),
        )
        if going:
            yield f"!{index}: publishing fails", _released(state, index, BOTH)

    def _answered(self, state: State, index: int, copy: Copy) -> State:
        """200 where all is published; else it comes again."""
        if copy.unconfirmed:
            return _copy(state, index, copy)
        return _copy(state, index, Copy() if "in progress" in copy.found else None)


def out_of_order(state: State) -> str | None:
    """I5: the person's messages are on the topic in their order."""
    return "the later message came first" if state.topic[:1] == (1,) else None


def all_got_200(state: State) -> bool:
    """Nobody waits for another for ever."""
    return not any(state.copies)


def _copy(state: State, index: int, copy: Copy | None) -> State:
    return replace(state, copies=(*state.copies[:index], copy, *state.copies[index + 1 :]))


def _having(state: State, message: int, what: int | str | None) -> State:
    first, second = state.documents
    return replace(state, documents=(what, second) if message == 0 else (first, what))


def _kept(state: State, index: int, released: list[int]) -> State:
    for message in released:
        if state.documents[message] == index:
            state = _having(state, message, None)
    return state


def _released(state: State, index: int, messages: tuple[int, ...]) -> State:
    return _copy(_kept(state, index, list(messages)), index, Copy())
