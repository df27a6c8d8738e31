"""QR codes and short links that open a chat with a text already written.

Source: https://developers.facebook.com/docs/whatsapp/business-management-api/qr-codes (read 2026-11)
"""

from collections.abc import AsyncIterator
from typing import Literal

from wacloud.account import Answer
from wacloud.connection import Connection
from wacloud.limits import check_length

MOST_TEXT = 140


class QrCode(Answer):
    """A code of Meta's, its short link, and the picture's address where one was asked for."""

    code: str
    prefilled_message: str | None = None
    deep_link_url: str | None = None
    qr_image_url: str | None = None


class QrCodes:
    """The QR codes of one number, at most 2,000."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._path = f"{phone_number_id}/message_qrdls"

    async def create(self, text: str, *, image: Literal["PNG", "SVG"] | None = None) -> QrCode:
        """A new code whose chat begins with `text`, at most 140 characters."""
        body = {"prefilled_message": _checked(text), **({"generate_qr_image": image} if image else {})}
        return QrCode.model_validate(
            await self._connection.call("POST", self._path, body=body, ambiguous="raise")
        )

    async def change(self, code: str, text: str) -> QrCode:
        """Another text for a code that is already printed."""
        body = {"code": code, "prefilled_message": _checked(text)}
        return QrCode.model_validate(await self._connection.call("POST", self._path, body=body))

    async def get(self, code: str) -> QrCode:
        """One code."""
        data = (await self._connection.call("GET", f"{self._path}/{code}")).get("data") or [{"code": code}]
        return QrCode.model_validate(data[0])

    async def list(self, *, image: Literal["PNG", "SVG"] | None = None) -> AsyncIterator[QrCode]:
        """Every code."""
        picture = f",qr_image_url.format({image})" if image else ""
        query = {"fields": f"code,prefilled_message,deep_link_url{picture}"}
        async for item in self._connection.pages(self._path, query):
            yield QrCode.model_validate(item)

    async def delete(self, code: str) -> None:
        """Deletes a code: it opens nothing any more."""
        await self._connection.call("DELETE", f"{self._path}/{code}")


def _checked(text: str) -> str:
    check_length("text", text, MOST_TEXT)
    return text
