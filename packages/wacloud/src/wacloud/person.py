"""Who a person is: since 2026 the phone number may be missing, and the business-scoped user id is what stays.

Source: developers.facebook.com, WhatsApp, "Business-scoped user IDs".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """A person as one message or status names them; any of the three may be absent."""

    user_id: str | None = None
    wa_id: str | None = None
    parent_user_id: str | None = None

    @property
    def key(self) -> str:
        """What conversations and ordering keys are made of: the user id, else the phone number, else the empty string."""
        return self.user_id or self.wa_id or ""

    @classmethod
    def of_message(cls, message: Mapping[str, Any], contact: Mapping[str, Any] | None = None) -> "Person":
        """Who wrote a message: `from`, `from_user_id`, `from_parent_user_id`, completed by the value's contact."""
        known = contact or {}
        return cls(
            user_id=_text(message.get("from_user_id")) or _text(known.get("user_id")),
            wa_id=_text(message.get("from")) or _text(known.get("wa_id")),
            parent_user_id=_text(message.get("from_parent_user_id")) or _text(known.get("parent_user_id")),
        )

    @classmethod
    def of_echo(cls, echo: Mapping[str, Any], contact: Mapping[str, Any] | None = None) -> "Person":
        """Whom the business wrote to from its phone app: `to`, `to_user_id`."""
        known = contact or {}
        return cls(
            user_id=_text(echo.get("to_user_id")) or _text(known.get("user_id")),
            wa_id=_text(echo.get("to")) or _text(known.get("wa_id")),
            parent_user_id=_text(echo.get("to_parent_user_id")) or _text(known.get("parent_user_id")),
        )

    @classmethod
    def of_status(cls, status: Mapping[str, Any], contact: Mapping[str, Any] | None = None) -> "Person":
        """Whom a status is about: `recipient_id`, `recipient_user_id`, and both spellings of the parent's id."""
        known = contact or {}
        parent = status.get("parent_recipient_user_id") or status.get("recipient_parent_user_id")
        return cls(
            user_id=_text(status.get("recipient_user_id")) or _text(known.get("user_id")),
            wa_id=_text(status.get("recipient_id")) or _text(known.get("wa_id")),
            parent_user_id=_text(parent) or _text(known.get("parent_user_id")),
        )


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or value is None:
        return None
    return str(value) if isinstance(value, str | int) and str(value) else None
