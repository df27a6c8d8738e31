"""The HTTP API by which the page and test suites drive the simulator. docs/simulator.md lists it.

What is wrong with a request is answered with 400 and {"error": ...}.
"""

import json
import time
from typing import Any

import httpx
from flask import Blueprint, Response, abort, jsonify, request

from simulator.counters import counters
from simulator.journey import journey
from simulator.people import JSON, Person
from simulator.phones import BadMessageError, Draft
from simulator.simulation import Simulation
from simulator.weather import WeatherError
from simulator.webhooks import Update
from simulator.world import UnknownPersonError

LONGEST_WAIT = 110.0
BATCH_MOST = 1_000
COPIES_MOST = 200


def api_blueprint(simulation: Simulation) -> Blueprint:
    """Every route below /api."""
    api = Api(simulation)
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    for rule, view, method in (
        ("/state", api.state, "GET"),
        ("/counters", api.counters, "GET"),
        ("/reset", api.reset, "POST"),
        ("/weather", api.set_weather, "PUT"),
        ("/people", api.add_person, "POST"),
        ("/people/<key>/messages", api.chat, "GET"),
        ("/people/<key>/messages", api.write, "POST"),
        ("/people/<key>/replies", api.replies, "GET"),
        ("/people/<key>/window", api.let_window_pass, "DELETE"),
        ("/batch", api.batch, "POST"),
        ("/changes", api.change, "POST"),
        ("/media", api.upload, "POST"),
        ("/media/<media_id>", api.media, "GET"),
        ("/exchanges", api.exchanges, "GET"),
        ("/exchanges/<int:number>", api.exchange, "GET"),
        ("/exchanges/<int:number>/again", api.again, "POST"),
        ("/journeys/<path:message_id>", api.journey, "GET"),
        ("/services/<name>/<action>", api.service, "POST"),
        ("/events", api.events, "GET"),
    ):
        blueprint.add_url_rule(rule, view_func=view, methods=[method], endpoint=f"{view.__name__}_{method}")

    @blueprint.before_request
    def only_this_page() -> None:
        """Another site's page cannot send JSON here without asking first, and is then refused."""
        if request.method in ("POST", "PUT") and request.mimetype not in (
            "application/json",
            "multipart/form-data",
        ):
            abort(
                Response('{"error": "send Content-Type: application/json"}', 415, mimetype="application/json")
            )
        origin = request.headers.get("Origin")
        if origin is not None and origin.rstrip("/") != request.host_url.rstrip("/"):
            abort(
                Response(
                    '{"error": "requests from other origins are refused"}', 403, mimetype="application/json"
                )
            )

    for error in (BadMessageError, WeatherError, httpx.InvalidURL):
        blueprint.register_error_handler(error, lambda raised: (jsonify(error=str(raised)), 400))
    blueprint.register_error_handler(UnknownPersonError, lambda raised: (jsonify(error=str(raised)), 404))
    return blueprint


