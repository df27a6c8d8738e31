"""Whether a number's chat shows the catalogue and lets people fill a cart.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/guides/sell-products-and-services/set-commerce-settings
(read 2026-11)
"""

from wacloud.account import Answer
from wacloud.connection import Connection


class CommerceSettings(Answer):
    """What people see of the shop."""

    is_cart_enabled: bool | None = None
    is_catalog_visible: bool | None = None


class Commerce:
    """The shop of one number."""

    def __init__(self, connection: Connection, phone_number_id: str) -> None:
        self._connection = connection
        self._path = f"{phone_number_id}/whatsapp_commerce_settings"

    async def get(self) -> CommerceSettings:
        """What is set."""
        data = (await self._connection.call("GET", self._path)).get("data") or [{}]
        return CommerceSettings.model_validate(data[0])

    async def change(
        self, *, is_cart_enabled: bool | None = None, is_catalog_visible: bool | None = None
    ) -> None:
        """Sets what is given."""
        given = {"is_cart_enabled": is_cart_enabled, "is_catalog_visible": is_catalog_visible}
        query = {name: str(value).lower() for name, value in given.items() if value is not None}
        if not query:
            raise ValueError("is_cart_enabled or is_catalog_visible: nothing is changed without one of them")
        await self._connection.call("POST", self._path, query=query)
