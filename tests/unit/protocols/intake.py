"""The intake protocol (webhook/intake.py, webhook/inbox.py) as a model: copies of one delivery, one document, one topic.

A copy is a request that Meta makes; one that was answered with anything but 200, or died, comes again with a new owner
token.  `fences`: the copies whose `update_time` is still the document's; any write makes all others stale.  `late`: the
writes that were given up and may still be applied.  `published`: how often the topic holds the delivery.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

MOST = 3  # published more often than this is no news


class At(StrEnum):
    """Where a copy is in its request."""

    AWAY = "away"  # not here yet, or not any more
    CLAIM = "claim"
    LOOK = "look"
    TAKE = "take"
    PUBLISH = "publish"  # as the owner
    PUBLISH_UNCLAIMED = "publish unclaimed"
    CONFIRM = "confirm"
    RELEASE = "release"
    ANSWER = "answer"
    GOT_200 = "200"


@dataclass(frozen=True)
class Document:
    """The inbox document; `owner` None: the token of a request that is over."""

    state: Literal["claimed", "published"]
    owner: int | None
    lease_runs: bool = True
    expired: bool = False


@dataclass(frozen=True)
class State:
    """Everything there is."""

    copies: tuple[At, ...]
    document: Document | None = None
    fences: frozenset[int] = frozenset()
    late: frozenset[str] = frozenset()
    published: int = 0
    broken: str | None = None


Steps = Iterator[tuple[str, State]]


@dataclass(frozen=True)
class Intake:
    """The protocol as it is; each of the last fields weakens one thing."""

    copies: int = 3
    faults: bool = True
    documents_expire: bool = True
    left_behind: bool = False
    lease_outlives_request: bool = True
    claims_have_a_lease: bool = True
    already_exists_is_a_duplicate: bool = False
    in_progress_is_a_duplicate: bool = False
    confirm_before_publish: bool = False
    answer_200_when_publish_fails: bool = False
    take_over_without_fence: bool = False
    release_without_fence: bool = False

    def start(self) -> State:
        """Before the first copy comes; `left_behind`: with the claim of one that died long ago."""
        document = Document("claimed", None, lease_runs=False) if self.left_behind else None
        return State((At.AWAY,) * self.copies, document)

    def steps(self, state: State) -> Steps:
        """All that can happen next."""
        yield from self._time(state)
        for copy, at in enumerate(state.copies):
            for event, following in self._request(state, copy, at):
                if not event.startswith("!"):
                    yield f"{copy}: {event}", following
                elif self.faults:
                    yield f"!{copy}: {event[1:]}", following
            if self.faults and at not in (At.AWAY, At.GOT_200):
                yield f"!{copy}: dies", _over(state, copy, At.AWAY)

    def _time(self, state: State) -> Steps:
        document = state.document
        if document is not None:
            # Who runs still holds it, but for a process that stood still for longer than the lease.
            held = document.owner is not None and self.lease_outlives_request
            if document.lease_runs and not held and self.claims_have_a_lease:
                yield "the lease runs out", replace(state, document=replace(document, lease_runs=False))
            if self.documents_expire and not document.lease_runs and not document.expired:
                yield "the document expires", replace(state, document=replace(document, expired=True))
            if document.expired:
                yield "TTL sweeps the document", _write(state, None)
        for write in state.late:
            rest = replace(state, late=state.late - {write})
            if write != "create":
                document = {
                    "take over": Document("claimed", None),
                    "confirm": Document("published", None),
                }.get(write)
                yield f"!a late {write} is applied", _write(rest, document)
            elif state.document is None:
                yield "!a late create is applied", _write(rest, Document("claimed", None))

    def _request(self, state: State, copy: int, at: At) -> Steps:
        match at:
            case At.AWAY:
                yield "comes", _to(state, copy, At.CLAIM)
            case At.CLAIM:
                yield from self._claim(state, copy)
            case At.LOOK:
                yield from self._look(state, copy)
                yield "!look: no reply in time", _to(state, copy, At.PUBLISH_UNCLAIMED)
            case At.TAKE:
                yield from self._take(state, copy)
            case At.PUBLISH if self.confirm_before_publish:
                yield "confirm before publishing", _to(_confirmed(state, copy), copy, At.PUBLISH_UNCLAIMED)
            case At.PUBLISH:
                yield "publish: done", _to(_published(state), copy, At.CONFIRM)
                yield "!publish: a reply is lost, done twice", _to(_published(state, 2), copy, At.CONFIRM)
                yield "!publish: done, no reply in time", _to(_published(state), copy, At.RELEASE)
                yield "!publish: refused", _to(state, copy, At.RELEASE)
            case At.PUBLISH_UNCLAIMED:
                yield "publish unclaimed: done", _to(_published(state), copy, At.ANSWER)
                yield "!publish unclaimed: done, no reply: 503", _over(_published(state), copy, At.AWAY)
                yield "!publish unclaimed: refused: 503", _over(state, copy, At.AWAY)
            case At.CONFIRM:
                yield "confirm", _to(_confirmed(state, copy), copy, At.ANSWER)
                yield "!confirm: no reply in time", _to(_given_up(state, copy, "confirm"), copy, At.ANSWER)
            case At.RELEASE:
                yield from self._release(state, copy)
            case At.ANSWER:
                yield "200", _over(state, copy, At.GOT_200)

    def _claim(self, state: State, copy: int) -> Steps:
        if state.document is None:
            claimed = _write(state, Document("claimed", copy), copy)
            yield "create: done", _to(claimed, copy, At.PUBLISH)
            yield "!create: done, its reply lost, sent again: it exists", _to(claimed, copy, At.LOOK)
            given_up = replace(state, late=state.late | {"create"})
            yield "!create: under way, no reply in time", _to(given_up, copy, At.PUBLISH_UNCLAIMED)
        else:
            yield "create: it exists", _to(state, copy, At.LOOK)
            yield "!create: no reply in time", _to(state, copy, At.PUBLISH_UNCLAIMED)

    def _look(self, state: State, copy: int) -> Steps:
        document = state.document
        seen = replace(state, fences=state.fences | {copy})
        if self.already_exists_is_a_duplicate:
            yield "it exists, so 200", _over(state, copy, At.GOT_200)
        elif document is None:
            yield "look: it is gone", _to(state, copy, At.CLAIM)
        elif document.owner == copy:
            yield "look: it is mine", _to(seen, copy, At.PUBLISH)
        elif document.expired or (document.state == "claimed" and not document.lease_runs):
            yield "look: it is free", _to(seen, copy, At.TAKE)
        elif document.state == "published":
            yield "look: a duplicate: 200", _over(state, copy, At.GOT_200)
        elif self.in_progress_is_a_duplicate:
            yield "look: somebody is at it, so 200", _over(state, copy, At.GOT_200)
        else:
            yield "look: somebody is at it: 503", _over(state, copy, At.AWAY)

    def _take(self, state: State, copy: int) -> Steps:
        if copy in state.fences or self.take_over_without_fence:
            taken = _write(state, Document("claimed", copy), copy)
            yield "take over: done", _to(taken, copy, At.PUBLISH)
            yield "!take over: done, its reply lost, sent again: it has changed", _to(taken, copy, At.LOOK)
            given_up = _given_up(state, copy, "take over")
            yield "!take over: under way, no reply in time", _to(given_up, copy, At.PUBLISH_UNCLAIMED)
        else:
            yield "take over: it has changed", _to(state, copy, At.LOOK)

    def _release(self, state: State, copy: int) -> Steps:
        answer = At.GOT_200 if self.answer_200_when_publish_fails else At.AWAY
        if copy in state.fences or self.release_without_fence:
            yield f"release: done: {answer}", _over(_write(state, None), copy, answer)
            yield "!release: no reply in time: 503", _over(_given_up(state, copy, "release"), copy, answer)
        else:
            yield "release: it is another's: 503", _over(state, copy, answer)


def lost_or_forgotten(state: State) -> str | None:
    """I1, and the half of I3 that no fault may break."""
    if At.GOT_200 in state.copies and not state.published:
        return "I1: a copy got 200 and nothing is on the topic"
    return state.broken


def published_twice(state: State) -> str | None:
    """The other half of I3: what racing copies alone must never do."""
    return "I3: published twice" if state.published > 1 else None


def all_got_200(state: State) -> bool:
    """I2's goal."""
    return all(at is At.GOT_200 for at in state.copies)


