"""People whom a number has blocked: they cannot write to it, nor it to them.

Only who wrote in the last 24 hours can be blocked; the list holds 64,000.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/block-users (read 2026-11)
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from wacloud.account import Answer
from wacloud.connection import Connection
from wacloud.person import Person


class BlockResult(Answer):
    """Whom the call changed, and whom it could not, with Meta's `errors` for each."""

    changed: tuple[Person, ...] = ()
    failed: tuple[dict[str, Any], ...] = ()


class Blocklist:
    """The people that one number has blocked."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._path = f"{phone_number_id}/block_users"

    async def block(self, people: Sequence[Person | str]) -> BlockResult:
        """Blocks people, by number or user id."""
        return await self._change("POST", people, "added_users")

    async def unblock(self, people: Sequence[Person | str]) -> BlockResult:
        """Lets people write again."""
        return await self._change("DELETE", people, "removed_users")

    async def list(self) -> AsyncIterator[Person]:
        """Everybody who is blocked."""
        async for item in self._connection.pages(self._path):
            yield _person(item)

    async def _change(self, method: str, people: Sequence[Person | str], name: str) -> BlockResult:
        users = [{"user": _name(person)} for person in people]
        if not users:
            raise ValueError("people: at least one")
        body = {"messaging_product": "whatsapp", "block_users": users}
        answer = (await self._connection.call(method, self._path, body=body)).get("block_users") or {}
        changed = tuple(_person(item) for item in answer.get(name) or ())
        return BlockResult(changed=changed, failed=tuple(answer.get("failed_users") or ()))


def _name(person: Person | str) -> str:
    name = person if isinstance(person, str) else person.wa_id or person.user_id
    if not name:
        raise ValueError("people: a person with neither phone number nor user id")
    return name


def _person(item: dict[str, Any]) -> Person:
    return Person(user_id=item.get("user_id"), wa_id=item.get("wa_id"))
