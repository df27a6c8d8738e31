"""What doctor looks at on Meta's side: the token, the number, the subscription, and the way back to the webhook.

Source: Meta, Graph API, "debug_token"; Cloud API, "Phone numbers"; WhatsApp Business Management API, "Webhooks".
"""

import datetime as dt
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from wacloud.account import PhoneNumber
from wacloud.client import Client
from wacloud.connection import Connection
from wacloud.errors import AccessError, WhatsAppError

from ops import finding
from ops.finding import Finding
from ops.settings import OpsSettings

SCOPES = frozenset({"whatsapp_business_messaging", "whatsapp_business_management"})
_NEW_TOKEN = "make a system user's permanent token (Business settings, System users), then: python -m ops rotate-secret access-token"  # noqa: S105
_SOON = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Known:
    """The secrets, as far as they are known here."""

    access_token: str
    app_secret: str | None
    verify_token: str | None


async def look(settings: OpsSettings, client: Client, known: Known) -> AsyncIterator[Finding]:
    """Every check; none of them changes anything."""
    token = known.access_token
    async with Connection(settings.whatsapp_api_url, token, timeout=10, tries=2, backoff=0.5) as connection:
        try:
            data = (await connection.call("GET", "debug_token", query={"input_token": token})).get("data")
        except AccessError as error:
            yield finding.problem("access token", f"Meta refuses it: {error.message}", _NEW_TOKEN)
            return
        except WhatsAppError as error:
            yield finding.problem("access token", f"{error}", "is WHATSAPP_API_URL right, and Meta up?")
            return
    told: dict[str, Any] = data if isinstance(data, dict) else {}
    for found in examine_token(told, settings.whatsapp_waba_id, dt.datetime.now(dt.UTC)):
        yield found
    if not told.get("is_valid"):
        return
    try:
        number = await client.phone_number()
    except WhatsAppError as error:
        fix = "WHATSAPP_PHONE_NUMBER_ID is the number's id, not the number; the token needs the number's account"
        yield finding.problem("number", f"{error}", fix)
        return
    yield _number(number)
    yield await _subscription(client, settings, str(told.get("app_id", "")))
    yield await _app(settings, str(told.get("app_id", "")), known.app_secret)
    yield await _callback(number, settings, known.verify_token)


def examine_token(told: Mapping[str, Any], waba_id: str | None, now: dt.datetime) -> list[Finding]:
    """What `debug_token` says: validity, expiry, permissions, and for which accounts."""
    if not told.get("is_valid"):
        error = told.get("error")
        reason = error.get("message") if isinstance(error, dict) else "it is not valid"
        return [finding.problem("access token", f"Meta says: {reason}", _NEW_TOKEN)]
    findings = [_expiry(told, now)]
    scopes = set(told.get("scopes") or ())
    if missing := sorted(SCOPES - scopes):
        fix = "make a token with both permissions; the system user needs the app and the account as assets"
        findings.append(finding.problem("permissions", f"missing: {', '.join(missing)}", fix))
    else:
        findings.append(finding.ok("permissions", ", ".join(sorted(SCOPES))))
    targets = {
        str(target)
        for scope in told.get("granular_scopes") or ()
        if scope.get("scope") in SCOPES
        for target in scope.get("target_ids") or ()
    }
    # Without targets a permission holds for every account the system user has.
    if targets and waba_id and waba_id not in targets:
        fix = "give the system user the account as an asset, then make a new token"
        findings.append(finding.problem("permissions", f"not for account {waba_id}", fix))
    return findings


def _expiry(told: Mapping[str, Any], now: dt.datetime) -> Finding:
    # 0 means never; the data access of a person's token ends by itself after 90 days.
    ends = [int(told[name]) for name in ("expires_at", "data_access_expires_at") if told.get(name)]
    if not ends:
        return finding.ok("access token", "valid, never expires")
    when = dt.datetime.fromtimestamp(min(ends), dt.UTC)
    if when - now < _SOON:
        return finding.problem("access token", f"valid, but expires {when:%Y-%m-%d %H:%M} UTC", _NEW_TOKEN)
    return finding.ok("access token", f"valid until {when:%Y-%m-%d}")


