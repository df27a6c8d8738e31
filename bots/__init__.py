"""Bots: what a person's message is answered with.  `interface` is the contract, faciliauto the bot that is used.

    from bots import Bot, ButtonReply, Text, reply

Names of contents (`Text`, `Image`, ...) are what a person sent; what is sent to them is `reply.Text`, `reply.Image`, ...
"""

from wacloud import outbound as reply
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

__all__ = [
    "Answer",
    "Audio",
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
    "Video",
    "reply",
]