def _to(state: State, copy: int, at: At) -> State:
    return replace(state, copies=(*state.copies[:copy], at, *state.copies[copy + 1 :]))


def _over(state: State, copy: int, at: At) -> State:
    """The request has ended: nobody has its token or its fence any more."""
    document = state.document
    if document is not None and document.owner == copy:
        document = replace(document, owner=None)
    return _to(replace(state, document=document, fences=state.fences - {copy}), copy, at)


def _write(state: State, document: Document | None, writer: int | None = None) -> State:
    """A write that is applied; every other fence is stale now, those of late writes among them."""
    before = state.document
    confirmed = before is not None and before.state == "published" and not before.expired
    kept = document is not None and document.state == "published"
    return replace(
        state,
        document=document,
        fences=frozenset() if writer is None else frozenset({writer}),
        late=state.late & {"create"},
        broken="I3: what was confirmed is forgotten" if confirmed and not kept else state.broken,
    )


def _given_up(state: State, copy: int, write: str) -> State:
    """No reply in time: the write may be applied later, if its fence holds."""
    late = state.late | {write} if copy in state.fences else state.late
    return replace(state, late=late)


def _confirmed(state: State, copy: int) -> State:
    return _write(state, Document("published", copy), copy) if copy in state.fences else state


def _published(state: State, times: int = 1) -> State:
    return replace(state, published=min(MOST, state.published + times))