def _number(number: PhoneNumber) -> Finding:
    said = f"{number.verified_name or 'no name'}, quality {number.quality_rating or 'unknown'}"
    if number.status not in (None, "CONNECTED"):
        fix = "Meta's WhatsApp Manager, Phone numbers, says what is wanted"
        return finding.problem("number", f"{said}, status {number.status}", fix)
    if number.quality_rating == "RED":
        return finding.problem(
            "number", said, "people block or report it: Meta limits its messages when that lasts"
        )
    return finding.ok("number", said)


async def _subscription(client: Client, settings: OpsSettings, app_id: str) -> Finding:
    about = "webhook subscription"
    if settings.whatsapp_waba_id is None:
        return finding.skipped(about, "set WHATSAPP_WABA_ID to have it looked at")
    try:
        apps = await client.subscribed_apps()
    except WhatsAppError as error:
        return finding.problem(
            about, f"{error}", "is WHATSAPP_WABA_ID the account's id, and is it the token's account?"
        )
    if not apps or (app_id and app_id not in {app.id for app in apps}):
        fix = f"POST {settings.whatsapp_api_url}/{settings.whatsapp_waba_id}/subscribed_apps with the token (docs/deploy.md)"
        return finding.problem(about, "the token's app does not get this account's webhooks", fix)
    others = len(apps) - 1
    said = "the token's app gets this account's webhooks"
    return finding.ok(about, f"{said}; so do {others} more, each a copy of everything" if others else said)


async def _app(settings: OpsSettings, app_id: str, app_secret: str | None) -> Finding:
    """Whether the app secret is the app's, and `messages` is subscribed: both can be asked with the secret alone."""
    about = "app secret and webhook fields"
    if not app_id or app_secret is None:
        return finding.skipped(about, "set WHATSAPP_WEBHOOK_SECRET to have them looked at")
    token = f"{app_id}|{app_secret}"
    try:
        async with Connection(settings.whatsapp_api_url, token, timeout=10, tries=2, backoff=0.5) as app:
            answer = await app.call("GET", f"{app_id}/subscriptions")
    except AccessError as error:
        fix = f"it must be the secret of app {app_id}: else every webhook is refused with 401"
        return finding.problem(about, f"Meta refuses the app secret: {error.message}", fix)
    except WhatsAppError as error:
        return finding.problem(about, f"{error}", "is Meta up?")
    fields = {
        str(field.get("name"))
        for subscription in answer.get("data") or ()
        if subscription.get("object") == "whatsapp_business_account" and subscription.get("active")
        for field in subscription.get("fields") or ()
    }
    if "messages" not in fields:
        fix = "Meta for Developers, WhatsApp, Configuration, Webhook fields: subscribe messages"
        return finding.problem(about, "messages is not subscribed", fix)
    return finding.ok(about, f"the secret is the app's; subscribed: {', '.join(sorted(fields))}")


async def _callback(number: PhoneNumber, settings: OpsSettings, verify_token: str | None) -> Finding:
    """Where Meta calls: the number's own address before the account's before the app's."""
    about = "callback URL"
    routes = number.webhook_configuration
    called = routes and (routes.phone_number or routes.whatsapp_business_account or routes.application)
    wanted = settings.whatsapp_callback_url
    if not called:
        return finding.problem(about, "Meta has none", "set it: Meta for Developers, WhatsApp, Configuration")
    if wanted and called != wanted:
        return finding.problem(
            about, f"Meta calls {called}", f"it should call {wanted}: WhatsApp, Configuration"
        )
    if verify_token is None:
        return finding.ok(about, f"Meta calls {called}; not tried, WHATSAPP_VERIFY_TOKEN is not known here")
    challenge = secrets.token_hex(8)
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    try:
        async with httpx.AsyncClient(timeout=10) as http:
            answer = await http.get(called, params=query)
    except httpx.HTTPError as error:
        return finding.problem(
            about, f"{called} does not answer ({type(error).__name__})", "is the webhook deployed and public?"
        )
    if answer.status_code != 200 or answer.text != challenge:
        fix = "403: the verify token there is another one; 404: the path is /webhook/whatsapp; 5xx: its logs"
        return finding.problem(about, f"{called} answered Meta's handshake with {answer.status_code}", fix)
    return finding.ok(about, f"{called} answers Meta's handshake")
