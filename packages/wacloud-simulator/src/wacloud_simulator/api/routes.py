"""Which path is answered by whom, who may ask, and how a refusal looks: {"error": ...}."""

from flask import Blueprint, abort, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from wacloud_simulator.api.controls import Controls
from wacloud_simulator.api.conversations import Conversations
from wacloud_simulator.api.inspection import Inspection
from wacloud_simulator.api.requests import RequestError
from wacloud_simulator.phones import BadMessageError
from wacloud_simulator.simulation import ServiceError, Simulation
from wacloud_simulator.weather import WeatherError
from wacloud_simulator.world import UnknownPersonError

STATUS_OF = {
    RequestError: 400,
    BadMessageError: 400,
    WeatherError: 400,
    UnknownPersonError: 404,
    ServiceError: 409,
}


def api_blueprint(simulation: Simulation) -> Blueprint:
    """Every route below /api."""
    controls, talk, inspection = Controls(simulation), Conversations(simulation), Inspection(simulation)
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    for rule, view, method in (
        ("/state", controls.state, "GET"),
        ("/counters", controls.counters, "GET"),
        ("/reset", controls.reset, "POST"),
        ("/weather", controls.set_weather, "PUT"),
        ("/services/<name>/<action>", controls.service, "POST"),
        ("/people", talk.add_person, "POST"),
        ("/people/<key>/messages", talk.chat, "GET"),
        ("/people/<key>/messages", talk.write, "POST"),
        ("/people/<key>/replies", talk.replies, "GET"),
        ("/people/<key>/window", talk.let_window_pass, "DELETE"),
        ("/batch", talk.batch, "POST"),
        ("/changes", talk.change, "POST"),
        ("/media", talk.upload, "POST"),
        ("/media/<media_id>", talk.media, "GET"),
        ("/exchanges", inspection.exchanges, "GET"),
        ("/exchanges/<int:number>", inspection.exchange, "GET"),
        ("/exchanges/<int:number>/again", inspection.again, "POST"),
        ("/journeys/<path:message_id>", inspection.journey, "GET"),
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
    if request.method in ("POST", "PUT") and request.mimetype not in (
        "application/json",
        "multipart/form-data",
    ):
        abort(make_response(jsonify(error="send Content-Type: application/json"), 415))
