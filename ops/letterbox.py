"""The dead letters: deliveries that the processor did not acknowledge in all their tries.

Pub/Sub has no view into a subscription: looking is pulling.  What is pulled is leased for ten minutes, comes back when
it is released, and is gone only when it was acknowledged, which happens after it has been published anew.  Source:
Google Cloud, Pub/Sub, "Dead-letter topics", "Forward to dead-letter topics".
"""

import datetime as dt
import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from google.api_core.exceptions import DeadlineExceeded, GoogleAPICallError
from google.cloud import firestore
from google.pubsub_v1 import PublisherClient, SubscriberClient
from wacloud.notification import Update, split

_SOURCE = "CloudPubSubDeadLetterSource"  # what Pub/Sub adds when it gives up
_RESERVED = "goog"
_LEASE_SECONDS = 600  # the longest there is
_AT_ONCE = 500
_PUBLISH_SECONDS = 30.0
_PULL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Story:
    """What the processor's outbox knows of a delivery: how far it came, and the errors of its replies."""

    state: str
    attempt: int
    errors: tuple[str, ...]
    replies: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message of the dead-letter subscription.  `delivery` is None where the data is no notification."""

    message_id: str
    ack_id: str
    data: bytes
    attributes: Mapping[str, str]
    ordering_key: str
    published_at: dt.datetime
    delivery: Update | None
    story: Story | None = None

    @property
    def id(self) -> str:
        """The delivery's document in the inbox and the outbox; Pub/Sub's id where there is no delivery."""
        return self.delivery.document_id if self.delivery else self.message_id

    @property
    def attempts(self) -> str:
        """How often it was pushed before it was given up."""
        return self.attributes.get(f"{_SOURCE}DeliveryCount", "")

    @property
    def identities(self) -> frozenset[str]:
        """Every id of the person it is about."""
        person = self.delivery.person if self.delivery else None
        known = (person.wa_id, person.user_id, person.parent_user_id) if person else ()
        return frozenset(name for name in known if name)

    @property
    def original(self) -> dict[str, str]:
        """The attributes it was published with at first."""
        return {
            name: value
            for name, value in self.attributes.items()
            if not name.startswith((_SOURCE, _RESERVED))
        }


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters are meant: those that meet every condition that is given."""

    ids: tuple[str, ...] = ()
    error: str | None = None
    person: str | None = None

    def __contains__(self, letter: object) -> bool:
        if not isinstance(letter, DeadLetter):
            return False
        if self.ids and not any(letter.id.startswith(name) or letter.message_id == name for name in self.ids):
            return False
        errors = letter.story.errors if letter.story else ()
        if self.error is not None and self.error not in (errors or ("none",)):
            return False
        return self.person is None or self.person in letter.identities


