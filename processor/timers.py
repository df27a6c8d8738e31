"""A bot's timers: documents that are written with the plan, and published to the ordered topic when they are due.

`timers/{sha256 of conversation and timer id}`: conversation, phone_number_id, wa_id, user_id, timer_id, due_at, data,
publish_at (when a tick publishes it next), attempts, expire_at.  Set, moved and cancelled in the commit of a plan; taken
away in the commit of the plan of its own firing.  So a timer that is set is published until it has fired: a crash anywhere
makes another copy at most, and all copies of one firing share one outbox document.
"""

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from google.protobuf.timestamp_pb2 import Timestamp
from wacloud.person import Person

from bots import Decision, Timer
from cloud import firestore
from cloud.firestore import Conflict, Document, Write
from cloud.logs import fields
from cloud.pubsub import Message, Published, message
from processor import metrics

log = logging.getLogger(__name__)
COLLECTION = "timers"
KIND = "timer"
_PAGE = 200  # timers a tick publishes
_PAUSE = dt.timedelta(minutes=1)  # before a timer that has not fired is published again; doubles each time
_LONGEST_PAUSE = dt.timedelta(hours=1)
_RETENTION = dt.timedelta(days=7)  # after it was due, as long as the topic keeps a message


class Documents(Protocol):
    """The part of cloud.firestore.Store that is used."""

    async def until(self, collection: str, field: str, time: dt.datetime, *, most: int) -> list[Document]: ...
    async def commit(self, writes: Sequence[Write]) -> list[Timestamp]: ...


class Topic(Protocol):
    """The part of cloud.pubsub.Publisher that is used."""

    async def publish(self, ordering_key: str, messages: Sequence[Message]) -> Published: ...


class TimerError(Exception):
    """A message of kind `timer` is none of ours; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Firing:
    """A timer that is due, as the topic carries it.  `timer`: its document's id."""

    timer: str
    due_at: dt.datetime
    conversation: str

    @property
    def id(self) -> str:
        """The same for every copy of this firing, another for one at another time."""
        return f"timer:{self.timer}:{self.due_at.isoformat()}"

    @property
    def document_id(self) -> str:
        """Its document in the outbox."""
        return hashlib.sha256(self.id.encode()).hexdigest()

    def encode(self, now: dt.datetime) -> Message:
        """As the topic carries it."""
        content = {"timer": self.timer, "due_at": self.due_at.isoformat(), "conversation": self.conversation}
        attributes = {"delivery_id": self.id, "kind": KIND, "received_at": f"{now.timestamp():.6f}"}
        return message(json.dumps(content).encode(), attributes)

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> "Firing":
        """The inverse; raises TimerError."""
        try:
            due_at = dt.datetime.fromisoformat(content["due_at"])
            return cls(str(content["timer"]), due_at, str(content["conversation"]))
        except (KeyError, TypeError, ValueError):
            raise TimerError('a timer is {"timer", "due_at", "conversation"}') from None


def document_id(conversation: str, timer_id: str) -> str:
    """The document of one conversation's timer."""
    return hashlib.sha256(f"{conversation}:{timer_id}".encode("utf-8", "surrogatepass")).hexdigest()


def writes(
    path: Callable[[str, str], str],
    decision: Decision,
    *,
    conversation: str,
    phone_number_id: str,
    person: Person,
    now: dt.datetime,
) -> dict[str, Write]:
    """What sets, moves and cancels a decision's timers, by the documents' names; a timer set and cancelled is set."""
    found: dict[str, Write] = {}
    for timer_id in decision.cancel:
        name = path(COLLECTION, document_id(conversation, timer_id))
        found[name] = firestore.delete(name)
    for timer in decision.timers:
        name = path(COLLECTION, document_id(conversation, timer.id))
        found[name] = firestore.put(
            name,
            {
                **_fields(timer, conversation, phone_number_id, person),
                # A timer may be set for a time that is over, by a message that comes late.
                "expire_at": max(timer.due_at, now) + _RETENTION,
            },
        )
    return found


def _fields(timer: Timer, conversation: str, phone_number_id: str, person: Person) -> dict[str, Any]:
    if timer.due_at.tzinfo is None:
        raise ValueError(f"timer {timer.id!r}: due_at has no time zone")
    return {
        "conversation": conversation,
        "phone_number_id": phone_number_id,
        "wa_id": person.wa_id,
        "user_id": person.user_id,
        "timer_id": timer.id,
        "due_at": timer.due_at,
        "data": dict(timer.data),
        "publish_at": timer.due_at,
        "attempts": 0,
    }


class Ticker:
    """Publishes the timers that are due."""

    def __init__(self, documents: Documents, topic: Topic, *, clock: Callable[[], dt.datetime]) -> None:
        self._documents = documents
        self._topic = topic
        self._clock = clock

    async def tick(self) -> int:
        """Publishes what is due, at most a page; how many the topic took.  Raises StoreError."""
        now = self._clock()
        due = await self._documents.until(COLLECTION, "publish_at", now, most=_PAGE)
        by_conversation: dict[str, list[Document]] = {}
        for document in due:
            by_conversation.setdefault(document.fields["conversation"], []).append(document)
        count = 0
        for conversation, documents in by_conversation.items():
            live = [document for document in documents if document.fields["expire_at"] > now]
            published = await self._topic.publish(conversation, [_firing(each).encode(now) for each in live])
            if published.error:
                log.error("a timer was not published: %s", published.error)
            count += published.count
            # One that is too old is left to TTL; nobody asks for it again.
            done = [*live[: published.count], *(each for each in documents if each not in live)]
            for document in done:
                await self._publish_later(document, now)
        metrics.TIMERS.inc(count)
        return count

    async def _publish_later(self, document: Document, now: dt.datetime) -> None:
        """It is published again, unless it has fired by then."""
        attempts = document.fields["attempts"] + 1
        pause = min(_PAUSE * 2 ** min(attempts - 1, 10), _LONGEST_PAUSE)
        expired = document.fields["expire_at"] <= now
        changes = {
            "attempts": attempts,
            "publish_at": document.fields["expire_at"] + dt.timedelta(days=365) if expired else now + pause,
        }
        if attempts > 1:
            log.warning("a timer has not fired yet", extra=fields(attempt=attempts))
        try:
            await self._documents.commit([firestore.update(document.name, changes, document.update_time)])
        except Conflict:
            return  # moved, cancelled or fired meanwhile


def _firing(document: Document) -> Firing:
    found = document.fields
    return Firing(document.name.rsplit("/", 1)[1], found["due_at"], found["conversation"])
