"""The bot of the tests: the project's own, but for three words."""

from wacloud.inbound import Message, Text
from wacloud.outbound import Text as TextReply

from bots import Conversation, Decision
from bots.faciliauto import main as faciliauto

TWICE = "diga duas coisas"
FAIL_ONCE = "falhe uma vez"
UNSENDABLE = "diga algo que ninguém pode enviar"
_seen: set[str] = set()


def bot(conversation: Conversation, message: Message) -> Decision:
    """Says two things, or fails at a message's first push, where asked to."""
    match message.content:
        case Text(body=body) if body == TWICE:
            return Decision((TextReply(body="um"), TextReply(body="dois")), conversation.state)
        case Text(body=body) if body == FAIL_ONCE and message.wamid not in _seen:
            _seen.add(message.wamid)
            raise RuntimeError("a bug")
        case _:
            return faciliauto.bot(conversation, message)
