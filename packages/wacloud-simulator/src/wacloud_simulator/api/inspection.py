"""What went over the wire: every exchange, every message's way, and all of it as it happens."""

import json
from collections.abc import Iterator

from flask import Response, abort, jsonify, request

from wacloud_simulator.api.requests import RequestError, body, copies, number
from wacloud_simulator.journal import Exchange
from wacloud_simulator.simulation import Simulation
from wacloud_simulator.timeline import timeline


class Inspection:
    """One method a route."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def exchanges(self) -> Response:
        """The newest HTTP exchanges: ?message=<wamid>, ?search=<text>, ?limit=."""
        found = self._simulation.journal.find(
            message_id=request.args.get("message"),
            text=request.args.get("search", ""),
            limit=int(number("limit", 100, 1_000)),
        )
        return jsonify(exchanges=[exchange.summary() for exchange in found])

    def exchange(self, number: int) -> Response:
        """One exchange with its bodies."""
        return jsonify(self._exchange(number).as_json())

    def again(self, number: int) -> tuple[Response, int]:
        """Posts a webhook's body again, newly signed: {"copies"?: n, "body"?: "edited JSON"}."""
        found = self._exchange(number)
        if found.direction != "webhook":
            raise RequestError(
                f"exchange {number} is a call of the Graph API; only webhooks can be posted again"
            )
        given = body()
        edited = given.get("body")
        if edited is not None and not isinstance(edited, str):
            raise RequestError("body is the edited body, as a string")
        ids = found.message_ids
        if edited is not None:
            ids = self._simulation.phones.adopt(edited) or ids
        self._simulation.sender.send_bytes(
            (found.request_body if edited is None else edited).encode("utf-8", "surrogatepass"),
            ids,
            about=found.about,
            note="again" if edited is None else "edited",
            copies=copies(given),
        )
        return jsonify(status="posted", message_ids=ids), 202

    def timeline(self, message_id: str) -> Response:
        """A message's way, as a timeline."""
        message = self._simulation.world.message(message_id)
        if message is None:
            abort(404, f"there is no message {message_id!r}")
        return jsonify(timeline(self._simulation, message))

    def events(self) -> Response:
        """Server-sent events: what happens, as it happens, from ?after= or the header Last-Event-ID on."""
        last = request.headers.get("Last-Event-ID") or request.args.get("after")
        number = int(last) if last is not None and last.isdecimal() else self._simulation.events.number

        def stream() -> Iterator[str]:
            yield "retry: 1000\n\n"
            for events in self._simulation.events.follow(number):
                text = "".join(
                    f"id: {event.number}\nevent: {event.name}\ndata: {json.dumps(event.data)}\n\n"
                    for event in events
                )
                yield text or ": still here\n\n"

        return Response(stream(), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})

    def _exchange(self, number: int) -> Exchange:
        found = self._simulation.journal.get(number)
        if found is None:
            abort(404, f"there is no exchange {number}; only the newest are kept")
        return found
