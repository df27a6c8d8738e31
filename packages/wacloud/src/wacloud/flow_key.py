"""The public key that WhatsApp encrypts flow requests with, one for each number.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/whatsapp-business-encryption (read 2026-11)
"""

from wacloud.account import Answer
from wacloud.connection import Connection


class FlowKeyInfo(Answer):
    """The key in PEM; its signature's status is VALID or MISMATCH (upload it again)."""

    business_public_key: str | None = None
    business_public_key_signature_status: str | None = None


class FlowKey:
    """The key of one number."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._path = f"{phone_number_id}/whatsapp_business_encryption"

    async def get(self) -> FlowKeyInfo:
        """What Meta has."""
        answer = await self._connection.call("GET", self._path)
        data = answer.get("data")
        return FlowKeyInfo.model_validate(data[0] if isinstance(data, list) and data else answer)

    async def upload(self, public_key: str) -> None:
        """Gives Meta the public half, in PEM (`FlowEndpoint.public_key`)."""
        await self._connection.call("POST", self._path, body={"business_public_key": public_key})
