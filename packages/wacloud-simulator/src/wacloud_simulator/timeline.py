"""One message's timeline: from what the simulator saw itself and what the services logged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wacloud_simulator.journal import Exchange
from wacloud_simulator.log_watch import LogLine
from wacloud_simulator.people import JSON, ChatMessage
from wacloud_simulator.simulation import Simulation

DETAILS = "outcome attempt reason replies error code status seconds".split()


@dataclass(frozen=True)
class Step:
    """Something that happened to the message."""

    at: float
    where: str
    """phone, meta, graph, or the name of a service."""
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


def timeline(simulation: Simulation, message: ChatMessage) -> JSON:
    """Every step of a message and of what was answered to it, and the exchanges they come from."""
    world = simulation.world
    origin = message if message.from_person else world.message(message.answers or "") or message
    chat = [other for other in world.messages() if other.person == origin.person]
    replies = [other for other in chat if other.answers == origin.id] if origin.from_person else [origin]
    lines = simulation.logs.lines(origin.id) if origin.from_person else []
    exchanges = sorted(
        {
            exchange.number: exchange
            for message_id in (origin.id, *(reply.id for reply in replies))
            for exchange in simulation.journal.find(message_id=message_id)
        }.values(),
        key=lambda exchange: exchange.number,
    )
    steps = [*_of_phones(origin, replies), *_of_logs(lines), *_of_exchanges(exchanges)]
    steps.sort(key=lambda step: step.at)
    return {
        "message": origin.as_json(),
        "replies": [reply.as_json() for reply in replies],
        "stages": _stages(origin, replies, lines, exchanges),
        "steps": [step.as_json(origin.at) for step in steps],
        "exchanges": [exchange.as_json() for exchange in exchanges],
    }


def _stages(
    origin: ChatMessage,
    replies: Sequence[ChatMessage],
    lines: Sequence[LogLine],
    exchanges: Sequence[Exchange],
) -> list[JSON]:
    """The way in a few words: when each stage was reached first, and how long it took after the one before."""
    reached: dict[str, float] = {}

    def reach(stage: str, at: float | None) -> None:
        if at is not None:
            reached[stage] = min(at, reached.get(stage, at))

    for exchange in exchanges:
        ended = exchange.at + exchange.seconds if exchange.seconds is not None else None
        if exchange.direction == "webhook" and origin.id in exchange.message_ids:
            reach("posted", exchange.at)
            reach("accepted", ended if exchange.status == 200 else None)
    for line in lines:
        if line.stage is not None:
            reach(line.stage, line.at)
    if origin.from_person:
        reach("seen", origin.moments.get("read"))
    for status, stage in (("accepted", "answered"), ("delivered", "delivered"), ("read", "read")):
        moments = [reply.moments[status] for reply in replies if status in reply.moments]
        reach(stage, max(moments) if len(moments) == len(replies) and moments else None)
    stages, before = [], origin.at
    for stage, at in sorted(reached.items(), key=lambda item: item[1]):
        stages.append({"stage": stage, "after": round(at - origin.at, 4), "took": round(at - before, 4)})
        before = at
    return stages


def _of_phones(origin: ChatMessage, replies: Sequence[ChatMessage]) -> Iterator[Step]:
    if origin.from_person:
        yield Step(origin.at, "phone", "written", origin.type)
        if "read" in origin.moments:
            yield Step(origin.moments["read"], "phone", "marked as read by the business")
    for reply in replies:
        for status, at in reply.moments.items():
            if status != "accepted":
                yield Step(at, "phone", f"{reply.type} {status}", bad=status == "failed")


def _of_logs(lines: Sequence[LogLine]) -> Iterator[Step]:
    for line in lines:
        told = [f"{key} {line.details[key]}" for key in DETAILS if line.details.get(key) not in (None, "")]
        # An outcome that is the line's own text says nothing twice.
        detail = ", ".join(part for part in told if part != f"outcome {line.text}")
        yield Step(line.at, line.service, line.text, detail, bad=line.severity in ("ERROR", "WARNING"))


def _of_exchanges(exchanges: Sequence[Exchange]) -> Iterator[Step]:
    for exchange in exchanges:
        where, verb, who = (
            ("meta", "posted", "webhook") if exchange.direction == "webhook" else ("graph", "called", "graph")
        )
        attempt = f"attempt {exchange.attempt}" if exchange.attempt > 1 else ""
        detail = ", ".join(filter(None, (exchange.note, attempt)))
        yield Step(exchange.at, where, f"{verb} {exchange.about}", detail, exchange.number)
        if exchange.seconds is not None:
            said = f"answered {exchange.status}" if exchange.status else f"no answer: {exchange.error}"
            took = f"{exchange.seconds * 1000:.{0 if exchange.seconds >= 0.01 else 1}f} ms"
            bad = exchange.status != 200
            yield Step(exchange.at + exchange.seconds, who, said, took, exchange.number, bad)
