"""The username of a number: people find the business by it.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids (read
2026-11; the calls as https://docs.kapso.ai/docs/whatsapp/business-usernames shows them)
"""

import re
from typing import Literal

from wacloud.account import Answer
from wacloud.connection import Connection

_FORM = re.compile(
    r"(?=.*[A-Za-z])(?!www)(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9._]{1,33})[A-Za-z0-9_]", re.ASCII
)
_DOMAINS = (".com", ".net", ".org")


class UsernameInfo(Answer):
    """The username, and whether it is approved or reserved."""

    username: str | None = None
    status: str | None = None


class Username:
    """The username of one number."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._number = phone_number_id

    async def get(self) -> UsernameInfo:
        """What the number has; `username` is None where it has none."""
        return UsernameInfo.model_validate(await self._connection.call("GET", f"{self._number}/username"))

    async def reserved(self) -> tuple[str, ...]:
        """The names that Meta keeps for this business."""
        answer = await self._connection.call("GET", f"{self._number}/username_suggestions")
        found = [name for item in answer.get("data") or () for name in item.get("username_suggestions") or ()]
        return tuple(found)

    async def set(
        self, username: str, *, transfer_action: Literal["none", "force_transfer"] = "none"
    ) -> UsernameInfo:
        """Requests a name of 3 to 35 letters, digits, `.` and `_`.

        `force_transfer` takes it from another number of the same portfolio, which otherwise fails (147005).
        """
        if not _FORM.fullmatch(username) or username.lower().endswith(_DOMAINS):
            raise ValueError(
                f"username: {username!r} must be 3 to 35 letters, digits, '.' and '_', with a letter, without '.' at an "
                "end or twice in a row, not beginning with www nor ending as a domain"
            )
        body = {"username": username, "transfer_action": transfer_action}
        return UsernameInfo.model_validate(
            {
                "username": username,
                **await self._connection.call("POST", f"{self._number}/username", body=body),
            }
        )

    async def delete(self) -> None:
        """Deletes the username."""
        await self._connection.call("DELETE", f"{self._number}/username")