class Api:
    """One method a route."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._world = simulation.world

    def state(self) -> Response:
        """Everything the page starts with."""
        return jsonify(state(self._simulation))

    def counters(self) -> Response:
        """What was counted here, beside what the services say on /metrics."""
        return jsonify(counters(self._simulation))

    def reset(self) -> Response:
        """The world as at the start."""
        self._simulation.reset()
        return jsonify(state(self._simulation))

    def set_weather(self) -> Response:
        """Turns the switches that are named; {} with ?fair=1 turns all off."""
        weather = type(self._world.weather)() if request.args.get("fair") else self._world.weather
        self._world.set_weather(weather.changed(_body()))
        return jsonify(self._world.weather.as_json())

    def add_person(self) -> tuple[Response, int]:
        """{name, wa_id?, user_id?, username?, key?}."""
        body = _body()
        known = {field: body[field] for field in ("wa_id", "user_id", "username", "key") if body.get(field)}
        if (
            not all(isinstance(value, str) for value in known.values())
            or not str(known.get("wa_id", "1")).isdigit()
        ):
            raise BadMessageError(
                'a person is {"name": "Eva", "wa_id": "5511999990005"}; wa_id is digits only'
            )
        person = self._world.add_person(
            name=str(body.get("name") or known.get("username") or "Somebody"), **known
        )
        return jsonify(person.as_json(time.time())), 201

    def chat(self, key: str) -> Response:
        """Everything said, oldest first."""
        return jsonify(messages=[message.as_json() for message in self._world.chat(self._world.person(key))])

    def write(self, key: str) -> tuple[Response, int]:
        """A message of that person: {"type": T, T: content, "context"?, "copies"?}."""
        body = _body()
        copies = body.get("copies", 1)
        if not isinstance(copies, int) or not 1 <= copies <= COPIES_MOST:
            raise BadMessageError(f"copies is a whole number from 1 to {COPIES_MOST}")
        message = self._simulation.phones.write(self._world.person(key), Draft.of(body), copies=copies)
        return jsonify(message.as_json()), 201

    def replies(self, key: str) -> Response:
        """What the business answered to ?to=<wamid> (or at all); waits up to ?timeout= seconds for ?count=."""
        person = self._world.person(key)
        count = request.args.get("count", 1, int)
        timeout = min(request.args.get("timeout", 0.0, float), LONGEST_WAIT)
        to = request.args.get("to")

        def found() -> list[JSON]:
            return [
                message.as_json()
                for message in self._world.chat(person)
                if not message.from_person and to in (None, message.reply_to_delivery)
            ]

        self._world.wait(lambda: len(found()) >= count, timeout)
        return jsonify(replies=found())

    def let_window_pass(self, key: str) -> Response:
        """More than 24 hours go by since that person last wrote."""
        person = self._world.person(key)
        self._world.let_window_pass(person)
        return jsonify(person.as_json(time.time()))

    def batch(self) -> tuple[Response, int]:
        """{"messages": [{"person": key, "type": T, ...}]}: one body with all of them."""
        items = _body().get("messages")
        if not isinstance(items, list) or not 1 <= len(items) <= BATCH_MOST:
            raise BadMessageError(f"messages is a list of 1 to {BATCH_MOST} messages")
        drafts = [(self._person_of(item), Draft.of(item)) for item in items]
        written = self._simulation.phones.write_together(drafts)
        return jsonify(ids=[message.id for message in written]), 201

    def change(self) -> tuple[Response, int]:
        """{"field": F, "value": {...}}: any other change, as it is."""
        body = _body()
        if not isinstance(body.get("field"), str) or not isinstance(body.get("value"), dict):
            raise BadMessageError('a change is {"field": "account_update", "value": {...}}')
        self._simulation.sender.send(Update(body["field"], body["value"]))
        return jsonify(status="posted"), 202

    def upload(self) -> tuple[Response, int]:
        """A file to send: multipart, field `file`."""
        file = request.files.get("file")
        if file is None:
            raise BadMessageError("send the file as multipart/form-data, in the field `file`")
        media = self._simulation.media.put(file.read(), file.mimetype, file.filename or "")
        return jsonify(id=media.id, mime_type=media.mime_type), 201

    def media(self, media_id: str) -> Response:
        """A file, for the page."""
        media = self._simulation.media.get(media_id)
        if media is None:
            abort(404)
        # The bytes are a person's: shown as what they are, never as a page of this origin.
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        if media.mime_type.split("/")[0] not in ("image", "audio", "video") or "svg" in media.mime_type:
            headers["Content-Disposition"] = "attachment"
        return Response(media.data, mimetype=media.mime_type, headers=headers)

    def exchanges(self) -> Response:
        """The newest HTTP exchanges: ?message=<wamid>, ?search=<text>, ?limit=."""
        found = self._simulation.journal.find(
            message_id=request.args.get("message"),
            text=request.args.get("search", ""),
            limit=min(request.args.get("limit", 100, int), 1_000),
        )
        return jsonify(exchanges=[exchange.summary() for exchange in found])

    def exchange(self, number: int) -> Response:
        """One exchange with its bodies."""
        found = self._simulation.journal.get(number)
        if found is None:
            abort(404)
        return jsonify(found.as_json())

    def again(self, number: int) -> tuple[Response, int]:
        """Posts a webhook's body again: {"copies"?: n, "body"?: "edited JSON"}."""
        found = self._simulation.journal.get(number)
        if found is None or found.direction != "webhook":
            raise BadMessageError(f"exchange {number} is no webhook that could be posted again")
        asked = _body()
        copies, edited = asked.get("copies", 1), asked.get("body")
        if not isinstance(copies, int) or not 1 <= copies <= COPIES_MOST:
            raise BadMessageError(f"copies is a whole number from 1 to {COPIES_MOST}")
        if edited is not None and not isinstance(edited, str):
            raise BadMessageError("body is the edited body, as a string")
        self._simulation.sender.send_bytes(
            (found.request_body if edited is None else edited).encode("utf-8", "surrogatepass"),
            found.message_ids,
            about=found.about,
            note="again" if edited is None else "edited",
            copies=copies,
        )
        return jsonify(status="posted"), 202

    def journey(self, message_id: str) -> Response:
        """A message's way, as a timeline."""
        message = self._world.message(message_id)
        if message is None:
            abort(404)
        return jsonify(journey(self._simulation, message))

    def service(self, name: str, action: str) -> Response:
        """Stops, kills or starts a service."""
        services = self._simulation.services
        if name not in services.states() or action not in ("start", "stop", "kill"):
            raise UnknownPersonError(
                f"there is no {action} for a service {name!r}; {services.states() or 'none'} run"
            )
        if action == "start":
            services.start(name)
        else:
            services.stop(name, kill=action == "kill")
        self._simulation.events.publish("services", services.states())
        return jsonify(services.states())

    def events(self) -> Response:
        """Server-sent events: what happens, as it happens."""
        last = request.headers.get("Last-Event-ID") or request.args.get("after")
        number = int(last) if last is not None and last.isdigit() else self._simulation.events.number

        def stream() -> Any:
            yield "retry: 1000\n\n"
            for events in self._simulation.events.follow(number):
                text = "".join(
                    f"id: {event.number}\nevent: {event.name}\ndata: {json.dumps(event.data)}\n\n"
                    for event in events
                )
                yield text or ": still here\n\n"

        return Response(stream(), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})

    def _person_of(self, item: Any) -> Person:
        if not isinstance(item, dict) or not isinstance(item.get("person"), str):
            raise BadMessageError('each message of a batch names its person: {"person": "ana", "text": "Oi"}')
        return self._world.person(item["person"])


def state(simulation: Simulation) -> JSON:
    """What the page needs to draw itself."""
    now = time.time()
    business = simulation.configuration.business
    return {
        "event": simulation.events.number,
        "business": {
            "name": business.name,
            "phone_number_id": business.phone_number_id,
            "display_phone_number": business.display_phone_number,
            "waba_id": business.waba_id,
        },
        "webhook_url": simulation.sender.url,
        "people": [person.as_json(now) for person in simulation.world.people()],
        "messages": [message.as_json() for message in simulation.world.messages()[-3_000:]],
        "weather": simulation.world.weather.as_json(),
        "services": simulation.services.states(),
        "exchanges": [exchange.summary() for exchange in simulation.journal.find(limit=100)],
    }


def _body() -> JSON:
    body = request.get_json(silent=True)
    if body is None and not request.get_data():
        return {}
    if not isinstance(body, dict):
        raise BadMessageError("the body must be a JSON object")
    return body
