"""A conversation with a bot without WhatsApp: for tests, transcripts and the terminal.

    assert say(bot, "Oi") == ["Olá!"]

The clock is the talk's own.  What the processor would do is done here in memory: queries are answered by the bot's
ports, timers fire when the clock passes them, events are kept.
"""

import asyncio
import inspect
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wacloud.inbound import AnyContent, Message, Text
from wacloud.outbound import Outbound
from wacloud.person import Person

from bots.interface import (
    Conversation,
    Decider,
    Decision,
    Event,
    Occasion,
    PortError,
    Query,
    Timer,
    TimerFired,
)
from bots.shown import choices, shown

MOST_ROUNDS = 4
START = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)


class TalkError(Exception):
    """The talk cannot go on like this; the message says why."""


def say(bot: Decider, words: str, **known: Any) -> list[str]:
    """What a bot answers to a first message, as plain text; `known` are fields of the Conversation."""
    return asyncio.run(Talk(bot, Conversation(**known)).say(words))


@dataclass(slots=True)
class Talk:
    """One person's conversation: `said` is every reply so far, `now` moves with `wait`."""

    bot: Decider
    conversation: Conversation = field(default_factory=Conversation)
    now: datetime = START
    said: list[Outbound] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    timers: dict[str, Timer] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1), repr=False)

    def __post_init__(self) -> None:
        if not self.conversation.person.key:
            self.conversation = replace(self.conversation, person=Person(wa_id="5511999990001"))

    async def say(self, words: str) -> list[str]:
        """The answers to a text, as plain text."""
        return await self.send(Text(body=words))

    async def tap(self, choice: str) -> list[str]:
        """The answers to a tap on what was shown last under this title or id."""
        found = [each for message in reversed(self.said) for each in choices(message)]
        content = next((each for each in found if choice in (each.title, each.id)), None)
        if content is None:
            seen = ", ".join(dict.fromkeys(each.title for each in found)) or "nothing"
            raise TalkError(f"nothing to tap is called {choice!r}; there was: {seen}")
        return await self.send(content)

    async def send(self, content: AnyContent, **more: Any) -> list[str]:
        """The answers to any content; `more` are fields of the Message (context, referral, ...)."""
        wamid = f"wamid.TALK{next(self._numbers):06d}"
        message = Message(
            id=wamid,
            timestamp=self.now,
            type=content.type_,
            content=content,
            person=self.conversation.person,
            **more,
        )
        return await self.happen(message)

    async def wait(self, time: timedelta) -> list[str]:
        """Lets time pass; the answers to the timers that become due, in their order."""
        until, answers = self.now + time, list[str]()
        while due := [timer for timer in self.timers.values() if timer.due_at <= until]:
            timer = min(due, key=lambda each: each.due_at)
            del self.timers[timer.id]
            self.now = max(self.now, timer.due_at)
            answers += await self.happen(TimerFired(timer.id, timer.due_at, timer.data))
        self.now = until
        return answers

    async def happen(self, occasion: Occasion) -> list[str]:
        """The answers to any occasion."""
        decision = await self._decide(occasion)
        before = self.conversation
        self.conversation = replace(
            before,
            state=before.state if decision.state is None else decision.state,
            opted_out=before.opted_out if decision.opted_out is None else decision.opted_out,
        )
        for gone in decision.cancel:
            self.timers.pop(gone, None)
        self.timers.update({timer.id: timer for timer in decision.timers})
        self.events += decision.events
        self.said += decision.replies
        return [shown(reply) for reply in decision.replies]

    async def _decide(self, occasion: Occasion) -> Decision:
        facts: dict[str, Any] = {}
        for _ in range(MOST_ROUNDS + 1):
            answer = self.bot(self.conversation, occasion, dict(facts), self.now)
            if inspect.isawaitable(answer):
                answer = await answer
            if isinstance(answer, Decision):
                return answer
            for query in answer:
                facts[query.name] = await self._ask(query)
        raise TalkError(f"the bot asked its ports more than {MOST_ROUNDS} times for one message")

    async def _ask(self, query: Query) -> Any:
        ports: Mapping[str, Any] = getattr(self.bot, "ports", {})
        if query.port not in ports:
            raise TalkError(f"the bot asks the port {query.port!r}, and has {sorted(ports)}")
        try:
            return await ports[query.port](query.arguments)
        except PortError as error:
            return {"error": str(error)}