class Letterbox:
    """The dead-letter subscription, and the way back.

    `patience` (seconds) is how long nothing must come to be all; None, which only the emulator keeps its word on, asks
    for what is there at once.
    """

    def __init__(
        self,
        subscriber: SubscriberClient,
        publisher: PublisherClient,
        documents: firestore.Client,
        *,
        subscription: str,
        topic: str,
        patience: float | None,
    ) -> None:
        self._subscriber = subscriber
        self._publisher = publisher
        self._documents = documents
        self._subscription = subscription
        self._topic = topic
        self._patience = patience

    def take(self) -> list[DeadLetter]:
        """Every letter there is, oldest first, leased to this process for ten minutes."""
        found: dict[str, DeadLetter] = {}
        while batch := self._pull():
            self._lease([item.ack_id for item in batch], _LEASE_SECONDS)
            found |= {item.message.message_id: _letter(item) for item in batch}
        letters = sorted(found.values(), key=lambda letter: letter.published_at)
        stories = self._stories(letters)
        return [replace(letter, story=stories.get(letter.id)) for letter in letters]

    def release(self, letters: Iterable[DeadLetter]) -> None:
        """Puts them back: others see them at once."""
        self._lease([letter.ack_id for letter in letters], 0)

    def discard(self, letters: Iterable[DeadLetter]) -> None:
        """Away with them, for good."""
        for group in _groups([letter.ack_id for letter in letters]):
            self._subscriber.acknowledge(request={"subscription": self._subscription, "ack_ids": group})

    def replay(
        self, letters: Sequence[DeadLetter], done: Callable[[DeadLetter, str | None], None]
    ) -> list[DeadLetter]:
        """Publishes them anew in their order, then takes each out of the box; those that could not be.

        `done` hears of each, with the reason where it failed.  After a failure the rest of the same person's stay:
        a later message must not overtake an earlier one.
        """
        failed: list[DeadLetter] = []
        stopped: set[str] = set()
        for letter in letters:
            key = letter.ordering_key or (letter.delivery.ordering_key if letter.delivery else "")
            reason = "an earlier one of the same person failed" if key and key in stopped else None
            reason = reason or self._publish(letter, key)
            if reason is None:
                self.discard([letter])
            else:
                failed.append(letter)
                stopped.add(key)
            done(letter, reason)
        return failed

    def _publish(self, letter: DeadLetter, key: str) -> str | None:
        message = {"data": letter.data, "attributes": letter.original, "ordering_key": key}
        try:
            self._publisher.publish(
                request={"topic": self._topic, "messages": [message]}, timeout=_PUBLISH_SECONDS
            )
        except GoogleAPICallError as error:
            return f"{type(error).__name__}: {error.message}"
        return None

    def _pull(self) -> Sequence[Any]:
        request: dict[str, Any] = {"subscription": self._subscription, "max_messages": _AT_ONCE}
        if self._patience is None:
            request["return_immediately"] = True
        try:
            with warnings.catch_warnings():
                # Deprecated, because the real service may answer with nothing though there is something.
                warnings.filterwarnings("ignore", "The return_immediately flag", DeprecationWarning)
                answer = self._subscriber.pull(
                    request=request, timeout=self._patience or _PULL_SECONDS, retry=None
                )
        except DeadlineExceeded:
            return ()
        return list(answer.received_messages)

    def _lease(self, ack_ids: Sequence[str], seconds: int) -> None:
        for group in _groups(ack_ids):
            self._subscriber.modify_ack_deadline(
                request={
                    "subscription": self._subscription,
                    "ack_ids": group,
                    "ack_deadline_seconds": seconds,
                }
            )

    def _stories(self, letters: Iterable[DeadLetter]) -> dict[str, Story]:
        outbox = self._documents.collection("outbox")
        names = [outbox.document(letter.id) for letter in letters if letter.delivery]
        found = self._documents.get_all(names) if names else ()
        return {document.id: _story(document.to_dict() or {}) for document in found if document.exists}


def _letter(item: Any) -> DeadLetter:
    message = item.message
    return DeadLetter(
        message_id=message.message_id,
        ack_id=item.ack_id,
        data=message.data,
        attributes=dict(message.attributes),
        ordering_key=message.ordering_key,
        published_at=message.publish_time,
        delivery=_delivery(message.data),
    )


def _delivery(data: bytes) -> Update | None:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return None
    deliveries = split(body) if isinstance(body, dict) else []
    return deliveries[0] if len(deliveries) == 1 else None


def _story(fields: Mapping[str, Any]) -> Story:
    replies = tuple(fields.get("replies") or ())
    errors = [
        str(reply["error"].get("code") or reply["error"].get("kind"))
        for reply in replies
        if reply.get("error")
    ]
    return Story(
        state=str(fields.get("state", "")),
        attempt=int(fields.get("attempt", 0)),
        errors=tuple(dict.fromkeys(errors)),
        replies=replies,
    )


def _groups(ack_ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ack_ids), _AT_ONCE):
        yield list(ack_ids[start : start + _AT_ONCE])
