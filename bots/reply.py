"""What a bot answers with: every outbound message under its own name, and a short form of the most frequent one."""

from wacloud.outbound import *  # noqa: F403 this module is those names, and one more
from wacloud.outbound import ReplyButton, ReplyButtons


def buttons(body: str, **titles: str) -> ReplyButtons:
    """Text with one to three buttons: `buttons("O que prefere?", cars="Ver carros")`; the key comes back as the id."""
    made = tuple(ReplyButton(id=key, title=title) for key, title in titles.items())
    return ReplyButtons(body=body, buttons=made)
