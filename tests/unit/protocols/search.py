"""Exhaustive search of a protocol written as states and steps: every order of events, every fault, nothing sampled.

A model is a start state and a function from a state to its `(event, next state)`.  States are immutable and hashable.
Events that need a fault to happen are written with a leading `!`.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

State = TypeVar("State", bound=Hashable)
Steps = Callable[[State], Iterable[tuple[str, State]]]


@dataclass(frozen=True)
class Found:
    """How many states there are; what is broken in one of them, and the shortest way to it."""

    states: int
    broken: str | None = None
    trace: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.states} states; {self.broken or 'holds'}\n  " + "\n  ".join(self.trace)


def explore(start: State, steps: Steps[State], broken: Callable[[State], str | None]) -> Found:
    """Looks at every reachable state, the near ones first, until `broken` names what is wrong with one."""
    came_from: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if why := broken(state):
            return Found(len(came_from), why, _way(came_from, state))
        for event, following in steps(state):
            if following not in came_from:
                came_from[following] = (state, event)
                queue.append(following)
    return Found(len(came_from))


def stuck(start: State, steps: Steps[State], done: Callable[[State], bool]) -> Found:
    """Looks for a state from which no way without a further fault leads to one that is `done`."""
    came_from: dict[State, tuple[State, str] | None] = {start: None}
    before: dict[State, list[State]] = {}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for event, following in steps(state):
            if not event.startswith("!"):
                before.setdefault(following, []).append(state)
            if following not in came_from:
                came_from[following] = (state, event)
                queue.append(following)
    good = {state for state in came_from if done(state)}
    queue = deque(good)
    while queue:
        for state in before.get(queue.popleft(), ()):
            if state not in good:
                good.add(state)
                queue.append(state)
    for state in came_from:  # in the order they were found: the first is a nearest one
        if state not in good:
            return Found(len(came_from), "there is no way on from here", _way(came_from, state))
    return Found(len(came_from))


def _way(came_from: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    way: list[str] = []
    while (step := came_from[state]) is not None:
        state, event = step
        way.append(event)
    return tuple(reversed(way))
