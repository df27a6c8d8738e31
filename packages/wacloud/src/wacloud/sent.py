"""What the Graph API answers to a send."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wacloud.errors import AmbiguousError


@dataclass(frozen=True, slots=True)
class Sent:
    """What Meta accepted (not yet delivered).

    `wa_id` may differ from the number that was asked for (Brazil, Mexico) or be absent; `status` is `message_status`
    where Meta gives one: accepted, held_for_quality_assessment.
    """

    wamid: str
    wa_id: str | None = None
    user_id: str | None = None
    status: str | None = None


def sent_of(answer: Mapping[str, Any]) -> Sent:
    """What an answer says was accepted.  Raises AmbiguousError where it names no message."""
    message, contact = first_object(answer.get("messages")), first_object(answer.get("contacts"))
    wamid = message.get("id")
    if not isinstance(wamid, str) or not wamid:
        raise AmbiguousError("the answer names no message", http_status=200)
    return Sent(
        wamid=wamid,
        wa_id=contact.get("wa_id"),
        user_id=contact.get("user_id"),
        status=message.get("message_status"),
    )


def first_object(items: Any) -> Mapping[str, Any]:
    """The first object of a list, or an empty one."""
    return items[0] if isinstance(items, list) and items and isinstance(items[0], dict) else {}
