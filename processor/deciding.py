"""A decision: the conversation is loaded, the bot is asked, and what it wants becomes a plan to be stored.

The bot's questions to its ports are answered here.  Nothing is stored or sent here.
"""

import asyncio
import datetime as dt
import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wacloud.errors import InvalidMessageError
from wacloud.inbound import Message, System
from wacloud.outbound import Outbound, build_request
from wacloud.person import Person
from wacloud.update import conversation_id

from bots import Conversation, Decider, Decision, Occasion, Port, PortError, Query, TimerFired
from cloud import firestore
from cloud.firestore import Write
from cloud.logs import fields
from processor import conversations, metrics, timers
from processor.protocol.entry import PlannedEvent
from processor.protocol.events import Decided
from processor.protocol.reply import Reply

log = logging.getLogger(__name__)
_MOVES = frozenset({"user_changed_number", "user_changed_user_id"})
_MOST_QUESTIONS = 4  # rounds of queries that a bot may ask about one occasion


class BotError(Exception):
    """The bot has broken its contract; the message says how."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the bot is asked about: a message of a person, or a timer that fires.  `id`: the outbox document's."""

    id: str
    occasion: Message | timers.Firing
    phone_number_id: str
    person: Person
    received_at: dt.datetime


class Deciding:
    """Asks one bot.  `timeout` (seconds) bounds all its answers to one occasion, `port_timeout` one answer of a port."""

    def __init__(
        self,
        bot: Decider,
        documents: conversations.Documents,
        *,
        timeout: float,
        port_timeout: float,
        retention: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._bot = bot
        self._documents = documents
        self._timeout = timeout
        self._port_timeout = port_timeout
        self._retention = retention
        self._clock = clock
        self._ports: Mapping[str, Port] = getattr(bot, "ports", {})

    async def decide(self, asked: Asked) -> Decided:
        """The decision on the conversation as it is now.  Raises StoreError, and what the bot raises."""
        if isinstance(asked.occasion, timers.Firing):
            return await self._fire(asked, asked.occasion)
        now = self._clock()
        message = asked.occasion
        person, previous = _identities(asked.person, message)
        conversation = await conversations.load(
            self._documents, asked.phone_number_id, person, now, previous=previous
        )
        conversation = replace(conversation, name=_name(message) or conversation.name)
        if message.group_id:
            decision = Decision()
        else:
            decision = await self._judge(conversation, message, _time(message, now))
        if conversation.is_silent(now):
            # Who asks to be left alone is heard all the same.
            decision = Decision(opted_out=decision.opted_out)
        changed = replace(conversation, last_message_at=_time(message, now))
        return self._decided(asked, decision, changed, now)

    async def _fire(self, asked: Asked, firing: timers.Firing) -> Decided:
        """A timer that was moved, cancelled or has fired meanwhile does nothing; nor does one of who wants silence."""
        now = self._clock()
        document = await self._documents.get(self._documents.path(timers.COLLECTION, firing.timer))
        if document is None or document.fields["due_at"] != firing.due_at:
            return Decided(())
        found = document.fields
        taken_away = {document.name: firestore.delete(document.name, document.update_time)}
        person = Person(user_id=found["user_id"], wa_id=found["wa_id"])
        phone_number_id = found["phone_number_id"]
        conversation = await conversations.load(self._documents, phone_number_id, person, now)
        if not conversation.known or conversation.opted_out or conversation.is_silent(now):
            return Decided((), commit=tuple(taken_away.values()))
        fired = TimerFired(found["timer_id"], firing.due_at, found["data"])
        decision = await self._judge(conversation, fired, now)
        asked = replace(asked, phone_number_id=phone_number_id, person=person)
        return self._decided(asked, decision, conversation, now, taken_away)

    def _decided(
        self,
        asked: Asked,
        decision: Decision,
        conversation: conversations.Conversation,
        now: dt.datetime,
        others: Mapping[str, Write] | None = None,
    ) -> Decided:
        """The plan, and the writes that are stored with it or not at all."""
        person = conversation.person
        changed = replace(
            conversation,
            state=conversation.state if decision.state is None else decision.state,
            opted_out=conversation.opted_out if decision.opted_out is None else decision.opted_out,
        )
        of_timers = timers.writes(
            self._documents.path,
            decision,
            conversation=conversation_id(asked.phone_number_id, person.key),
            phone_number_id=asked.phone_number_id,
            person=person,
            now=now,
        )
        writes = [*changed.writes(self._retention, now), *{**(others or {}), **of_timers}.values()]
        return Decided(
            tuple(self._addressed(reply, person, asked.id) for reply in decision.replies),
            _events(decision, asked, conversation),
            tuple(writes),
        )

    async def _judge(
        self, conversation: conversations.Conversation, occasion: Occasion, now: dt.datetime
    ) -> Decision:
        """The bot's decision, in time."""
        known = Conversation(
            conversation.state, conversation.name, conversation.person, conversation.opted_out
        )
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ask(known, occasion, now)
        except TimeoutError:
            raise BotError(f"the bot has not decided within {self._timeout:g} s") from None

    async def _ask(self, known: Conversation, occasion: Occasion, now: dt.datetime) -> Decision:
        facts: dict[str, Any] = {}
        for _ in range(_MOST_QUESTIONS + 1):
            answer = self._bot(known, occasion, facts, now)
            if inspect.isawaitable(answer):
                answer = await answer
            if isinstance(answer, Decision):
                return answer
            if not _are_queries(answer):
                raise BotError(f"the bot answered {type(answer).__name__}, not a Decision or queries")
            found = await asyncio.gather(*(self._fact(query) for query in answer))
            facts = {**facts, **dict(zip((query.name for query in answer), found, strict=True))}
        raise BotError(f"the bot asks its ports more than {_MOST_QUESTIONS} times about one occasion")

    async def _fact(self, query: Query) -> Any:
        """A port's answer; {"error": ...} where it fails or is late, so that the bot can say something useful."""
        port = self._ports.get(query.port)
        if port is None:
            raise BotError(f"the bot asks the port {query.port!r}; it has {sorted(self._ports)}")
        try:
            async with asyncio.timeout(self._port_timeout):
                return await port(query.arguments)
        except TimeoutError:
            error = f"no answer within {self._port_timeout:g} s"
        except PortError as raised:
            error = str(raised)
        log.warning("a port of the bot does not answer: %s", error, extra=fields(port=query.port))
        return {"error": error}

    def _addressed(self, reply: Outbound, person: Person, outbox_id: str) -> Reply:
        """The request that sends it; failed at once where the person's ids are not ones that Meta takes."""
        to = {"wa_id": person.wa_id, "user_id": person.user_id}
        try:
            return Reply(to, build_request(reply, to=person))
        except InvalidMessageError as error:
            metrics.REPLIES_FAILED.labels("request").inc()
            log.error("a reply cannot be addressed", extra=fields(delivery=outbox_id))
            failure = {"code": None, "kind": "request", "message": str(error)}
            return Reply(to, reply.content(), status="failed", error=failure, at=self._clock())


def _are_queries(answer: object) -> bool:
    return isinstance(answer, Sequence) and bool(answer) and all(isinstance(query, Query) for query in answer)


def _events(
    decision: Decision, asked: Asked, conversation: conversations.Conversation
) -> tuple[PlannedEvent, ...]:
    """The bot's events, each with an id of its own and whom it is about."""
    known = {
        "phone_number_id": asked.phone_number_id,
        "name": conversation.name or None,
        "wa_id": conversation.person.wa_id,
        "user_id": conversation.person.user_id,
        "received_at": asked.received_at.isoformat(),
    }
    return tuple(
        PlannedEvent(f"{asked.id}.{index}", event.name, event.topic, {**event.data, **known})
        for index, event in enumerate(decision.events)
    )


def _name(message: Message) -> str | None:
    """What the person calls themselves."""
    return message.contact.profile.name if message.contact else None


def _time(message: Message, now: dt.datetime) -> dt.datetime:
    """When the message was written; never in the future, whatever a clock elsewhere says."""
    return min(message.timestamp, now) if message.timestamp else now


def _identities(person: Person, message: Message) -> tuple[Person, Person | None]:
    """Who the person is, and who they were until a `system` message announced a new number or user id."""
    content = message.content
    if not isinstance(content, System) or content.type not in _MOVES or not content.now.key:
        return person, None
    return content.now, Person(content.previous_user_id or person.user_id, person.wa_id)
