"""Whether Meta would take a send, from the body alone. What depends on state (window, limits, media) is elsewhere.

Source: Cloud API, "Messages" (one page per type) and "Send messages"; limits as of November 2026.
"""

import re
from collections.abc import Callable
from typing import Any

from wacloud_simulator.graph.errors import bad_value, invalid, missing
from wacloud_simulator.graph.interactive import check_interactive
from wacloud_simulator.people import JSON

CALLBACK_DATA_MOST = 512
TEXT_MOST = 4096
CAPTION_MOST = 1024

_PHONE = re.compile(r"\+?[\d\s().-]{5,24}")
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_MEDIA_KEYS = {
    "image": {"id", "link", "caption"},
    "video": {"id", "link", "caption"},
    "document": {"id", "link", "caption", "filename"},
    "audio": {"id", "link", "voice"},
    "sticker": {"id", "link"},
}


def check_send(payload: Any) -> str:
    """The message's type; GraphRefusalError in Meta's words where Meta would refuse."""
    if not isinstance(payload, dict) or "messaging_product" not in payload:
        raise invalid("The parameter messaging_product is required.")
    if payload["messaging_product"] != "whatsapp":
        raise invalid(
            f'Param messaging_product must be one of {{WHATSAPP}} - got "{payload["messaging_product"]}".'
        )
    if str(payload.get("recipient_type", "individual")).lower() not in ("individual", "group"):
        raise invalid(
            f'Param recipient_type must be one of {{INDIVIDUAL, GROUP}} - got "{payload["recipient_type"]}".'
        )
    _check_recipient(payload)
    data = payload.get("biz_opaque_callback_data")
    if data is not None and (not isinstance(data, str) or len(data) > CALLBACK_DATA_MOST):
        raise invalid(f"Param biz_opaque_callback_data must be at most {CALLBACK_DATA_MOST} characters long.")
    _check_context(payload)
    kind = payload.get("type", "text")
    check = CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise invalid(f'Param type must be one of {{{", ".join(CHECKS).upper()}}} - got "{kind}".')
    if kind not in payload:
        raise missing(f"Parameter '{kind}' is mandatory for type '{kind}'")
    check(payload[kind])
    return str(kind)


def _check_recipient(payload: JSON) -> None:
    to, recipient = payload.get("to"), payload.get("recipient")
    if to is None and recipient is None:
        raise invalid("The parameter to is required.")
    if to is not None:
        if not isinstance(to, str | int) or not _PHONE.fullmatch(str(to)):
            raise bad_value("Parameter 'to' is not a valid phone number")
    elif not isinstance(recipient, str) or not _USER_ID.fullmatch(recipient):
        raise bad_value("Parameter 'recipient' is not a valid business-scoped user ID")


def _check_context(payload: JSON) -> None:
    context = payload.get("context")
    if context is None:
        return
    if (
        not isinstance(context, dict)
        or not isinstance(context.get("message_id"), str)
        or not context["message_id"]
    ):
        raise invalid("The parameter context['message_id'] is required.")


def _object(value: Any, name: str, allowed: set[str] | None = None) -> JSON:
    if not isinstance(value, dict):
        raise invalid(f"Param {name} must be a JSON object.")
    for key in value:
        if allowed is not None and key not in allowed:
            raise invalid(f'Unexpected key "{key}" on param "{name}".')
    return value


def _text(holder: JSON, name: str, key: str, most: int, *, required: bool = True) -> None:
    value = holder.get(key)
    if value is None:
        if required:
            raise missing(f"Parameter '{key}' of '{name}' is mandatory")
        return
    if not isinstance(value, str):
        raise invalid(f"Param {name}['{key}'] must be a string.")
    if not (1 if required else 0) <= len(value) <= most:
        raise invalid(f"Param {name}['{key}'] must be at most {most} characters long.")


def _check_text(value: Any) -> None:
    text = _object(value, "text", {"body", "preview_url"})
    _text(text, "text", "body", TEXT_MOST)
    if not isinstance(text.get("preview_url", False), bool):
        raise invalid("Param text['preview_url'] must be a boolean.")


def _media(kind: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        media = _object(value, kind, _MEDIA_KEYS[kind])
        given = [key for key in ("id", "link") if media.get(key)]
        if len(given) != 1:
            raise invalid(f"Invalid parameter: exactly one of id and link is needed for {kind}", None)
        link = media.get("link")
        if link is not None and not re.match(r"https?://[^\s/]+", str(link)):
            raise bad_value(f"Parameter '{kind}.link' is not a valid URL")
        _text(media, kind, "caption", CAPTION_MOST, required=False)

    return check


def _check_location(value: Any) -> None:
    location = _object(value, "location", {"latitude", "longitude", "name", "address"})
    for key, bound in (("latitude", 90), ("longitude", 180)):
        if key not in location:
            raise missing(f"Parameter '{key}' of 'location' is mandatory")
        try:
            degrees = float(location[key])
        except (TypeError, ValueError):
            raise bad_value(f"Parameter 'location.{key}' is not a number") from None
        if not -bound <= degrees <= bound:
            raise bad_value(f"Parameter 'location.{key}' must be between -{bound} and {bound}")


def _check_contacts(value: Any) -> None:
    if not isinstance(value, list) or not value:
        raise invalid("Param contacts must be a non-empty array.")
    for contact in value:
        name = _object(contact, "contacts").get("name")
        if not isinstance(name, dict) or not name.get("formatted_name"):
            raise missing("Parameter 'formatted_name' of 'contacts.name' is mandatory")
        parts = {"first_name", "last_name", "middle_name", "suffix", "prefix"}
        if not any(name.get(part) for part in parts):
            raise missing("At least one of the optional parameters of 'contacts.name' needs to be included")


def _check_reaction(value: Any) -> None:
    reaction = _object(value, "reaction", {"message_id", "emoji"})
    _text(reaction, "reaction", "message_id", 500)
    if not isinstance(reaction.get("emoji", ""), str):
        raise invalid("Param reaction['emoji'] must be a string.")


def _check_template(value: Any) -> None:
    template = _object(value, "template", {"name", "namespace", "language", "components"})
    _text(template, "template", "name", 512)
    language = template.get("language")
    if not isinstance(language, dict) or not language.get("code"):
        raise missing("Parameter 'language' of 'template' is mandatory")
    components = template.get("components", [])
    if not isinstance(components, list):
        raise invalid("Param template['components'] must be an array.")
    for component in components:
        kind = str(_object(component, "template['components']").get("type", "")).lower()
        if kind not in ("header", "body", "button", "carousel", "limited_time_offer", "footer"):
            raise invalid(f"Param template['components'] has the unknown type \"{kind}\".")


CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _check_text,
    **{kind: _media(kind) for kind in _MEDIA_KEYS},
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "interactive": check_interactive,
    "template": _check_template,
}
