"""Numbers about an account: messages, prices, templates; and whether it can send at all.

Times are Unix seconds.  Source: https://developers.facebook.com/docs/whatsapp/business-management-api/analytics
(read 2026-11)
"""

from collections.abc import Sequence
from typing import Literal

from wacloud.connection import Connection, Json
from wacloud.limits import check_count

MOST_TEMPLATES = 10


class Analytics:
    """The analytics of one account, in Meta's JSON."""

    def __init__(self, connection: Connection, waba_id: str) -> None:
        self._connection = connection
        self._waba = waba_id

    async def messages(
        self,
        start: int,
        end: int,
        *,
        granularity: Literal["HALF_HOUR", "DAY", "MONTH"] = "DAY",
        numbers: Sequence[str] = (),
        countries: Sequence[str] = (),
    ) -> Json:
        """How many messages were sent and delivered."""
        more = _listed("phone_numbers", numbers) + _listed("country_codes", countries)
        field = f"analytics.start({start}).end({end}).granularity({granularity}){more}"
        return await self._field(field, "analytics")

    async def pricing(
        self,
        start: int,
        end: int,
        *,
        granularity: Literal["HALF_HOUR", "DAILY", "MONTHLY"] = "DAILY",
        dimensions: Sequence[str] = (),
    ) -> Json:
        """What was delivered and what it cost; `dimensions` as PRICING_CATEGORY, PRICING_TYPE, COUNTRY, PHONE, TIER."""
        more = _listed("dimensions", dimensions)
        field = f"pricing_analytics.start({start}).end({end}).granularity({granularity}){more}"
        return await self._field(field, "pricing_analytics")

    async def templates(self, start: int, end: int, template_ids: Sequence[str]) -> Json:
        """Per day, how often up to ten templates were sent, delivered, read and tapped."""
        check_count("template_ids", template_ids, MOST_TEMPLATES, least=1)
        query = {
            "start": str(start),
            "end": str(end),
            "granularity": "daily",
            "template_ids": f"[{','.join(template_ids)}]",
        }
        return await self._connection.call("GET", f"{self._waba}/template_analytics", query=query)

    async def health(self, object_id: str | None = None) -> Json:
        """`can_send_message` (AVAILABLE, LIMITED, BLOCKED) of the account, or of a number or template, and why not."""
        return await self._field("health_status", "health_status", object_id)

    async def _field(self, field: str, name: str, object_id: str | None = None) -> Json:
        answer = await self._connection.call("GET", object_id or self._waba, query={"fields": field})
        found = answer.get(name)
        return found if isinstance(found, dict) else {}


def _listed(name: str, values: Sequence[str]) -> str:
    quoted = ",".join(f'"{value}"' for value in values)
    return f".{name}([{quoted}])" if values else ""
