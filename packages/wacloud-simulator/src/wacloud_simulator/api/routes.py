"""Which path is answered by whom, who may ask, and how a refusal looks: {"error": ...}."""

from flask import Blueprint, abort, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from wacloud_simulator.api.controls import Controls
from wacloud_simulator.api.conversations import Conversations
from wacloud_simulator.api.inspection import Inspection
from wacloud_simulator.api.requests import RequestError
from wacloud_simulator.faults import FaultError
from wacloud_simulator.person_actions import ActionError
from wacloud_simulator.phones import BadMessageError
from wacloud_simulator.simulation import ServiceError, Simulation
from wacloud_simulator.state import StateError
from wacloud_simulator.world import UnknownPersonError

STATUS_OF = {
    ActionError: 400,
    RequestError: 400,
    BadMessageError: 400,
    FaultError: 400,
    UnknownPersonError: 404,
    StateError: 400,
    ServiceError: 409,
}


def api_blueprint(simulation: Simulation) -> Blueprint:
    """Every route below /api."""
    controls, conversations, inspection = (
        Controls(simulation),
        Conversations(simulation),
        Inspection(simulation),
    )
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    for rule, view, method in (
        ("/state", controls.state, "GET"),
        ("/counters", controls.counters, "GET"),
        ("/reset", controls.reset, "POST"),
        ("/faults", controls.set_faults, "PUT"),
        ("/faults", controls.set_faults, "PATCH"),
        ("/state/file", controls.export, "GET"),
        ("/state/file", controls.load, "PUT"),
        ("/clock", controls.clock, "GET"),
        ("/clock/advance", controls.advance_clock, "POST"),
        ("/services/<name>/<action>", controls.service, "POST"),
        ("/people", conversations.add_person, "POST"),
        ("/people/<key>/messages", conversations.chat, "GET"),
        ("/people/<key>/messages", conversations.write, "POST"),
        ("/people/<key>/replies", conversations.replies, "GET"),
        ("/people/<key>/actions/<action>", conversations.act, "POST"),
        ("/people/<key>/window", conversations.let_window_pass, "DELETE"),
        ("/batch", conversations.batch, "POST"),
        ("/changes", conversations.change, "POST"),
        ("/media", conversations.upload, "POST"),
        ("/media/<media_id>", conversations.media, "GET"),
        ("/exchanges", inspection.exchanges, "GET"),
        ("/exchanges/<int:number>", inspection.exchange, "GET"),
        ("/exchanges/<int:number>/again", inspection.again, "POST"),
        ("/timelines/<path:message_id>", inspection.timeline, "GET"),
        ("/events", inspection.events, "GET"),
    ):
        blueprint.add_url_rule(rule, view_func=view, methods=[method], endpoint=view.__name__)

    blueprint.before_request(_only_this_page)
    for error, status in STATUS_OF.items():
        blueprint.register_error_handler(
            error, lambda raised, status=status: (jsonify(error=str(raised)), status)
        )
    blueprint.register_error_handler(
        HTTPException, lambda raised: raised.response or (jsonify(error=raised.description), raised.code)
    )
    return blueprint


def _only_this_page() -> None:
    """What another site's page could send without asking first is no JSON."""
    if request.method in ("POST", "PUT", "PATCH") and request.mimetype not in (
        "application/json",
        "multipart/form-data",
    ):
        abort(make_response(jsonify(error="send Content-Type: application/json"), 415))
