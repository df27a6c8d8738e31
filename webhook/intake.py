"""The intake protocol: nothing that gets 200 is lost, nothing confirmed is published again.

    claim    create-if-absent in Firestore: of racing copies, one goes on
    publish  to the topic, a person's messages by their ordering key
    confirm  the claim becomes `published`: from here on copies are dropped

A crash between any two steps leaves a claim whose lease runs out; Meta's next copy takes it over.  Firestore away:
published unclaimed, marked so (the processor's own claim absorbs the copy).  Pub/Sub away: the claim is released and
Meta is asked to come again.  tests/unit/protocols searches the interleavings
of a model of this.
"""

import asyncio
import dataclasses
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from wacloud.notification import Update

from cloud import trace
from cloud.group_commit import abandon
from cloud.logs import fields, mask
from cloud.pubsub import Message, Published, PublishError, message
from cloud.stages import Stage
from cloud.turns import yield_every
from webhook import metrics
from webhook.inbox import Claim, ClaimResult

log = logging.getLogger(__name__)
_LONGEST_ATTRIBUTE = 1_024  # bytes; Pub/Sub quotas and limits
_PUBLISHES = 32  # requests to Pub/Sub in flight, of all bodies together
_TO_PUBLISH = frozenset({ClaimResult.OWNED, ClaimResult.UNDECIDED, ClaimResult.NOT_NEEDED})


class Claims(Protocol):
    """The part of webhook.inbox.Inbox the protocol stands on."""

    async def claim(self, updates: Sequence[Update]) -> list[Claim]: ...
    async def settle(self, *, published: Sequence[Claim], given_up: Sequence[Claim]) -> None: ...


class Topic(Protocol):
    """The part of cloud.pubsub.Publisher the protocol stands on."""

    def submit(self, item: Message) -> asyncio.Future[None]: ...
    async def publish(self, ordering_key: str, messages: Sequence[Message]) -> Published: ...


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a body's updates; Meta gets 200 only where the first two are all there is."""

    published: int = 0
    duplicates: int = 0
    in_progress: int = 0
    failed: int = 0

    @property
    def complete(self) -> bool:
        """Whether every update is on the topic or a confirmed duplicate."""
        return not self.in_progress and not self.failed


class Intake:
    """Takes the updates of one body through the protocol."""

    def __init__(self, inbox: Claims, topic: Topic, *, dedupe_statuses: bool, publish_timeout: float) -> None:
        self._inbox = inbox
        self._topic = topic
        self._dedupe_statuses = dedupe_statuses
        self._publish_timeout = publish_timeout
        # First come, first served: one body after the other gets done, instead of all of them too late.
        self._slots = asyncio.Semaphore(_PUBLISHES)

    async def accept(self, updates: Sequence[Update], received_at: float) -> Accepted:
        """Claims, publishes, confirms.  `received_at`: Unix seconds.

        Raises RecursionError, before anything is claimed, for an update nested too deeply to be written.
        """
        first = {update.id: update for update in reversed(updates)}
        unique = [update for update in updates if first[update.id] is update]
        copies = len(updates) - len(unique)
        data = {update.id: update.encode() async for update in yield_every(unique)}

        claims = hold_back_later(await self._claim(unique))
        going = [claim for claim in claims if claim.result in _TO_PUBLISH]
        _log_stage("claimed", Stage.CLAIMED, going)
        try:
            published = await self._publish(going, data, received_at)
        except Exception:
            # Nobody foresaw it; at least Meta's next try need not wait for the lease.
            await self._inbox.settle(published=[], given_up=claims)
            raise
        kept = [claim for claim in going if claim.update.id in published]
        _log_stage("on the topic", Stage.PUBLISHED, kept)
        lost = [claim for claim in going if claim.update.id not in published]
        waiting = [claim for claim in claims if claim.result is ClaimResult.IN_PROGRESS]
        await self._inbox.settle(published=kept, given_up=[*lost, *waiting])

        async for claim in yield_every(claims):
            _log_result(claim, published)
        metrics.DUPLICATES.inc(copies)
        outcomes = [claim.result for claim in claims]
        return Accepted(
            published=len(kept),
            duplicates=copies + outcomes.count(ClaimResult.DUPLICATE),
            in_progress=len(waiting),
            failed=len(lost),
        )

    async def _claim(self, updates: Sequence[Update]) -> list[Claim]:
        claimable = [update for update in updates if update.kind != "status" or self._dedupe_statuses]
        found = {}
        if claimable:
            with metrics.CLAIM_SECONDS.time():
                found = {claim.update.id: claim for claim in await self._inbox.claim(claimable)}
        return [found.get(update.id) or Claim(update, ClaimResult.NOT_NEEDED) for update in updates]

    async def _publish(
        self, claims: Sequence[Claim], data: Mapping[str, bytes], received_at: float
    ) -> set[str]:
        """The ids of those the topic has.  Of one person's, those after a failed one stay behind it."""
        if not claims:
            return set()
        started = time.perf_counter()
        deadline = asyncio.get_running_loop().time() + self._publish_timeout
        people: defaultdict[str, list[tuple[str, Message]]] = defaultdict(list)
        unordered: list[tuple[str, Message]] = []
        async for claim in yield_every(claims):
            update = claim.update
            item = message(data[update.id], _attributes(claim, received_at))
            if key := update.ordering_key:
                people[key].append((update.id, item))
            else:
                unordered.append((update.id, item))
        anyone = [(name, self._topic.submit(item)) for name, item in unordered]

        published: set[str] = set()
        errors: set[str] = set()

        async def send(key: str, items: Sequence[tuple[str, Message]]) -> None:
            async with self._slots:
                result = await self._topic.publish(key, [item for _, item in items])
            published.update(name for name, _ in items[: result.count])
            if result.error:
                errors.add(str(result.error))

        sends = [send(key, items) for key, items in people.items()]
        try:
            async with asyncio.timeout_at(deadline):
                # Most bodies are of one person; a task of its own costs 10 µs.
                await (sends[0] if len(sends) == 1 else asyncio.gather(*sends))
                for name, future in anyone:
                    try:
                        await future
                        published.add(name)
                    except PublishError as error:
                        errors.add(str(error))
        except TimeoutError:
            # What the topic has taken by now is confirmed all the same: the next copy has less to do.
            published.update(name for name, future in anyone if _is_taken(future))
            abandon(future for _, future in anyone)
            errors.add("Pub/Sub did not take everything in time")
        for reason in errors:
            log.error("publishing failed: %s", reason)
        metrics.PUBLISH_SECONDS.observe(time.perf_counter() - started)
        return published


