"""The bot of the tests: the project's own, but for three words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wacloud.inbound import Message, Text
from wacloud.outbound import Text as TextReply

from bots import Answer, Conversation, Decision, Occasion
from bots.faciliauto import main as faciliauto

TWICE = "diga duas coisas"
FAIL_ONCE = "falhe uma vez"
UNSENDABLE = "diga algo que ninguém pode enviar"
_seen: set[str] = set()


def bot(conversation: Conversation, occasion: Occasion, facts: Mapping[str, Any], now: datetime) -> Answer:
    """Says two things, or fails at a message's first push, where asked to."""
    match occasion:
        case Message(content=Text(body=body)) if body == TWICE:
            return Decision((TextReply(body="um"), TextReply(body="dois")))
        case Message(content=Text(body=body)) if body == FAIL_ONCE and occasion.wamid not in _seen:
            _seen.add(occasion.wamid)
            raise RuntimeError("a bug")
        case _:
            return faciliauto.bot(conversation, occasion, facts, now)
