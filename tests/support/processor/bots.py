"""The bot of the tests: the project's own, but for three words."""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Any

from wacloud.inbound import Message, Text
from wacloud.outbound import Text as TextReply

from bots import (
    Answer,
    Conversation,
    Decision,
    Occasion,
    PortError,
    Query,
    Timer,
    TimerFired,
    reply,
)
from bots.faciliauto import main as faciliauto

TWICE = "diga duas coisas"
FAIL_ONCE = "falhe uma vez"
REMIND = "me lembre"
REMIND_AGAIN = "me lembre outra vez"
FORGET_IT = "não me lembre mais"
ASK = "pergunte"
ASK_THE_SLOW = "pergunte a quem demora"
SLOWLY = "pense devagar"
REMINDER = "Lembrete"
UNSENDABLE = "diga algo que ninguém pode enviar"
_seen: set[str] = set()


async def answer(arguments: Mapping[str, Any]) -> Any:
    """The port `oracle`."""
    if arguments.get("slow"):
        await asyncio.sleep(60)
    if "fails" in arguments:
        raise PortError("closed today")
    return {"answer": 42, **arguments}


def decide(conversation: Conversation, occasion: Occasion, facts: Mapping[str, Any], now: datetime) -> Answer:
    """What needs the contract's rarer parts: timers, ports."""
    match occasion:
        case TimerFired(id=name, data=data):
            count = conversation.state.get("reminded", 0) + 1
            text = f"{REMINDER} {name} {data['of']} {conversation.name} {count}"
            return Decision((reply.Text(body=text),), {**conversation.state, "reminded": count})
        case Message(content=Text(body=body)) if body == REMIND:
            return Decision(timers=(Timer("soon", now, {"of": "carro"}),))
        case Message(content=Text(body=body)) if body == REMIND_AGAIN:
            return Decision(timers=(Timer("soon", now + timedelta(hours=1), {"of": "carro"}),))
        case Message(content=Text(body=body)) if body == FORGET_IT:
            return Decision(cancel=("soon",))
        case Message(content=Text(body=body)) if body.startswith(ASK):
            if "oracle" not in facts:
                arguments = {"slow": True} if body == ASK_THE_SLOW else {"of": "life"}
                return [Query("oracle", "oracle", arguments)]
            return Decision((reply.Text(body=str(facts["oracle"])),))
    return Decision()


async def think(seconds: float) -> Decision:
    """An asynchronous decision."""
    await asyncio.sleep(seconds)
    return Decision((reply.Text(body="pensei"),))


RARE = (REMIND, REMIND_AGAIN, FORGET_IT, ASK, ASK_THE_SLOW)


def decider(
    conversation: Conversation, occasion: Occasion, facts: Mapping[str, Any], now: datetime
) -> Answer | Awaitable[Answer]:
    """Says two things, or fails at a message's first push, where asked to."""
    match occasion:
        case TimerFired():
            return decide(conversation, occasion, facts, now)
        case Message(content=Text(body=body)) if body in RARE:
            return decide(conversation, occasion, facts, now)
        case Message(content=Text(body=body)) if body.startswith(SLOWLY):
            return think(float(body.removeprefix(SLOWLY)))
        case Message(content=Text(body=body)) if body == TWICE:
            return Decision((TextReply(body="um"), TextReply(body="dois")))
        case Message(content=Text(body=body)) if body == FAIL_ONCE and occasion.wamid not in _seen:
            _seen.add(occasion.wamid)
            raise RuntimeError("a bug")
        case _:
            return faciliauto.bot(conversation, occasion, facts, now)


class _Bot:
    ports: Mapping[str, Any] = {"oracle": answer}

    def __call__(self, *arguments: Any) -> Any:
        return decider(*arguments)


bot = _Bot()
