"""A place on the map.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/messages/location-messages (read 2026-11)
"""

from typing import Annotated

from pydantic import Field

from wacloud.outbound.message import Outbound, Text1


class Location(Outbound):
    """Degrees; the address is shown only beside a name."""

    kind = "location"
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    name: Text1 | None = None
    address: Text1 | None = None
