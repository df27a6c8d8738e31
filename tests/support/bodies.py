"""Webhook bodies as Meta sends them, built for tests."""

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from wacloud import signature

SECRET = "the-app-secret-of-the-tests"
PHONE_NUMBER_ID = "106540352242922"
WABA_ID = "102290129340398"
ANA = "5511999990001"
_numbers = itertools.count(1)


def wamid() -> str:
    """A message id nobody else has."""
    return f"wamid.TEST{next(_numbers):08d}=="


def text(
    body: str = "Oi", *, sender: str = ANA, message_id: str | None = None, **more: Any
) -> dict[str, Any]:
    """One inbound text message."""
    return {
        "from": sender,
        "id": message_id or wamid(),
        "timestamp": "1764000000",
        "type": "text",
        "text": {"body": body},
        **more,
    }


def status(name: str = "delivered", *, message_id: str | None = None, **more: Any) -> dict[str, Any]:
    """One status of a message sent."""
    return {
        "id": message_id or wamid(),
        "status": name,
        "timestamp": "1764000000",
        "recipient_id": ANA,
        **more,
    }


def value(
    *, messages: Sequence[Mapping[str, Any]] = (), statuses: Sequence[Mapping[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    """The value of a `messages` change, with a contact for each sender."""
    senders = dict.fromkeys(message["from"] for message in messages if "from" in message)
    found: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
    }
    if senders:
        found["contacts"] = [{"profile": {"name": "Ana"}, "wa_id": sender} for sender in senders]
    if messages:
        found["messages"] = list(messages)
    if statuses:
        found["statuses"] = list(statuses)
    return {**found, **more}


def notification(*changes: Mapping[str, Any], time: int | None = None) -> dict[str, Any]:
    """A body of one entry with these changes."""
    entry: dict[str, Any] = {"id": WABA_ID, "changes": list(changes)}
    if time is not None:
        entry["time"] = time
    return {"object": "whatsapp_business_account", "entry": [entry]}


def of(*messages: Mapping[str, Any], statuses: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """A body with these messages and statuses."""
    return notification({"field": "messages", "value": value(messages=messages, statuses=statuses)})


def encoded(body: Any) -> bytes:
    """The bytes Meta would send: escaped unicode, and slashes escaped as PHP does."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def signed(raw: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers of a signed request."""
    return {"X-Hub-Signature-256": signature.sign(raw, secret), "Content-Type": "application/json"}
