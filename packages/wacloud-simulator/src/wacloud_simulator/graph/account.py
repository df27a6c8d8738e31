"""What belongs to the account and the number: media, templates, subscriptions. No route is named here."""

import secrets
from collections.abc import Mapping
from typing import Any

import httpx
from werkzeug.datastructures import FileStorage

from wacloud_simulator.graph.errors import GraphRefusalError, invalid
from wacloud_simulator.graph.media import Media, check_upload
from wacloud_simulator.people import JSON
from wacloud_simulator.simulation import Simulation
from wacloud_simulator.webhooks import Update

CALLBACK_MOST = 200


class Account:
    """The business account behind the number."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._configuration = simulation.configuration

    def number(self) -> JSON:
        """GET on the number."""
        business = self._configuration.business
        return {
            "verified_name": business.name,
            "display_phone_number": f"+{business.display_phone_number}",
            "quality_rating": "GREEN",
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD"},
            "webhook_configuration": {"application": self._simulation.sender.url},
            "id": business.phone_number_id,
        }

    def token(self, given: str) -> JSON:
        """GET debug_token: a system user's token for this account, or one that is not valid."""
        if given != self._configuration.access_token:
            error = {"code": 190, "message": "The access token could not be decrypted"}
            return {"data": {"is_valid": False, "scopes": [], "error": error}}
        scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
        targets = [self._configuration.business.waba_id]
        return {
            "data": {
                "app_id": self._configuration.app_id,
                "type": "SYSTEM_USER",
                "application": "simulator",
                "expires_at": 0,
                "is_valid": True,
                "scopes": scopes,
                "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in scopes],
            }
        }

    def media(self, media: Media, host_url: str) -> JSON:
        """GET on a media id: an address that works for five minutes."""
        key = self._simulation.media.new_url_key(media.id)
        return {
            "messaging_product": "whatsapp",
            "url": f"{host_url}whatsapp_business/attachments/?mid={media.id}&ext=0&hash={key}",
            "mime_type": media.mime_type,
            "sha256": media.sha256,
            "file_size": len(media.data),
            "id": media.id,
        }

    def upload(self, form: Mapping[str, str], file: FileStorage | None) -> JSON:
        """POST media."""
        if form.get("messaging_product") != "whatsapp":
            raise invalid("The parameter messaging_product is required.")
        if file is None:
            raise invalid("The parameter file is required.")
        mime_type = form.get("type") or file.mimetype
        data = file.read()
        check_upload(mime_type, len(data))
        return {"id": self._simulation.media.put(data, mime_type, file.filename or "").id}

    def message_templates(self, method: str, payload: Any, name: str | None) -> JSON:
        """GET, POST and DELETE; a new template is approved after half a second, and the webhook hears of it."""
        templates = self._simulation.templates
        if method == "GET":
            found = [item.as_json() for item in templates.all() if name in (None, item.name)]
            return {"data": found, "paging": {"cursors": {"before": "MAZDZD", "after": "MjQZD"}}}
        if method == "DELETE":
            if not templates.delete(name or ""):
                raise invalid("Invalid parameter", "Message template not found")
            return {"success": True}
        template = templates.create(payload)
        value = {
            "event": "APPROVED",
            "message_template_id": int(template.id),
            "message_template_name": template.name,
            "message_template_language": template.language,
            "reason": "NONE",
        }
        sender = self._simulation.sender
        sender.later(0.5, lambda: sender.send(Update("message_template_status_update", value)))
        return {"id": template.id, "status": "PENDING", "category": template.category}

    def subscribed_apps(self, method: str, payload: Any) -> JSON:
        """GET, POST (with or without an override of the callback) and DELETE."""
        if method == "GET":
            app = {
                "link": "https://www.facebook.com/games/",
                "name": "simulator",
                "id": self._configuration.app_id,
            }
            url = self._simulation.sender.url
            return {"data": [{"whatsapp_business_api_data": app, "override_callback_uri": url}]}
        if method == "POST" and isinstance(payload, dict) and payload.get("override_callback_uri"):
            self._verify(str(payload["override_callback_uri"]), str(payload.get("verify_token", "")))
        return {"success": True}

    def subscribe(self, values: Mapping[str, Any]) -> JSON:
        """POST /{app}/subscriptions."""
        self._verify(str(values.get("callback_url", "")), str(values.get("verify_token", "")))
        return {"success": True}

    def subscriptions(self) -> JSON:
        """GET /{app}/subscriptions, which only the app itself may ask: its id and secret are the token."""
        fields = [{"name": "messages", "version": "v25.0"}]
        subscription = {
            "object": "whatsapp_business_account",
            "callback_url": self._simulation.sender.url,
            "active": True,
            "fields": fields,
        }
        return {"data": [subscription]}

    def override_webhook(self, payload: Any) -> JSON:
        """POST on the number with a webhook_configuration."""
        configuration = payload.get("webhook_configuration") if isinstance(payload, dict) else None
        if not isinstance(configuration, dict):
            raise invalid("The parameter webhook_configuration is required.")
        uri, token = configuration.get("override_callback_uri", ""), configuration.get("verify_token", "")
        self._verify(str(uri), str(token))
        return {"success": True}

    def _verify(self, callback: str, verify_token: str) -> None:
        """The handshake. An address that does not give the challenge back is not taken."""
        if len(callback) > CALLBACK_MOST:
            raise invalid(f"Param override_callback_uri must be at most {CALLBACK_MOST} characters long.")
        challenge = str(secrets.randbelow(9 * 10**9) + 10**9)
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        try:
            answer = httpx.get(callback, params=query, timeout=10)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = type(error).__name__
        else:
            if answer.status_code == 200 and answer.text == challenge:
                self._simulation.sender.url = callback
                return
            reason = f"HTTP status {answer.status_code}, and the body was not the challenge"
        message = f"(#2200) Callback verification failed with the following errors: {reason}"
        raise GraphRefusalError(2200, message)
