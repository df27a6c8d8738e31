"""Bots that a test names in BOT."""

from processor.bot import Conversation, Decision
from whatsapp.inbound import Message
from whatsapp.outbound import Text

_seen: set[str] = set()


def two_replies(conversation: Conversation, message: Message) -> Decision:
    """Says two things to whatever is said."""
    return Decision((Text(body="um"), Text(body="dois")))


def raises_at_first(conversation: Conversation, message: Message) -> Decision:
    """Fails at a message's first push."""
    if message.wamid not in _seen:
        _seen.add(message.wamid)
        raise RuntimeError("a bug")
    return Decision((Text(body="um"),))
