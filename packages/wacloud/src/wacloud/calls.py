"""Voice calls: signalling only.  The SDP of WebRTC is passed through; audio is the caller's own business.

Calls that come in are webhooks of the field `calls` (`wacloud.inbound`).
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/calling (read 2026-11)
"""

from typing import Literal

from wacloud.account import Answer
from wacloud.connection import Connection, Json
from wacloud.errors import AmbiguousError
from wacloud.limits import check_length
from wacloud.person import Person

MOST_CALLBACK_DATA = 512


class CallPermission(Answer):
    """Whether the business may call a person; `actions` says what can be done now, and how often."""

    status: str | None = None
    expiration_time: int | None = None
    actions: tuple[Json, ...] = ()


class Calls:
    """The calls of one number."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._number = phone_number_id

    async def permission(self, person: Person | str) -> CallPermission:
        """Whether this person may be called."""
        query = {"user_wa_id": _number_of(person)}
        answer = await self._connection.call("GET", f"{self._number}/call_permissions", query=query)
        return CallPermission.model_validate(
            {**(answer.get("permission") or {}), "actions": answer.get("actions") or ()}
        )

    async def start(self, to: Person | str, sdp: str, *, callback_data: str | None = None) -> str:
        """Calls a person who allowed it, with an SDP offer; the call's id.  The answer comes as a webhook."""
        body: Json = {"to": _number_of(to), "action": "connect", "session": _session("offer", sdp)}
        check_length("callback_data", callback_data, MOST_CALLBACK_DATA, least=0)
        if callback_data is not None:
            body["biz_opaque_callback_data"] = callback_data
        answer = await self._act(body, ambiguous="raise")
        calls = answer.get("calls") or [{}]
        if not isinstance(calls[0].get("id"), str):
            raise AmbiguousError("the answer names no call", http_status=200)
        return str(calls[0]["id"])

    async def pre_accept(self, call_id: str, sdp: str) -> None:
        """Connects the media of an incoming call before it is accepted, so that no word is cut off."""
        await self._act({"call_id": call_id, "action": "pre_accept", "session": _session("answer", sdp)})

    async def accept(self, call_id: str, sdp: str) -> None:
        """Takes an incoming call, with an SDP answer."""
        await self._act({"call_id": call_id, "action": "accept", "session": _session("answer", sdp)})

    async def reject(self, call_id: str) -> None:
        """Refuses an incoming call."""
        await self._act({"call_id": call_id, "action": "reject"})

    async def terminate(self, call_id: str) -> None:
        """Ends a call."""
        await self._act({"call_id": call_id, "action": "terminate"})

    async def _act(self, body: Json, *, ambiguous: Literal["retry", "raise"] = "retry") -> Json:
        body = {"messaging_product": "whatsapp", **body}
        return await self._connection.call("POST", f"{self._number}/calls", body=body, ambiguous=ambiguous)


def _session(kind: str, sdp: str) -> Json:
    if not sdp.strip():
        raise ValueError("sdp: missing")
    return {"sdp_type": kind, "sdp": sdp}


def _number_of(person: Person | str) -> str:
    name = person if isinstance(person, str) else person.wa_id
    if not name:
        raise ValueError("a call needs the person's phone number")
    return name
