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
from wacloud.outbound import Outbound, body
from wacloud.person import Person

from bots import Conversation, Decider, Decision, Event, Occasion, Port, PortError, Query
from cloud.logs import fields
from processor import conversations, metrics
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
    """What the bot is asked about: a message, or a timer of a person."""

    id: str
    occasion: Occasion
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
        now = self._clock()
        occasion = asked.occasion
        person, previous = _identities(asked.person, occasion)
        conversation = await conversations.load(
            self._documents, asked.phone_number_id, person, now, previous=previous
        )
        decision = await self._judge(conversation, occasion, now)
        opted_out = conversation.opted_out if decision.opted_out is None else decision.opted_out
        conversation = replace(
            conversation,
            state=conversation.state if decision.state is None else decision.state,
            opted_out=opted_out,
            last_message_at=_time(occasion, now),
        )
        return Decided(
            tuple(self._addressed(reply, conversation.person, asked.id) for reply in decision.replies),
            _events(decision, asked, conversation.person),
            tuple(conversation.writes(self._retention, now)),
        )

    async def _judge(
        self, conversation: conversations.Conversation, occasion: Occasion, now: dt.datetime
    ) -> Decision:
        if isinstance(occasion, Message) and occasion.group_id:
            return Decision()
        known = Conversation(
            conversation.state, _name(occasion) or "", conversation.person, conversation.opted_out
        )
        try:
            async with asyncio.timeout(self._timeout):
                decision = await self._ask(known, occasion, _time(occasion, now))
        except TimeoutError:
            raise BotError(f"the bot has not decided within {self._timeout:g} s") from None
        if conversation.is_silent(now):
            # Who asks to be left alone is heard all the same.
            return Decision(opted_out=decision.opted_out)
        return decision

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
            return Reply(to, body(reply, to=person))
        except InvalidMessageError as error:
            metrics.REPLIES_FAILED.labels("request").inc()
            log.error("a reply cannot be addressed", extra=fields(delivery=outbox_id))
            failure = {"code": None, "kind": "request", "message": str(error)}
            return Reply(to, reply.content(), status="failed", error=failure, at=self._clock())


def _are_queries(answer: object) -> bool:
    return isinstance(answer, Sequence) and bool(answer) and all(isinstance(query, Query) for query in answer)


def _events(decision: Decision, asked: Asked, person: Person) -> tuple[PlannedEvent, ...]:
    """The bot's events, each with an id of its own and whom it is about."""
    known = {
        "phone_number_id": asked.phone_number_id,
        "name": _name(asked.occasion),
        "wa_id": person.wa_id,
        "user_id": person.user_id,
        "received_at": asked.received_at.isoformat(),
    }
    events = decision.events
    if decision.lead is not None:
        events = (*events, Event("lead", decision.lead))
    return tuple(
        PlannedEvent(f"{asked.id}.{index}", event.name, event.topic, {**event.data, **known})
        for index, event in enumerate(events)
    )


def _name(occasion: Occasion) -> str | None:
    """What the person calls themselves."""
    contact = occasion.contact if isinstance(occasion, Message) else None
    return contact.profile.name if contact else None


def _time(occasion: Occasion, now: dt.datetime) -> dt.datetime:
    """When the message was written; never in the future, whatever a clock elsewhere says."""
    written = occasion.timestamp if isinstance(occasion, Message) else None
    return min(written, now) if written else now


def _identities(person: Person, occasion: Occasion) -> tuple[Person, Person | None]:
    """Who the person is, and who they were until a `system` message announced a new number or user id."""
    content = occasion.content if isinstance(occasion, Message) else None
    if not isinstance(content, System) or content.type not in _MOVES or not content.now.key:
        return person, None
    return content.now, Person(content.previous_user_id or person.user_id, person.wa_id)
