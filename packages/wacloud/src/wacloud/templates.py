"""The account's message templates.

Meta allows 200 of these calls an hour for an app and account, 5,000 when the account is active.
Source: https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates (read 2026-11)
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from wacloud.account import Answer
from wacloud.connection import Connection


class TemplateInfo(Answer):
    """A template in one language; `components` is Meta's definition of it."""

    id: str
    name: str | None = None
    language: str | None = None
    status: str | None = None
    category: str | None = None
    components: tuple[Mapping[str, Any], ...] = ()


class Templates:
    """Lists, creates and deletes."""

    def __init__(self, connection: Connection, waba_id: str) -> None:
        self._connection = connection
        self._path = f"{waba_id}/message_templates"

    async def list(self, name: str | None = None) -> AsyncIterator[TemplateInfo]:
        """Every template, or those of a name, page after page."""
        query = {"fields": "id,name,language,status,category,components", **({"name": name} if name else {})}
        while True:
            answer = await self._connection.call("GET", self._path, query=query)
            for item in answer.get("data", ()):
                yield TemplateInfo.model_validate(item)
            paging = answer.get("paging") or {}
            # Meta gives a cursor on the last page too; only `next` says that there is more.
            if "next" not in paging:
                return
            query = {**query, "after": paging["cursors"]["after"]}

    async def create(
        self, *, name: str, language: str, category: str, components: Sequence[Mapping[str, Any]]
    ) -> TemplateInfo:
        """Hands a template in for review; category is UTILITY, MARKETING or AUTHENTICATION.

        Tried again only where Meta surely did not take it: the second of two is refused as a duplicate.
        """
        body = {"name": name, "language": language, "category": category, "components": list(components)}
        answer = await self._connection.call("POST", self._path, body=body, ambiguous="raise")
        return TemplateInfo.model_validate({"name": name, "language": language, **answer})

    async def delete(self, name: str, *, template_id: str | None = None) -> None:
        """Deletes every language of a name, or the one that `template_id` names."""
        query = {"name": name, **({"hsm_id": template_id} if template_id else {})}
        await self._connection.call("DELETE", self._path, query=query)
