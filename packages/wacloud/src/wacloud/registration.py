"""A number on its way into the Cloud API and out of it: verification, registration, PIN, name, settings, storage.

Sources (read 2026-11):
- https://developers.facebook.com/docs/whatsapp/cloud-api/reference/registration
- https://developers.facebook.com/docs/whatsapp/cloud-api/reference/two-step-verification
- https://developers.facebook.com/documentation/business-messaging/whatsapp/local-storage
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

from wacloud.connection import Connection, Json
from wacloud.limits import check_length

# Where messages can be stored at rest.
REGIONS = ("AE", "AU", "BH", "BR", "CA", "CH", "DE", "GB", "ID", "IN", "JP", "KR", "SG", "ZA")

MOST_NAME = 75

_PIN = re.compile(r"[0-9]{6}", re.ASCII)
_CODE = re.compile(r"[0-9]{6}", re.ASCII)


class Registration:
    """The registration and the settings of one number."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._number = phone_number_id

    async def request_code(self, method: Literal["SMS", "VOICE"], language: str) -> None:
        """Sends the code that proves that the number is the business's; `language` as `en_US`."""
        await self._post("request_code", {"code_method": method, "language": language})

    async def verify_code(self, code: str) -> None:
        """Confirms the code of six digits that came by SMS or call; `123-456` is read too."""
        digits = code.replace("-", "").replace(" ", "")
        if not _CODE.fullmatch(digits):
            raise ValueError("code: six digits")
        await self._post("verify_code", {"code": digits})

    async def register(self, pin: str, *, data_localization_region: str | None = None) -> None:
        """Registers the number, with the two-step PIN of six digits that it has or gets; at most 10 times in 72 hours."""
        body = {"messaging_product": "whatsapp", "pin": _checked_pin(pin)}
        if data_localization_region is not None:
            if data_localization_region not in REGIONS:
                raise ValueError(f"data_localization_region: one of {', '.join(REGIONS)}")
            body["data_localization_region"] = data_localization_region
        await self._post("register", body)

    async def deregister(self) -> None:
        """Takes the number out of the Cloud API."""
        await self._post("deregister", {})

    async def set_pin(self, pin: str) -> None:
        """Sets the two-step PIN of six digits."""
        await self._connection.call("POST", self._number, body={"pin": _checked_pin(pin)})

    async def request_display_name(self, name: str) -> None:
        """Asks for another display name, at most 75 characters; it is reviewed."""
        check_length("name", name, MOST_NAME)
        await self._connection.call("POST", self._number, body={"new_display_name": name})

    async def settings(self) -> Json:
        """Calling, identity checks, storage: Meta's JSON."""
        return await self._connection.call("GET", f"{self._number}/settings")

    async def change_settings(self, settings: Mapping[str, Any]) -> None:
        """Changes what is given: `{"calling": {"status": "ENABLED"}}`, `{"storage_configuration": ...}`."""
        await self._post("settings", settings)

    async def _post(self, name: str, body: Mapping[str, Any]) -> None:
        await self._connection.call("POST", f"{self._number}/{name}", body=body)


def _checked_pin(pin: str) -> str:
    if not _PIN.fullmatch(pin):
        raise ValueError("pin: six digits")
    return pin
