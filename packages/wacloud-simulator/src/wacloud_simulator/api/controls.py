"""The whole as it is, its faults, and the services behind the webhook."""

from flask import Response, jsonify, request

from wacloud_simulator.api.requests import RequestError, body
from wacloud_simulator.counters import counters
from wacloud_simulator.faults import SEND_FAULTS, Faults
from wacloud_simulator.graph.codes import CODES
from wacloud_simulator.people import JSON
from wacloud_simulator.simulation import ServiceError, Simulation
from wacloud_simulator.state import export_state, import_state

STATE_MESSAGES = 3_000
STATE_EXCHANGES = 200
ACTIONS = ("start", "stop", "kill")


class Controls:
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

    def set_faults(self) -> Response:
        """PATCH turns the switches that are named; PUT also turns all others off."""
        faults = self._world.faults if request.method == "PATCH" else Faults()
        self._world.set_faults(faults.changed(body()))
        return jsonify(self._world.faults.as_json())

    def export(self) -> Response:
        """The whole state as one file."""
        answer = jsonify(export_state(self._simulation))
        answer.headers["Content-Disposition"] = 'attachment; filename="whatsapp-state.json"'
        return answer

    def load(self) -> Response:
        """A state that was exported, in the place of what there is."""
        import_state(self._simulation, body())
        return jsonify(state(self._simulation))

    def advance_clock(self) -> Response:
        """{"seconds": n}: moves the simulated time forward."""
        seconds = body().get("seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise RequestError('give the seconds to move on by: {"seconds": 3600}')
        try:
            self._world.advance(seconds)
        except ValueError as error:
            raise RequestError(str(error)) from None
        return self.clock()

    def clock(self) -> Response:
        """The simulated time, and how far it is ahead of real time."""
        return jsonify(now=self._simulation.clock.now(), offset=self._simulation.clock.offset)

    def service(self, name: str, action: str) -> Response:
        """Stops (in order), kills (as a crash) or starts a service."""
        services = self._simulation.services
        if name not in services.states():
            known = ", ".join(services.states()) or "none: the webhook is not the simulator's own"
            raise ServiceError(f"there is no service {name!r} to {action}; there are {known}")
        if action not in ACTIONS:
            raise RequestError(f"{action!r} is nothing that can be done; use one of {', '.join(ACTIONS)}")
        self._simulation.metrics.read()  # what it has counted so far would be gone with it
        if action == "start":
            services.start(name)
        else:
            services.stop(name, kill=action == "kill")
        self._simulation.events.publish("services", services.states())
        return jsonify(services.states())


def state(simulation: Simulation) -> JSON:
    """What the page needs to draw itself."""
    # Asked first: what happens meanwhile is then told again, and not missed.
    event = simulation.events.number
    now = simulation.clock.now()
    business = simulation.configuration.business
    return {
        "event": event,
        "business": {
            "name": business.name,
            "phone_number_id": business.phone_number_id,
            "display_phone_number": business.display_phone_number,
            "waba_id": business.waba_id,
        },
        "webhook_url": simulation.sender.url,
        "people": [person.as_json(now) for person in simulation.world.people()],
        "messages": [message.as_json() for message in simulation.world.messages()[-STATE_MESSAGES:]],
        "faults": simulation.world.faults.as_json(),
        "clock_offset": simulation.clock.offset,
        "send_faults": SEND_FAULTS | {code: row.message for code, row in CODES.items()},
        "counters": [
            {"service": service, "metric": metric, "label": label}
            for (service, metric), label in simulation.configuration.service_logs.counters.items()
        ],
        "counters_note": simulation.configuration.service_logs.note,
        "services": simulation.services.states(),
        "exchanges": [exchange.summary() for exchange in simulation.journal.find(limit=STATE_EXCHANGES)],
    }
