"""Posts one notification to a running webhook, signed as Meta signs it.

    export WHATSAPP_WEBHOOK_SECRET=...          # of several, comma-separated, the first signs
    python scripts/send_test_webhook.py --text "Oi"
    python scripts/send_test_webhook.py --type image --from 5511999990002
    python scripts/send_test_webhook.py --type status --status delivered --id wamid.of.a.message.sent
    python scripts/send_test_webhook.py --duplicate
    python scripts/send_test_webhook.py --bad-signature

Prints what was sent and what was answered.  Exit code 0: each answer was the one expected (200; 401 to a bad
signature).  1: it was not, or nobody answered.  2: the command or the environment is not right.
"""

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from wacloud import signature
from wacloud_simulator.notification import encode, messages_change, notification
from wacloud_simulator.people import Business, Person, first_people, new_wamid

URL = "http://127.0.0.1:8000/webhook/whatsapp"
ANA = "5511999990001"
STATUSES = ("sent", "delivered", "read", "played", "failed")


def content(kind: str, text: str) -> dict[str, Any]:
    """What stands in a message of that type, beside its id, sender and time."""
    file = {
        "id": "1908647269898587",
        "mime_type": "image/jpeg",
        "sha256": "0mTqNH0X5pXqiLEVC1zwP8C1K0sP0yrEyfCvS0=",
    }
    earlier = "wamid.HBgNNTUxMTk5OTk5MDAwMRUCABEYEjAA"
    contact = {
        "name": {"formatted_name": "Bia Reis"},
        "phones": [{"phone": "+55 11 99999-0002", "type": "CELL"}],
    }
    item = {"product_retailer_id": "civic-2023", "quantity": 1, "item_price": 129900, "currency": "BRL"}
    reply = {"id": "opt1", "title": text}
    known: dict[str, dict[str, Any]] = {
        "text": {"text": {"body": text}},
        "image": {"image": {**file, "caption": text}},
        "video": {"video": {**file, "mime_type": "video/mp4", "caption": text}},
        "audio": {"audio": {**file, "mime_type": "audio/ogg; codecs=opus", "voice": False}},
        "voice": {"type": "audio", "audio": {**file, "mime_type": "audio/ogg; codecs=opus", "voice": True}},
        "document": {
            "document": {**file, "mime_type": "application/pdf", "filename": "proposta.pdf", "caption": text}
        },
        "sticker": {"sticker": {**file, "mime_type": "image/webp", "animated": False}},
        "location": {"location": {"latitude": -23.5614, "longitude": -46.6559, "name": text}},
        "contacts": {"contacts": [contact]},
        "reaction": {"reaction": {"message_id": earlier, "emoji": "👍"}},
        "button": {"button": {"payload": "opt1", "text": text}, "context": {"id": earlier}},
        "button_reply": {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": reply},
        },
        "list_reply": {
            "type": "interactive",
            "interactive": {"type": "list_reply", "list_reply": {**reply, "description": "até R$ 100 mil"}},
        },
        "order": {"order": {"catalog_id": "194836987003835", "text": text, "product_items": [item]}},
        "system": {
            "system": {"body": "Ana changed numbers", "type": "user_changed_number", "wa_id": "5511999990003"}
        },
        "unsupported": {"errors": [{"code": 131051, "title": "Message type unknown"}]},
        "request_welcome": {},
        "edit": {
            "edit": {"original_message_id": earlier, "message": {"type": "text", "text": {"body": text}}}
        },
        "revoke": {"revoke": {"original_message_id": earlier}},
        "new_type": {"new_type": {"anything": text}},
    }
    return {"type": kind, **known[kind]}


TYPES = (
    *(
        "text image video audio voice document sticker location contacts reaction button button_reply list_reply order "
        "system unsupported request_welcome edit revoke new_type"
    ).split(),
    "status",
)


def body(given: argparse.Namespace) -> bytes:
    """The bytes of the request."""
    known = {person.wa_id: person.user_id for person in first_people(0.0)}  # of the local run's phones
    user_id = known.get(given.sender, f"BR.{given.sender.zfill(19)}")
    person = Person("", given.name, user_id, wa_id=given.sender)
    wamid = given.id or new_wamid(given.sender, from_person=given.type != "status")
    update: dict[str, Any] = {"id": wamid, "timestamp": str(int(time.time()))}
    if given.type == "status":
        items = {"statuses": [{**update, "status": given.status, "recipient_id": given.sender}]}
    else:
        items = {"messages": [{"from": given.sender, **update, **content(given.type, given.text)}]}
    business = Business(phone_number_id=given.phone_number_id)
    return encode(notification(business, [messages_change(business, [person], items)]))


def arguments(words: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    """What was asked for; ends the process where it cannot be done."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default=URL, help=f"the webhook; default {URL}")
    parser.add_argument("--type", choices=TYPES, default="text", help="what is sent; default text")
    parser.add_argument("--text", default="Oi", help="text, caption, title or name, where the type has one")
    parser.add_argument("--from", dest="sender", default=ANA, help=f"who writes, digits only; default {ANA}")
    parser.add_argument("--name", default="Ana Souza", help="the sender's profile name")
    parser.add_argument("--status", choices=STATUSES, default="delivered", help="with --type status")
    parser.add_argument("--id", help="the wamid; default a new one")
    parser.add_argument(
        "--phone-number-id",
        default=environment.get("WHATSAPP_PHONE_NUMBER_ID") or Business().phone_number_id,
        help="the number written to; default WHATSAPP_PHONE_NUMBER_ID, else the local run's",
    )
    parser.add_argument("--duplicate", action="store_true", help="send it twice, as Meta may")
    parser.add_argument("--bad-signature", action="store_true", help="sign with another secret")
    given = parser.parse_args(words)
    if not given.sender.isdecimal():
        parser.error(f"--from: digits only, with the country code: {ANA}")
    if not given.url.startswith(("http://", "https://")):
        parser.error(f"--url: an address like {URL}")
    secrets = [
        one.strip() for one in environment.get("WHATSAPP_WEBHOOK_SECRET", "").split(",") if one.strip()
    ]
    if not secrets:
        parser.error(
            "WHATSAPP_WEBHOOK_SECRET is not set: the Meta app's secret (make run prints the local one)"
        )
    given.secret = "not " + secrets[0] if given.bad_signature else secrets[0]
    return given


def main(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Sends it; the exit code."""
    given = arguments(words, environment)
    raw = body(given)
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": signature.sign(raw, given.secret),
    }
    print(f"POST {given.url}")
    print(*(f"{name}: {value}" for name, value in headers.items()), "", raw.decode(), "", sep="\n")
    expected = 401 if given.bad_signature else 200
    good = True
    for _ in range(2 if given.duplicate else 1):
        started = time.perf_counter()
        try:
            answer = httpx.post(given.url, content=raw, headers=headers, timeout=30)
        except httpx.HTTPError as error:
            print(f"no answer from {given.url}: {error}", file=sys.stderr)
            return 1
        milliseconds = (time.perf_counter() - started) * 1000
        print(f"{answer.status_code} {answer.text}  ({milliseconds:.0f} ms)")
        good = good and answer.status_code == expected
    if not good:
        print(f"expected {expected}", file=sys.stderr)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
