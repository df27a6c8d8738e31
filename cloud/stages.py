"""How far an update has come on its way, as a DEBUG log line's `stage` says it.

The two services log them; the simulator draws a conversation's timeline from them.
"""

import enum


class Stage(enum.StrEnum):
    """In the order of the way."""

    CLAIMED = "claimed"  # the webhook: the inbox document is this request's, or none is needed
    PUBLISHED = "published"  # the webhook: Pub/Sub has it
    PUSHED = "pushed"  # the processor: Pub/Sub delivered it
    PLANNED = "planned"  # the processor: the bot's decision is stored
    SENDING = "sending"  # the processor: the Graph API is being asked
    SENT = "sent"  # the processor: the Graph API accepted
