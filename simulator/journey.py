"""One message's way, as a timeline: from what the simulator saw itself and what the services logged."""

from dataclasses import dataclass

from simulator.people import JSON, ChatMessage
from simulator.simulation import Simulation


@dataclass(frozen=True)
class Step:
    """Something that happened to the message."""

    at: float
    where: str
    """phone, meta, webhook, processor or graph."""
    what: str
    detail: str = ""
    exchange: int | None = None
    bad: bool = False

    def as_json(self, start: float) -> JSON:
        """With the seconds since the message was written."""
        return {
            "at": self.at,
            "after": round(self.at - start, 4),
            "where": self.where,
            "what": self.what,
            "detail": self.detail,
            "exchange": self.exchange,
            "bad": self.bad,
        }


def journey(simulation: Simulation, message: ChatMessage) -> JSON:
    """Every step of a message and of what was answered to it, and the exchanges they come from."""
    world = simulation.world
    origin = message
    if not message.from_person and message.reply_to_delivery:
        origin = world.message(message.reply_to_delivery) or message
    chat = [other for other in world.messages() if other.person == origin.person]
    replies = [other for other in chat if other.reply_to_delivery == origin.id and other.id != origin.id]
    if not origin.from_person:
        replies = [origin]
    ids = [origin.id, *(reply.id for reply in replies)]

    steps = []
    if origin.from_person:
        steps.append(Step(origin.at, "phone", "written", origin.type))
        steps += [
            Step(
                line.at,
                line.service,
                line.text,
                _details(line.details),
                bad=line.severity in ("ERROR", "WARNING"),
            )
            for line in simulation.logs.lines(origin.id)
        ]
    exchanges = {
        exchange.number: exchange
        for message_id in ids
        for exchange in simulation.journal.find(message_id=message_id)
    }
    for exchange in exchanges.values():
        note = f" ({exchange.note})" if exchange.note else ""
        attempt = f", attempt {exchange.attempt}" if exchange.attempt > 1 else ""
        where = "meta" if exchange.direction == "webhook" else "graph"
        verb = "posted" if exchange.direction == "webhook" else "called"
        steps.append(
            Step(
                exchange.at, where, f"{verb} {exchange.about}", (note + attempt).strip(" ,"), exchange.number
            )
        )
        if exchange.seconds is not None:
            ended = exchange.at + exchange.seconds
            said = f"answered {exchange.status}" if exchange.status else f"no answer: {exchange.error}"
            bad = exchange.status != 200
            who = "webhook" if exchange.direction == "webhook" else "graph"
            steps.append(Step(ended, who, said, f"{exchange.seconds * 1000:.0f} ms", exchange.number, bad))
    for reply in replies:
        steps += [
            Step(at, "phone", f"{reply.type} {status}", bad=status == "failed")
            for status, at in reply.moments.items()
            if status != "accepted"
        ]
    if "read" in origin.moments and origin.from_person:
        steps.append(Step(origin.moments["read"], "phone", "marked as read by the business"))
    steps.sort(key=lambda step: step.at)
    start = steps[0].at if steps else origin.at
    return {
        "message": origin.as_json(),
        "replies": [reply.as_json() for reply in replies],
        "steps": [step.as_json(start) for step in steps],
        "exchanges": [exchanges[number].as_json() for number in sorted(exchanges)],
    }


def _details(details: JSON) -> str:
    shown = ("outcome", "attempt", "reason", "replies", "error", "code", "status", "seconds")
    return ", ".join(f"{key} {details[key]}" for key in shown if details.get(key) not in (None, ""))
