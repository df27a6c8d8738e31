"""The account's message templates.

Meta allows 200 of these calls an hour for an app and account, 5,000 when the account is active.
Source: https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates (read 2026-11)
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from wacloud.account import Answer
from wacloud.connection import Connection
from wacloud.limits import check_count

MOST_DELETED = 100
_FIELDS = "id,name,language,status,category,components"


class TemplateInfo(Answer):
    """A template in one language; `components` is Meta's definition of it."""

    id: str
    name: str | None = None
    language: str | None = None
    status: str | None = None
    category: str | None = None
    components: tuple[Mapping[str, Any], ...] = ()


class Templates:
    """Lists, creates, edits, compares and deletes."""

    def __init__(self, connection: Connection, waba_id: str) -> None:
        self._connection = connection
        self._waba = waba_id
        self._path = f"{waba_id}/message_templates"

    async def list(self, name: str | None = None) -> AsyncIterator[TemplateInfo]:
        """Every template, or those of a name, page after page."""
        query = {"fields": _FIELDS, **({"name": name} if name else {})}
        async for item in self._connection.pages(self._path, query):
            yield TemplateInfo.model_validate(item)

    async def create(
        self, *, name: str, language: str, category: str, components: Sequence[Mapping[str, Any]]
    ) -> TemplateInfo:
        """Hands a template in for review; category is UTILITY, MARKETING or AUTHENTICATION.

        Tried again only where Meta surely did not take it: the second of two is refused as a duplicate.
        """
        body = {"name": name, "language": language, "category": category, "components": list(components)}
        answer = await self._connection.call("POST", self._path, body=body, ambiguous="raise")
        return TemplateInfo.model_validate({"name": name, "language": language, **answer})

    async def get(self, template_id: str) -> TemplateInfo:
        """One template in one language."""
        return TemplateInfo.model_validate(
            await self._connection.call("GET", template_id, query={"fields": _FIELDS})
        )

    async def edit(
        self,
        template_id: str,
        *,
        components: Sequence[Mapping[str, Any]] | None = None,
        category: str | None = None,
    ) -> None:
        """Changes a template that is approved, rejected or paused; it is reviewed again."""
        given = {"components": list(components) if components is not None else None, "category": category}
        body = {name: value for name, value in given.items() if value is not None}
        if not body:
            raise ValueError("components or category: nothing is changed without one of them")
        await self._connection.call("POST", template_id, body=body)

    async def create_from_library(
        self,
        *,
        name: str,
        language: str,
        category: str,
        library_template_name: str,
        buttons: Sequence[Mapping[str, Any]] = (),
    ) -> TemplateInfo:
        """A copy of a template of Meta's library, approved at once; `buttons` fills in its buttons."""
        body: dict[str, Any] = {
            "name": name,
            "language": language,
            "category": category,
            "library_template_name": library_template_name,
        }
        if buttons:
            body["library_template_button_inputs"] = list(buttons)
        answer = await self._connection.call("POST", self._path, body=body, ambiguous="raise")
        return TemplateInfo.model_validate({"name": name, "language": language, **answer})

    async def upsert_authentication(
        self, *, name: str, languages: Sequence[str], components: Sequence[Mapping[str, Any]]
    ) -> tuple[TemplateInfo, ...]:
        """Makes or changes an authentication template in several languages at once."""
        body = {
            "name": name,
            "languages": list(languages),
            "category": "AUTHENTICATION",
            "components": list(components),
        }
        answer = await self._connection.call("POST", f"{self._waba}/upsert_message_templates", body=body)
        return tuple(TemplateInfo.model_validate(item) for item in answer.get("data") or ())

    async def compare(self, template_id: str, other_id: str, *, start: int, end: int) -> tuple[Answer, ...]:
        """How two templates did, between two Unix times (7, 30, 60 or 90 days apart)."""
        query = {"template_ids": f"[{other_id}]", "start": str(start), "end": str(end)}
        answer = await self._connection.call("GET", f"{template_id}/compare", query=query)
        return tuple(Answer.model_validate(item) for item in answer.get("data") or ())

    async def unpause(self, template_id: str) -> None:
        """Lets a template be sent again that was paused for pacing."""
        await self._connection.call("POST", f"{template_id}/unpause")

    async def delete(self, name: str, *, template_id: str | None = None) -> None:
        """Deletes every language of a name, or the one that `template_id` names."""
        query = {"name": name, **({"hsm_id": template_id} if template_id else {})}
        await self._connection.call("DELETE", self._path, query=query)

    async def delete_many(self, template_ids: Sequence[str]) -> None:
        """Deletes up to 100 templates by their ids."""
        check_count("template_ids", template_ids, MOST_DELETED, least=1)
        await self._connection.call("DELETE", self._path, query={"hsm_ids": f"[{','.join(template_ids)}]"})
