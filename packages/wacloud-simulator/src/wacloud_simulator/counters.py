"""What was counted: here, and by the services. Both are shown, so that they can be compared."""

from wacloud_simulator.people import JSON
from wacloud_simulator.simulation import Simulation


def counters(simulation: Simulation) -> JSON:
    """Messages written, copies, replies; and every counter of the services.

    `services` is what each /metrics says now (None: it does not answer), `grown` how much that is since the reset.
    """
    messages = simulation.world.messages()
    written = [message for message in messages if message.from_person]
    replies = [message for message in messages if not message.from_person]
    answered = {message.answers for message in replies if message.answers}
    # What a person wrote and nobody has to answer.
    silent = ("reaction", "request_welcome", "system")
    accepted = [message for message in written if "delivered" in message.moments]
    services = simulation.metrics.read()
    return {
        "written": len(written),
        "accepted": len(accepted),
        "waiting": simulation.sender.waiting,
        "replies": len(replies),
        "answered": len(answered),
        "unanswered": sum(message.id not in answered and message.type not in silent for message in accepted),
        "failed": sum(message.status == "failed" for message in replies),
        "running": simulation.services.states(),
        "services": services,
        "grown": simulation.metrics.grown(),
    }
