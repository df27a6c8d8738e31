"""Whether Meta would take an interactive message. Source: Cloud API, "Interactive messages", one page per type."""

from collections.abc import Callable
from typing import Any

from wacloud_simulator.graph.errors import GraphRefusalError, bad_value, invalid, missing
from wacloud_simulator.people import JSON

ROWS_MOST = 10
HEADERS = ("text", "image", "video", "document")


def check_interactive(value: Any) -> None:
    """GraphRefusalError where Meta would refuse."""
    if not isinstance(value, dict):
        raise invalid("Param interactive must be a JSON object.")
    for key in value:
        if key not in ("type", "header", "body", "footer", "action"):
            raise invalid(f'Unexpected key "{key}" on param "interactive".')
    kind = value.get("type")
    check = ACTIONS.get(str(kind))
    if check is None:
        raise invalid(
            f"Param interactive['type'] must be one of {{{', '.join(ACTIONS).upper()}}} - got \"{kind}\"."
        )
    action = value.get("action")
    if not isinstance(action, dict):
        raise missing("Parameter 'action' of 'interactive' is mandatory")
    if kind != "product":
        _part(value, "body", 4096 if kind == "list" else 1024)
    if "footer" in value:
        _part(value, "footer", 60)
    if "header" in value:
        _header(value["header"], text_only=kind in ("list", "product_list"))
    check(action)


def _length(what: str, value: Any, most: int) -> None:
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise bad_value(f"{what} length invalid. Min length: 1, Max length: {most}")


def _part(holder: JSON, key: str, most: int) -> None:
    part = holder.get(key)
    if not isinstance(part, dict) or "text" not in part:
        raise missing(f"Parameter 'text' of 'interactive.{key}' is mandatory")
    _length(key.capitalize() + " text", part["text"], most)


def _header(header: Any, *, text_only: bool) -> None:
    kind = header.get("type") if isinstance(header, dict) else None
    if kind not in HEADERS or (text_only and kind != "text"):
        raise bad_value(f"Header type invalid: {kind}")
    if kind == "text":
        _length("Header text", header.get("text"), 60)
    elif not isinstance(header.get(kind), dict) or not (header[kind].get("id") or header[kind].get("link")):
        raise missing(f"Parameter '{kind}' of 'interactive.header' is mandatory")


def _buttons(action: JSON) -> None:
    buttons = action.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise bad_value("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    replies = []
    for button in buttons:
        reply = button.get("reply") if isinstance(button, dict) and button.get("type") == "reply" else None
        if not isinstance(reply, dict):
            raise bad_value("Button type invalid: every button needs the type reply and the object reply")
        _length("Button title", reply.get("title"), 20)
        _length("Button id", reply.get("id"), 256)
        replies.append(reply)
    if len({reply["id"] for reply in replies}) < len(replies):
        raise bad_value("Duplicate button ids are not allowed")
    if len({reply["title"] for reply in replies}) < len(replies):
        raise bad_value("Duplicate button titles are not allowed")


def _list(action: JSON) -> None:
    _length("Button text", action.get("button"), 20)
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= ROWS_MOST:
        raise bad_value("Invalid sections count. Min allowed sections: 1, Max allowed sections: 10")
    rows = []
    for section in sections:
        if not isinstance(section, dict) or not isinstance(section.get("rows"), list) or not section["rows"]:
            raise missing("Parameter 'rows' of 'interactive.action.sections' is mandatory")
        if len(sections) > 1 or "title" in section:
            _length("Section title", section.get("title"), 24)
        rows += section["rows"]
    if len(rows) > ROWS_MOST:
        raise bad_value(f"Total row count exceed max allowed count: {ROWS_MOST}")
    for row in rows:
        if not isinstance(row, dict):
            raise bad_value("Row type invalid")
        _length("Row id", row.get("id"), 200)
        _length("Row title", row.get("title"), 24)
        if row.get("description"):
            _length("Row description", row["description"], 72)
    if len({row["id"] for row in rows}) < len(rows):
        raise bad_value("Duplicate row ids are not allowed")


def _named(name: str, *parameters: str) -> Callable[[JSON], None]:
    """An action that carries its name, and parameters that must be there."""

    def check(action: JSON) -> None:
        if action.get("name") != name:
            raise _wrong_name(name, action.get("name"))
        given = action.get("parameters", {})
        for parameter in parameters:
            if not isinstance(given, dict) or not given.get(parameter):
                raise missing(f"Parameter '{parameter}' of 'interactive.action.parameters' is mandatory")

    return check


def _wrong_name(expected: str, given: Any) -> GraphRefusalError:
    return bad_value(f"Action name invalid: {given}, expected {expected}")


def _link(action: JSON) -> None:
    _named("cta_url", "display_text", "url")(action)
    _length("Display text", action["parameters"]["display_text"], 20)
    if not str(action["parameters"]["url"]).startswith(("http://", "https://")):
        raise bad_value("URL invalid: it must start with http:// or https://")


def _flow(action: JSON) -> None:
    _named("flow", "flow_cta")(action)
    parameters = action["parameters"]
    if not (parameters.get("flow_id") or parameters.get("flow_name")):
        raise missing("Parameter 'flow_id' or 'flow_name' of 'interactive.action.parameters' is mandatory")
    _length("Flow CTA", parameters["flow_cta"], 30)


def _product(action: JSON) -> None:
    for key in ("catalog_id", "product_retailer_id"):
        if not action.get(key):
            raise missing(f"Parameter '{key}' of 'interactive.action' is mandatory")


def _product_list(action: JSON) -> None:
    if not action.get("catalog_id") or not action.get("sections"):
        raise missing("Parameters 'catalog_id' and 'sections' of 'interactive.action' are mandatory")


def _anything(action: JSON) -> None:
    """Types whose details are not checked."""


ACTIONS: dict[str, Callable[[JSON], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "flow": _flow,
    "location_request_message": _named("send_location"),
    "request_contact_info": _anything,
    "product": _product,
    "product_list": _product_list,
    "catalog_message": _named("catalog_message"),
    "address_message": _named("address_message"),
    "call_permission_request": _named("call_permission_request"),
    "voice_call": _named("voice_call"),
    "order_details": _named("review_and_pay"),
    "order_status": _named("review_order"),
    "carousel": _anything,
}
