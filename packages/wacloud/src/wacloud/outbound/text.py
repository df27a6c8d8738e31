"""Text, and a reaction to somebody's message.

Sources (read 2026-11):
- https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages
- https://developers.facebook.com/docs/whatsapp/cloud-api/messages/reaction-messages
"""

from typing import Annotated

from wacloud.outbound.message import NotBlank, Outbound, Text1, limit


class Text(Outbound):
    """Text of at most 4,096 characters; `preview_url` shows the first link's page below it."""

    kind = "text"
    body: Annotated[str, limit(4096), NotBlank]
    preview_url: bool = False


class Reaction(Outbound):
    """An emoji on a message that is at most 30 days old; an empty `emoji` takes it back.  Never a reply."""

    kind = "reaction"
    message_id: Text1
    emoji: str
