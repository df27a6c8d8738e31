"""Flows (forms that people fill in within WhatsApp): make, change, publish, retire, measure.

Sending one is `outbound.Flow`, its answer `inbound.FlowReply`, and what a flow asks the business while it is filled in
is `wacloud.flow_endpoint`.
Source: https://developers.facebook.com/docs/whatsapp/flows/reference/flowsapi (read 2026-11)
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal

from wacloud.account import Answer
from wacloud.connection import Connection, Json

# Flow JSON is one file of at most 10 MB.
MOST_JSON = 10_000_000
CATEGORIES = (
    "SIGN_UP",
    "SIGN_IN",
    "APPOINTMENT_BOOKING",
    "LEAD_GENERATION",
    "CONTACT_US",
    "CUSTOMER_SUPPORT",
    "SURVEY",
    "OTHER",
)
_FIELDS = "id,name,status,categories,validation_errors,json_version,data_api_version,endpoint_uri,preview,health_status"


class FlowInfo(Answer):
    """A flow; `status` is DRAFT, PUBLISHED, DEPRECATED, BLOCKED or THROTTLED."""

    id: str
    name: str | None = None
    status: str | None = None
    categories: tuple[str, ...] = ()
    validation_errors: tuple[Json, ...] = ()
    endpoint_uri: str | None = None


class Flows:
    """The flows of one account."""

    def __init__(self, connection: Connection, waba_id: str) -> None:
        self._connection = connection
        self._path = f"{waba_id}/flows"
        self._waba = waba_id

    async def list(self) -> AsyncIterator[FlowInfo]:
        """Every flow."""
        async for item in self._connection.pages(self._path):
            yield FlowInfo.model_validate(item)

    async def create(
        self,
        name: str,
        categories: Sequence[str],
        *,
        flow_json: Mapping[str, Any] | None = None,
        endpoint_uri: str | None = None,
        clone_flow_id: str | None = None,
        publish: bool = False,
    ) -> FlowInfo:
        """A new flow, a draft where it is not published at once; `validation_errors` says what its JSON lacks."""
        body: Json = {"name": name, "categories": _checked(categories)}
        if flow_json is not None:
            body["flow_json"] = _dumped(flow_json)
        if endpoint_uri is not None:
            body["endpoint_uri"] = endpoint_uri
        if clone_flow_id is not None:
            body["clone_flow_id"] = clone_flow_id
        if publish:
            body["publish"] = True
        answer = await self._connection.call("POST", self._path, body=body, ambiguous="raise")
        return FlowInfo.model_validate({"name": name, **answer})

    async def get(self, flow_id: str) -> FlowInfo:
        """One flow."""
        return FlowInfo.model_validate(await self._connection.call("GET", flow_id, query={"fields": _FIELDS}))

    async def change(
        self,
        flow_id: str,
        *,
        name: str | None = None,
        categories: Sequence[str] | None = None,
        endpoint_uri: str | None = None,
        application_id: str | None = None,
    ) -> None:
        """Changes what is given about a flow."""
        given = {
            "name": name,
            "categories": _checked(categories) if categories is not None else None,
            "endpoint_uri": endpoint_uri,
            "application_id": application_id,
        }
        body = {key: value for key, value in given.items() if value is not None}
        if not body:
            raise ValueError(
                "name, categories, endpoint_uri or application_id: nothing is changed without one"
            )
        await self._connection.call("POST", flow_id, body=body)

    async def update_json(self, flow_id: str, flow_json: Mapping[str, Any]) -> tuple[Json, ...]:
        """Replaces a draft's screens; what is wrong with the new ones, nothing where all is well."""
        answer = await self._connection.call(
            "POST",
            f"{flow_id}/assets",
            form={"name": "flow.json", "asset_type": "FLOW_JSON"},
            file=("flow.json", _dumped(flow_json).encode(), "application/json"),
        )
        return tuple(answer.get("validation_errors") or ())

    async def assets(self, flow_id: str) -> AsyncIterator[Json]:
        """The files of a flow, with addresses to download them from."""
        async for item in self._connection.pages(f"{flow_id}/assets"):
            yield item

    async def publish(self, flow_id: str) -> None:
        """Makes a draft ready to be sent; its screens cannot be changed afterwards."""
        await self._connection.call("POST", f"{flow_id}/publish")

    async def deprecate(self, flow_id: str) -> None:
        """Ends a published flow: it cannot be sent any more."""
        await self._connection.call("POST", f"{flow_id}/deprecate")

    async def delete(self, flow_id: str) -> None:
        """Deletes a draft."""
        await self._connection.call("DELETE", flow_id)

    async def metric(
        self,
        flow_id: str,
        name: Literal[
            "ENDPOINT_REQUEST_COUNT",
            "ENDPOINT_REQUEST_ERROR",
            "ENDPOINT_REQUEST_ERROR_RATE",
            "ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL",
            "ENDPOINT_AVAILABILITY",
        ],
        *,
        granularity: Literal["HOUR", "DAY", "LIFETIME"] = "DAY",
        since: str | None = None,
        until: str | None = None,
    ) -> Json:
        """How its data endpoint does; `since` and `until` are dates like `2026-11-25`."""
        dates = (f".since({since})" if since else "") + (f".until({until})" if until else "")
        field = f"metric.name({name}).granularity({granularity}){dates}"
        answer = await self._connection.call("GET", flow_id, query={"fields": field})
        found = answer.get("metric")
        return found if isinstance(found, dict) else {}

    async def migrate(self, source_waba_id: str, names: Sequence[str] = ()) -> Json:
        """Copies flows of another account; `migrated_flows` and `failed_flows` say which."""
        body: Json = {"source_waba_id": source_waba_id}
        if names:
            body["source_flow_names"] = list(names)
        return await self._connection.call(
            "POST", f"{self._waba}/migrate_flows", body=body, ambiguous="raise"
        )


def _checked(categories: Sequence[str]) -> list[str]:
    if not categories:
        raise ValueError("categories: at least one")
    if unknown := [category for category in categories if category not in CATEGORIES]:
        raise ValueError(f"categories: {', '.join(unknown)} is none of {', '.join(CATEGORIES)}")
    return list(categories)


def _dumped(flow_json: Mapping[str, Any]) -> str:
    text = json.dumps(flow_json, ensure_ascii=False)
    if len(text.encode()) > MOST_JSON:
        raise ValueError(f"flow_json: {len(text.encode())} bytes, at most {MOST_JSON}")
    return text
