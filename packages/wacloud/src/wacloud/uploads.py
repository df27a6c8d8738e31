"""Sample files for template headers and profile pictures, by Meta's resumable upload; the handle names them afterwards.

Source: https://developers.facebook.com/docs/graph-api/guides/upload (read 2026-11)
"""

from wacloud.connection import Connection
from wacloud.errors import AmbiguousError


class Uploads:
    """Uploads of one app."""

    def __init__(self, connection: Connection, app_id: str) -> None:
        self._connection = connection
        self._app = app_id

    async def start(self, *, filename: str, length: int, mime_type: str) -> str:
        """A session (`upload:...`) for a file of so many bytes."""
        query = {"file_name": filename, "file_length": str(length), "file_type": mime_type}
        answer = await self._connection.call("POST", f"{self._app}/uploads", query=query)
        return _text(answer.get("id"), "session")

    async def send(self, session: str, data: bytes, *, offset: int = 0) -> str:
        """The rest of the file from `offset` on; the handle (`4::...`)."""
        headers = {
            # This call takes the token in a form of its own.
            "Authorization": f"OAuth {self._connection.token}",
            "file_offset": str(offset),
        }
        answer = await self._connection.call("POST", session, content=data[offset:], headers=headers)
        return _text(answer.get("h"), "handle")

    async def offset(self, session: str) -> int:
        """How many bytes of a broken upload have arrived: go on from there."""
        headers = {"Authorization": f"OAuth {self._connection.token}"}
        answer = await self._connection.call("GET", session, headers=headers)
        return int(answer.get("file_offset", 0))

    async def upload(self, data: bytes, *, filename: str, mime_type: str) -> str:
        """The whole of a file at once; its handle."""
        session = await self.start(filename=filename, length=len(data), mime_type=mime_type)
        return await self.send(session, data)


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise AmbiguousError(f"the answer names no {what}", http_status=200)
    return value
