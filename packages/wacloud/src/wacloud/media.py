"""Files at Meta: upload, look-up, download, delete.

An upload lives 30 days, a file somebody sent 7; the address a look-up gives works for 5 minutes and wants the token.
Source: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media (read 2026-11)
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import aiohttp
import httpx

from wacloud.account import Answer
from wacloud.connection import Connection, Json
from wacloud.error_codes import NO_SUCH_OBJECT
from wacloud.errors import AccessError, MediaError

# What an address that has run out answers: 404 by Meta's page, the others as users have met them.
_RUN_OUT = (401, 403, 404, 410)


class MediaFile(Answer):
    """The answer to a look-up; `file_size` in bytes, `sha256` in hexadecimal digits (in webhooks: base64)."""

    id: str
    url: str
    mime_type: str | None = None
    sha256: str | None = None
    file_size: int | None = None


class Media:
    """The files of one number."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._number = phone_number_id

    async def upload(self, data: bytes, *, mime_type: str, filename: str = "file") -> str:
        """The id to send the file by.  Sizes: image 5 MB, audio and video 16 MB, document 100 MB."""
        answer = await self._connection.call(
            "POST",
            f"{self._number}/media",
            form={"messaging_product": "whatsapp", "type": mime_type},
            file=(filename, data, mime_type),
        )
        if not isinstance(answer.get("id"), str):
            raise MediaError("the answer to the upload names no file")
        return str(answer["id"])

    async def get(self, media_id: str) -> MediaFile:
        """The file's address and checksum; MediaError where it is unknown or gone."""
        return MediaFile.model_validate({"id": media_id, **await self._call("GET", media_id)})

    async def delete(self, media_id: str) -> None:
        """Deletes a file."""
        await self._call("DELETE", media_id)

    async def download(self, media_id: str) -> AsyncIterator[bytes]:
        """The file, piece by piece.  An address that has run out is asked for again, once.

        Raises MediaError after the last piece when the checksum is not the announced one, or when the connection
        broke: only what came without an error may be used.
        """
        for last in (False, True):
            found = await self.get(media_id)
            async with self._connection.download(found.url) as response:
                if response.status_code in _RUN_OUT:
                    if last:
                        raise MediaError(f"the file cannot be had: HTTP {response.status_code}, twice")
                    continue
                if response.status_code != 200:
                    await response.aread()
                    raise self._connection.error_of(response)
                checksum = hashlib.sha256()
                try:
                    async for piece in response.aiter_bytes():
                        checksum.update(piece)
                        yield piece
                except (httpx.RequestError, aiohttp.ClientError) as error:
                    raise MediaError(f"the download broke off: {type(error).__name__}") from error
            if found.sha256 and not _same(checksum.digest(), found.sha256):
                raise MediaError("the file's SHA-256 is not the one Meta announced")
            return

    async def save(self, media_id: str, path: Path) -> int:
        """Downloads into a file, which appears only when it is whole and right; its size in bytes."""
        partial = path.with_name(f"{path.name}.partial")
        size = 0
        try:
            with await asyncio.to_thread(partial.open, "wb") as file:
                async for piece in self.download(media_id):
                    size += await asyncio.to_thread(file.write, piece)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
        return size

    async def _call(self, method: str, media_id: str) -> Json:
        try:
            return await self._connection.call(
                method, quote(media_id, safe=""), query={"phone_number_id": self._number}
            )
        except AccessError as error:
            if (error.code, error.subcode) != NO_SUCH_OBJECT:
                raise
            raise MediaError("no such file, or not one this token may see") from error


def _same(digest: bytes, announced: str) -> bool:
    """Against hexadecimal digits, as look-ups give, or base64, as webhooks do."""
    try:
        expected = (
            bytes.fromhex(announced) if len(announced) == 64 else base64.b64decode(announced, validate=True)
        )
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(digest, expected)
