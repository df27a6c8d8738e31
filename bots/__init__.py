"""Bots: what a person's message is answered with.  `interface` is the contract, faciliauto the bot that is used.

    from bots import Bot, ButtonReply, Text, reply

Names of contents (`Text`, `Image`, ...) are what a person sent; what is sent to them is `reply.Text`, `reply.Image`, ...
"""

from wacloud.inbound import (
    Audio,
    Button,
    ButtonReply,
    Contacts,
    Document,
    Image,
    ListReply,
    Location,
    Message,
    Reaction,
    Sticker,
    Text,
    Video,
)

from bots import reply
from bots.bot import Ask, Bot, BotError, Turn
from bots.interface import (
    Answer,
    Conversation,
    Decider,
    Decision,
    Event,
    Occasion,
    Port,
    PortError,
    Query,
    Timer,
    TimerFired,
)
from bots.talk import say

__all__ = [
    "Answer",
    "Ask",
    "Audio",
    "Bot",
    "BotError",
    "Button",
    "ButtonReply",
    "Contacts",
    "Conversation",
    "Decider",
    "Decision",
    "Document",
    "Event",
    "Image",
    "ListReply",
    "Location",
    "Message",
    "Occasion",
    "Port",
    "PortError",
    "Query",
    "Reaction",
    "Sticker",
    "Text",
    "Timer",
    "TimerFired",
    "Turn",
    "Video",
    "reply",
    "say",
]
