"""A push request's body: Pub/Sub's envelope around one message.  No input or output here.

Form: Google Cloud, Pub/Sub, "Push subscriptions", "Receive push messages".
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class EnvelopeError(Exception):
    """The request is not what Pub/Sub pushes; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Push:
    """One message as pushed; `delivery_attempt` is there where the subscription has a dead-letter policy."""

    data: bytes
    attributes: Mapping[str, str]
    message_id: str
    subscription: str
    delivery_attempt: int | None


def unwrap(envelope: Mapping[str, Any]) -> Push:
    """The message in an envelope; raises EnvelopeError."""
    message = envelope.get("message")
    if not isinstance(message, dict):
        raise EnvelopeError('the body has no object "message": is this a wrapped Pub/Sub push?')
    attributes = message.get("attributes") or {}
    if not isinstance(attributes, dict) or not all(isinstance(value, str) for value in attributes.values()):
        raise EnvelopeError('"message.attributes" is not an object of strings')
    data = message.get("data", "")
    try:
        decoded = base64.b64decode(data, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise EnvelopeError('"message.data" is not base64') from None
    attempt = envelope.get("deliveryAttempt")
    return Push(
        decoded,
        attributes,
        str(message.get("messageId") or message.get("message_id") or ""),
        str(envelope.get("subscription", "")),
        attempt if isinstance(attempt, int) else None,
    )
