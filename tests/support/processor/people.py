"""People who write to the business, each with a number and a user id of their own."""

import itertools
from dataclasses import dataclass
from typing import Any, Self

from tests.support import bodies

_numbers = itertools.count(1)
Body = dict[str, Any]


@dataclass(frozen=True)
class Someone:
    """A person; what they do becomes a webhook body of one delivery."""

    wa_id: str
    user_id: str
    """Told by Meta only where a test says so: `**ana.with_user_id`."""

    @classmethod
    def new(cls) -> Self:
        """Somebody who has not written before."""
        number = next(_numbers)
        return cls(f"55119999{number:05d}", f"BR.{number:019d}")

    @property
    def with_user_id(self) -> dict[str, str]:
        """What a message holds of somebody whose user id is told too."""
        return {"from_user_id": self.user_id}

    def says(self, text: str = "Oi", **more: Any) -> Body:
        """A text message."""
        return bodies.of(bodies.text(text, sender=self.wa_id, **more))

    def says_without_number(self, text: str = "Oi") -> Body:
        """A text message of somebody whose number is hidden."""
        message = bodies.text(text, **self.with_user_id)
        del message["from"]
        return bodies.of(message)

    def sends(self, kind: str, content: Any, **more: Any) -> Body:
        """A message of any type."""
        message = bodies.text(sender=self.wa_id, **more)
        del message["text"]
        return bodies.of({**message, "type": kind, kind: content})

    def taps(self, button: str) -> Body:
        """A reply button."""
        return self.sends(
            "interactive", {"type": "button_reply", "button_reply": {"id": button, "title": "x"}}
        )

    def is_answered_by_hand(self, **more: str) -> Body:
        """The echo of a message that somebody of the business has written to them in the phone app."""
        echo = {"from": "15550783881", "to": self.wa_id, "id": bodies.wamid(), "timestamp": "1764000000"}
        echoes = [{**echo, "type": "text", "text": {"body": "Sou eu, a Bia"}, **more}]
        value = {**bodies.value(), "message_echoes": echoes}
        return bodies.notification({"field": "smb_message_echoes", "value": value})
