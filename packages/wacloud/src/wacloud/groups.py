"""Groups that a business made: create, invite, admit, remove.  What happens in them comes as webhooks.

For official business accounts; at most 8 people beside the business.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/groups (read 2026-11)
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal

from wacloud.account import Answer
from wacloud.connection import Ambiguous, Connection, Json
from wacloud.limits import check_length
from wacloud.outbound import Outbound
from wacloud.outbound.request import build_group_request
from wacloud.sent import Sent, sent_of

MOST_SUBJECT, MOST_DESCRIPTION = 128, 2048
MOST_DAYS_PINNED = 30
JoinMode = Literal["approval_required", "auto_approve"]
_FIELDS = "id,subject,description,join_approval_mode,suspended,creation_timestamp,participants,total_participant_count"


class GroupInfo(Answer):
    """A group; a list gives `id`, `subject` and `created_at` only."""

    id: str
    subject: str | None = None
    description: str | None = None
    join_approval_mode: str | None = None
    suspended: bool | None = None
    participants: tuple[Json, ...] = ()
    total_participant_count: int | None = None


class JoinRequest(Answer):
    """Somebody who wants to join."""

    join_request_id: str
    wa_id: str | None = None
    user_id: str | None = None
    creation_timestamp: int | None = None


class Groups:
    """The groups of one number."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._path = f"{phone_number_id}/groups"
        self._messages = f"{phone_number_id}/messages"

    async def create(
        self, subject: str, *, description: str | None = None, join_approval_mode: JoinMode | None = None
    ) -> str:
        """Asks for a new group; the request's id, which the webhook `group_lifecycle_update` names with the group's."""
        body = {**_texts(subject, description), "join_approval_mode": join_approval_mode}
        answer = await self._call("POST", self._path, body, ambiguous="raise")
        return str(answer.get("request_id", ""))

    async def list(self) -> AsyncIterator[GroupInfo]:
        """Every active group."""
        query: Mapping[str, str] = {}
        while True:
            answer = await self._connection.call("GET", self._path, query=query)
            data = answer.get("data") or {}
            # A list inside an object, unlike every other list of Meta's.
            for item in data.get("groups") or () if isinstance(data, dict) else data:
                yield GroupInfo.model_validate(item)
            paging = answer.get("paging") or {}
            if "next" not in paging:
                return
            query = {"after": paging["cursors"]["after"]}

    async def get(self, group_id: str) -> GroupInfo:
        """One group with its people."""
        return GroupInfo.model_validate(
            await self._connection.call("GET", group_id, query={"fields": _FIELDS})
        )

    async def change(
        self, group_id: str, *, subject: str | None = None, description: str | None = None
    ) -> None:
        """Another subject or description; `group_settings_update` says what became of it."""
        await self._call("POST", group_id, _texts(subject, description))

    async def delete(self, group_id: str) -> None:
        """Removes everybody and ends the group."""
        await self._connection.call("DELETE", group_id)

    async def invite_link(self, group_id: str) -> str:
        """The link by which people join."""
        answer = await self._connection.call("GET", f"{group_id}/invite_link")
        return str(answer.get("invite_link", ""))

    async def new_invite_link(self, group_id: str) -> str:
        """A new link; the one before leads nowhere any more."""
        return str((await self._call("POST", f"{group_id}/invite_link", {})).get("invite_link", ""))

    async def remove(self, group_id: str, people: Sequence[str]) -> None:
        """Takes people out, by number or user id."""
        users = [{"user": person} for person in people]
        await self._call("DELETE", f"{group_id}/participants", {"participants": users})

    async def join_requests(self, group_id: str) -> AsyncIterator[JoinRequest]:
        """Who waits to be let in."""
        async for item in self._connection.pages(f"{group_id}/join_requests"):
            yield JoinRequest.model_validate(item)

    async def approve(self, group_id: str, join_request_ids: Sequence[str]) -> Answer:
        """Lets people in; `failed_join_requests` says who could not be, and why."""
        body = {"join_requests": list(join_request_ids)}
        return Answer.model_validate(await self._call("POST", f"{group_id}/join_requests", body))

    async def reject(self, group_id: str, join_request_ids: Sequence[str]) -> Answer:
        """Turns people away."""
        body = {"join_requests": list(join_request_ids)}
        return Answer.model_validate(await self._call("DELETE", f"{group_id}/join_requests", body))

    async def send(
        self,
        message: Outbound,
        group_id: str,
        *,
        callback_data: str | None = None,
        ambiguous: Ambiguous = "retry",
    ) -> Sent:
        """Sends a text, a file or a template to a group."""
        body = build_group_request(message, group_id, callback_data=callback_data)
        return sent_of(await self._connection.call("POST", self._messages, body=body, ambiguous=ambiguous))

    async def pin(self, group_id: str, wamid: str, *, days: int = 7) -> None:
        """Pins a message for 1 to 30 days."""
        if not 1 <= days <= MOST_DAYS_PINNED:
            raise ValueError(f"days: {days}, 1 to {MOST_DAYS_PINNED}")
        await self._pin(group_id, {"type": "pin", "message_id": wamid, "expiration_days": days})

    async def unpin(self, group_id: str, wamid: str) -> None:
        """Takes the pin away."""
        await self._pin(group_id, {"type": "unpin", "message_id": wamid})

    async def _pin(self, group_id: str, pin: Json) -> None:
        body = {"recipient_type": "group", "to": group_id, "type": "pin", "pin": pin}
        await self._call("POST", self._messages, body)

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any], ambiguous: Ambiguous = "retry"
    ) -> Json:
        given = {name: value for name, value in body.items() if value is not None}
        return await self._connection.call(
            method, path, body={"messaging_product": "whatsapp", **given}, ambiguous=ambiguous
        )


def _texts(subject: str | None, description: str | None) -> dict[str, Any]:
    check_length("subject", subject, MOST_SUBJECT)
    check_length("description", description, MOST_DESCRIPTION, least=0)
    return {"subject": subject, "description": description}
