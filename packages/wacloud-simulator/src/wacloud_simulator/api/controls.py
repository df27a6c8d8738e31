"""The whole as it is, its weather, and the services behind the webhook."""

import time

from flask import Response, jsonify, request

from wacloud_simulator.api.requests import RequestError, body
from wacloud_simulator.counters import counters
from wacloud_simulator.people import JSON
from wacloud_simulator.simulation import ServiceError, Simulation
from wacloud_simulator.weather import Weather

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

    def set_weather(self) -> Response:
        """Turns the switches that are named; with ?fair=1 all others go off."""
        weather = Weather() if request.args.get("fair") else self._world.weather
        self._world.set_weather(weather.changed(body()))
        return jsonify(self._world.weather.as_json())

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
    now = time.time()
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
        "weather": simulation.world.weather.as_json(),
        "services": simulation.services.states(),
        "exchanges": [exchange.summary() for exchange in simulation.journal.find(limit=STATE_EXCHANGES)],
    }
