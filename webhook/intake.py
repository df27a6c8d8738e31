"""The intake protocol: nothing that gets 200 is lost, nothing confirmed is published again.

    claim    create-if-absent in Firestore: of racing copies, one goes on
    publish  to the topic, a person's messages by their ordering key
    confirm  the claim becomes `published`: from here on copies are dropped

A crash between any two steps leaves a claim whose lease runs out; Meta's next copy takes it over.  Firestore away:
published unclaimed, marked so (the processor's own claim absorbs the copy).  Pub/Sub away: the claim is released and
Meta is asked to come again.  tests/unit/protocols searches every interleaving of this.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cloud import trace
from cloud.logs import fields, mask
from cloud.pubsub import Message, Published, PublishError, message
from webhook import metrics
from webhook.inbox import Claim, Outcome
from whatsapp.notification import Delivery

log = logging.getLogger(__name__)
_LONGEST_ATTRIBUTE = 1_024  # bytes; Pub/Sub quotas and limits
_PUBLISHED = frozenset({Outcome.OWNED, Outcome.UNDECIDED, Outcome.UNCLAIMED})


class Claims(Protocol):
    """The part of webhook.inbox.Inbox the protocol stands on."""

    async def claim(self, deliveries: Sequence[Delivery]) -> list[Claim]: ...
    async def confirm(self, claims: Sequence[Claim]) -> None: ...
    async def release(self, claims: Sequence[Claim]) -> None: ...


class Topic(Protocol):
    """The part of cloud.pubsub.Publisher the protocol stands on."""

    def submit(self, item: Message) -> asyncio.Future[None]: ...
    async def publish(self, ordering_key: str, messages: Sequence[Message]) -> Published: ...


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a body's deliveries; Meta gets 200 only where the first two are all there is."""

    published: int = 0
    duplicates: int = 0
    in_progress: int = 0
    failed: int = 0

    @property
    def complete(self) -> bool:
        """Whether every delivery is on the topic or a confirmed duplicate."""
        return not self.in_progress and not self.failed


class Intake:
    """Takes the deliveries of one body through the protocol."""

    def __init__(self, inbox: Claims, topic: Topic, *, dedupe_statuses: bool) -> None:
        self._inbox = inbox
        self._topic = topic
        self._dedupe_statuses = dedupe_statuses

    async def accept(self, deliveries: Sequence[Delivery], received_at: float) -> Accepted:
        """Claims, publishes, confirms.  `received_at`: Unix seconds."""
        first = {delivery.id: delivery for delivery in reversed(deliveries)}
        unique = [delivery for delivery in deliveries if first[delivery.id] is delivery]
        copies = len(deliveries) - len(unique)

        claims = await self._claim(unique)
        going = [claim for claim in claims if claim.outcome in _PUBLISHED]
        published = await self._publish(going, received_at)
        kept = [claim for claim in going if claim.delivery.id in published]
        lost = [claim for claim in going if claim.delivery.id not in published]
        if lost:
            await self._inbox.release(lost)
        await self._inbox.confirm(kept)

        for claim in claims:
            _tell(claim, published)
        metrics.DUPLICATES.inc(copies)
        outcomes = [claim.outcome for claim in claims]
        return Accepted(
            published=len(kept),
            duplicates=copies + outcomes.count(Outcome.DUPLICATE),
            in_progress=outcomes.count(Outcome.IN_PROGRESS),
            failed=len(lost),
        )

    async def _claim(self, deliveries: Sequence[Delivery]) -> list[Claim]:
        claimable = [
            delivery for delivery in deliveries if delivery.kind != "status" or self._dedupe_statuses
        ]
        found = {}
        if claimable:
            with metrics.CLAIM_SECONDS.time():
                found = {claim.delivery.id: claim for claim in await self._inbox.claim(claimable)}
        return [found.get(delivery.id) or Claim(delivery, Outcome.UNCLAIMED) for delivery in deliveries]

    async def _publish(self, claims: Sequence[Claim], received_at: float) -> set[str]:
        """The ids of those the topic has.  Of one person's, those after a failed one stay behind it."""
        if not claims:
            return set()
        started = time.perf_counter()
        people: defaultdict[str, list[tuple[str, Message]]] = defaultdict(list)
        anyone: list[tuple[str, asyncio.Future[None]]] = []
        for claim in claims:
            delivery = claim.delivery
            item = message(delivery.encode(), _attributes(claim, received_at))
            if key := delivery.ordering_key:
                people[key].append((delivery.id, item))
            else:
                anyone.append((delivery.id, self._topic.submit(item)))

        results = await asyncio.gather(
            *(self._topic.publish(key, [item for _, item in sent]) for key, sent in people.items())
        )
        published: set[str] = set()
        for result, sent in zip(results, people.values(), strict=True):
            published.update(name for name, _ in sent[: result.count])
            if result.error:
                log.error("publishing failed: %s", result.error)
        for name, future in anyone:
            try:
                await future
                published.add(name)
            except PublishError as error:
                log.error("publishing failed: %s", error)
        metrics.PUBLISH_SECONDS.observe(time.perf_counter() - started)
        return published


def _attributes(claim: Claim, received_at: float) -> dict[str, str]:
    delivery = claim.delivery
    attributes = {
        "delivery_id": delivery.id,
        "kind": delivery.kind,
        "field": delivery.field,
        "phone_number_id": delivery.phone_number_id,
        "message_type": delivery.type,
        "received_at": f"{received_at:.6f}",
    }
    if current := trace.current.get():
        attributes["traceparent"] = current.traceparent
    if claim.outcome is Outcome.UNDECIDED:
        attributes["dedupe"] = "skipped"
    # A body may say anything; Pub/Sub refuses a request whole for one attribute that it does not like.
    return {name: value for name, value in attributes.items() if value and _fits(value)}


def _fits(value: str) -> bool:
    return len(value) <= _LONGEST_ATTRIBUTE and value.isascii()


def _tell(claim: Claim, published: set[str]) -> None:
    """One log line and one count for what became of a delivery."""
    delivery = claim.delivery
    said = {
        "delivery": delivery.document_id,
        "kind": delivery.kind,
        "type": delivery.type or None,
        "field": delivery.field,
        "person": mask(delivery.person.key) if delivery.person.key else None,
    }
    if delivery.id in published:
        metrics.count(delivery)
        if claim.outcome is Outcome.UNDECIDED:
            metrics.UNCLAIMED.inc()
            log.warning("published unclaimed: Firestore is away", extra=fields(**said, outcome="unclaimed"))
        else:
            log.info("published", extra=fields(**said, outcome="published"))
    elif claim.outcome is Outcome.DUPLICATE:
        metrics.DUPLICATES.inc()
        log.info("duplicate", extra=fields(**said, outcome="duplicate"))
    elif claim.outcome is Outcome.IN_PROGRESS:
        log.info("in progress elsewhere", extra=fields(**said, outcome="in_progress"))
    else:
        log.error("not published: Meta is asked to come again", extra=fields(**said, outcome="failed"))
