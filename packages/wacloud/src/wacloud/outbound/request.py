"""The whole JSON request that carries a message.

Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
- https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
"""

import re

from wacloud.errors import InvalidMessageError
from wacloud.outbound.message import Json, Outbound
from wacloud.outbound.text import Reaction
from wacloud.person import Person, is_user_id

CALLBACK_DATA_MOST = 512
GROUP_KINDS = ("text", "image", "video", "audio", "document", "sticker", "template")

_PHONE = re.compile(r"\+?[0-9]{5,20}", re.ASCII)
_PUNCTUATION = re.compile(r"[\s().-]+")


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
    return _completed(request, message, reply_to, callback_data)


def build_group_request(message: Outbound, group_id: str, *, callback_data: str | None = None) -> Json:
    """The JSON of the request that sends a text, a file or a template to a group.  Raises InvalidMessageError.

    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/groups/groups-messaging (read 2026-11)
    """
    if message.kind not in GROUP_KINDS:
        raise InvalidMessageError(
            [("message", f"{message.kind}: a group takes {', '.join(GROUP_KINDS)} only")]
        )
    if not group_id.strip():
        raise InvalidMessageError([("group_id", "0 characters, at least 1")])
    request: Json = {"messaging_product": "whatsapp", "recipient_type": "group", "to": group_id}
    return _completed(request, message, None, callback_data)


def _completed(request: Json, message: Outbound, reply_to: str | None, callback_data: str | None) -> Json:
    if reply_to is not None:
        if isinstance(message, Reaction):
            raise InvalidMessageError([("reply_to", "a reaction cannot be a reply")])
        if not reply_to.strip():
            raise InvalidMessageError([("reply_to", "0 characters, at least 1")])
        request["context"] = {"message_id": reply_to}
    if callback_data is not None:
        if len(callback_data) > CALLBACK_DATA_MOST:
            what = f"{len(callback_data)} characters, at most {CALLBACK_DATA_MOST}"
            raise InvalidMessageError([("callback_data", what)])
        request["biz_opaque_callback_data"] = callback_data
    return {**request, **message.content()}


def _recipient(to: Person | str) -> Json:
    names = [to.wa_id, to.user_id] if isinstance(to, Person) else [to]
    given = [name for name in names if name]
    if not given:
        raise InvalidMessageError([("to", "a person with neither phone number nor user id")])
    for name in given:
        if is_user_id(name):
            return {"recipient": name}
        phone = _PUNCTUATION.sub("", name)
        if _PHONE.fullmatch(phone):
            return {"to": phone}
    what = "neither a phone number with its country code (5 to 20 digits) nor a business-scoped user id"
    raise InvalidMessageError([("to", what)])