def _is_taken(future: asyncio.Future[None]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def hold_back_later(claims: Iterable[Claim]) -> list[Claim]:
    """The claims; one behind a message of the same person that is in progress elsewhere waits as well, to keep the order."""
    found: list[Claim] = []
    held: set[str] = set()
    for claim in claims:
        key = claim.update.ordering_key
        if claim.result is ClaimResult.IN_PROGRESS and key:
            held.add(key)
        elif claim.result in _TO_PUBLISH and key in held:
            found.append(dataclasses.replace(claim, result=ClaimResult.IN_PROGRESS))
            continue
        found.append(claim)
    return found


def _attributes(claim: Claim, received_at: float) -> dict[str, str]:
    update = claim.update
    attributes = {
        "delivery_id": update.id,
        "kind": update.kind,
        "field": update.field,
        "phone_number_id": update.phone_number_id,
        "message_type": update.type,
        "received_at": f"{received_at:.6f}",
    }
    if current := trace.current.get():
        attributes["traceparent"] = current.traceparent
    if claim.result is ClaimResult.UNDECIDED:
        attributes["dedupe"] = "skipped"
    # A body may say anything; Pub/Sub refuses a request whole for one attribute that it does not like.
    return {name: value for name, value in attributes.items() if value and _fits(value)}


def _fits(value: str) -> bool:
    return len(value) <= _LONGEST_ATTRIBUTE and value.isascii()


def _log_stage(text: str, stage: Stage, claims: Sequence[Claim]) -> None:
    """At DEBUG, how far each update is; `_log_result` says what became of it when all is done."""
    if log.isEnabledFor(logging.DEBUG):
        for claim in claims:
            log.debug(text, extra=fields(delivery=claim.update.document_id, stage=stage))


def _log_result(claim: Claim, published: set[str]) -> None:
    """One log line and one count for what became of an update."""
    update = claim.update
    values = {
        "delivery": update.document_id,
        "kind": update.kind,
        "type": update.type or None,
        "field": update.field,
        "person": mask(update.person.key) if update.person.key else None,
    }
    if update.id in published:
        metrics.count(update)
        if claim.result is ClaimResult.UNDECIDED:
            metrics.UNDECIDED.inc()
            log.warning(
                "published without a claim: Firestore is unavailable",
                extra=fields(**values, outcome="undecided"),
            )
        else:
            log.info("published", extra=fields(**values, outcome="published"))
    elif claim.result is ClaimResult.DUPLICATE:
        metrics.DUPLICATES.inc()
        log.info("duplicate", extra=fields(**values, outcome="duplicate"))
    elif claim.result is ClaimResult.IN_PROGRESS:
        log.info("in progress elsewhere", extra=fields(**values, outcome="in_progress"))
    else:
        log.error("not published: Meta is asked to come again", extra=fields(**values, outcome="failed"))
