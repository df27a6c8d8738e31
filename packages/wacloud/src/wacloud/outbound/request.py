"""The whole JSON request that carries a message.

Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
- https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
"""

import re

from wacloud.errors import InvalidMessageError
from wacloud.outbound.message import Json, Outbound
from wacloud.outbound.text import Reaction
from wacloud.person import Person

CALLBACK_DATA_MOST = 512

_PHONE = re.compile(r"\+?[0-9]{5,20}", re.ASCII)
_PUNCTUATION = re.compile(r"[\s().-]+")
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)


def build_request(
    message: Outbound,
    *,
    to: Person | str,
    reply_to: str | None = None,
    callback_data: str | None = None,
) -> Json:
    """The JSON of the request that sends a message.  Raises InvalidMessageError.

    `to` is a phone number, a business-scoped user id, or a Person, who gets it at the phone number when that is known.
    `reply_to` is the wamid that is quoted; `callback_data`, at most 512 characters, comes back in every status.
    """
    request: Json = {"messaging_product": "whatsapp", "recipient_type": "individual", **_recipient(to)}
    if reply_to is not None:
        if isinstance(message, Reaction):
            raise InvalidMessageError([("reply_to", "a reaction cannot be a reply")])
        if not reply_to.strip():
            raise InvalidMessageError([("reply_to", "0 characters, at least 1")])
        request["context"] = {"message_id": reply_to}
    if callback_data is not None:
        if len(callback_data) > CALLBACK_DATA_MOST:
            said = f"{len(callback_data)} characters, at most {CALLBACK_DATA_MOST}"
            raise InvalidMessageError([("callback_data", said)])
        request["biz_opaque_callback_data"] = callback_data
    return {**request, **message.content()}


def _recipient(to: Person | str) -> Json:
    if isinstance(to, Person):
        name = to.wa_id or to.user_id
        if name is None:
            raise InvalidMessageError([("to", "a person with neither phone number nor user id")])
    else:
        name = to
    if _USER_ID.fullmatch(name):
        return {"recipient": name}
    phone = _PUNCTUATION.sub("", name)
    if not _PHONE.fullmatch(phone):
        said = "neither a phone number with its country code (5 to 20 digits) nor a business-scoped user id"
        raise InvalidMessageError([("to", said)])
    return {"to": phone}
