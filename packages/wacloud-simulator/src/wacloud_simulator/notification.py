"""Writes notifications as Meta writes them, down to the bytes. Knows nothing of when they are sent."""

import hashlib
import hmac
import json
from typing import Any

from wacloud_simulator.people import JSON, Business, ChatMessage, Person


def message_update(person: Person, message: ChatMessage) -> JSON:
    """The entry in `messages` for something a person sent."""
    update: JSON = {} if person.wa_id is None else {"from": person.wa_id}
    update |= {"from_user_id": person.user_id, "id": message.id, "timestamp": str(int(message.at))}
    update["type"] = message.type
    if message.context:
        update["context"] = message.context
    if message.type == "unsupported":
        update["errors"] = [
            {
                "code": 131051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            }
        ]
    if message.referral is not None:
        update["referral"] = message.referral
    if message.content is not None:
        update[message.type] = message.content
    return update


def status_update(
    person: Person, message: ChatMessage, status: str, now: float, error: JSON | None = None
) -> JSON:
    """The entry in `statuses` for something the business sent; `error` is the entry in its `errors`."""
    update: JSON = {"id": message.id, "status": status, "timestamp": str(int(now))}
    if person.wa_id is not None:
        update["recipient_id"] = person.wa_id
    update["recipient_user_id"] = person.user_id
    if message.callback_data is not None:
        update["biz_opaque_callback_data"] = message.callback_data
    if status in ("sent", "delivered"):
        update["pricing"] = pricing(person, message)
    if person.free_entry(message.at):
        update["conversation"] = {
            "id": hashlib.sha256(f"{person.key}:{person.free_entry_until}".encode()).hexdigest()[:32],
            "expiration_timestamp": str(int(person.free_entry_until or 0)),
            "origin": {"type": "referral_conversion"},
        }
    if error is not None:
        update["errors"] = [error]
    return update


def pricing(person: Person, message: ChatMessage) -> JSON:
    """What a message costs. A free-form message in the window is charged as `service` since 2026-10-01; everything is
    free while the free entry point window is open.

    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing (as several partners
    tell it, November 2026; Meta's page could not be read, so the type of a charged service message is assumed).
    """
    if person.free_entry(message.at):
        return {
            "billable": False,
            "pricing_model": "PMP",
            "type": "free_entry_point",
            "category": "referral_conversion",
        }
    category = "service"
    if message.type == "template":
        category = str(message.content.get("definition", {}).get("category", "UTILITY")).lower()
    return {"billable": True, "pricing_model": "PMP", "type": "regular", "category": category}


def messages_change(business: Business, people: list[Person], items: dict[str, list[JSON]]) -> JSON:
    """A change of field `messages`: `items` holds the lists `messages` or `statuses`."""
    value: JSON = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": business.display_phone_number,
            "phone_number_id": business.phone_number_id,
        },
    }
    if people:
        value["contacts"] = [person.contact for person in people]
    return {"value": value | items, "field": "messages"}


def notification(business: Business, changes: list[JSON]) -> JSON:
    """The whole body around some changes."""
    return {"object": "whatsapp_business_account", "entry": [{"id": business.waba_id, "changes": changes}]}


def encode(body: Any) -> bytes:
    r"""The bytes Meta signs: no spaces, everything beyond ASCII as \u escapes, and `\/` for a slash."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def sign(body: bytes, app_secret: str) -> str:
    """The value of X-Hub-Signature-256.

    Source: https://developers.facebook.com/docs/graph-api/webhooks/getting-started (read November 2026).
    """
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
