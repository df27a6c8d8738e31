"""What goes wrong on purpose. Only the switches: each is obeyed by the code that reads it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from wacloud_simulator.graph.codes import CODES

SEND_FAULTS: dict[str, str] = {
    "server_error": "answered 500, a bare page",
    "timeout": "never answered, not accepted",
    "accepts_silently": "accepted, never answered",
    "accepts_and_drops": "accepted, connection cut",
    "expired_token": "refused: token expired (190)",
    "transient": "answered 500, error 131000",
    "throttled": "answered 429, error 130429",
}
"""What the Graph API does with a send that a fault meets, besides any code of `CODES`."""
REPORTS = ("answer", "status")
SENDS_MOST = 50


class FaultError(ValueError):
    """A switch that does not exist, or a value that it cannot take."""


@dataclass(frozen=True)
class SendFault:
    """A fault of sends: every `every`-th matching send, `times` times (None: until it is changed).

    `fault` is a name of SEND_FAULTS or a code of Meta's as text. A code is reported in the `answer`, or as a later
    `status` failed after a 200. `person` (a key) limits it to sends to that person.
    """

    fault: str
    report: str = "answer"
    times: int | None = None
    every: int = 1
    person: str | None = None
    seen: int = 0
    """Matching sends so far."""

    @staticmethod
    def of(given: Any) -> "SendFault":
        """From JSON; FaultError says what is wrong."""
        if not isinstance(given, Mapping):
            raise FaultError('a fault of sends is an object like {"fault": "131047", "times": 1}')
        known = [field.name for field in fields(SendFault) if field.name != "seen"]
        for name, value in given.items():
            if name == "seen":
                continue
            if name not in known:
                raise FaultError(f"{name!r} is no part of a fault of sends; there are {', '.join(known)}")
            problem = _SEND_PROBLEMS[name](value)
            if problem:
                raise FaultError(f"{name} of a fault of sends is {value!r}, but must be {problem}")
        if "fault" not in given:
            raise FaultError('a fault of sends names its fault: {"fault": "131047", "times": 1}')
        values = {name: value for name, value in given.items() if name != "seen"}
        made = SendFault(**{**values, "fault": str(given["fault"])})
        if made.report == "status" and made.fault not in CODES:
            raise FaultError(f"only a code of Meta's can be reported as a status, and {made.fault} is none")
        return made

    def matches(self, person: str | None) -> bool:
        """Whether a send to that person is concerned."""
        return self.person in (None, person)


@dataclass(frozen=True)
class Faults:
    """None by default."""

    duplicates: int = 0
    """How many further copies of each webhook are posted, at the same time."""
    disorder: bool = False
    """Messages and statuses overtake one another."""
    delay_seconds: float = 0.0
    """How long every webhook is held back."""
    bad_signature: bool = False
    """Webhooks are signed with a wrong secret. Tried again like any other refusal."""
    batches: bool = False
    """Updates are collected for a second and posted as one body."""
    statuses_lost: bool = False
    """No status webhook is sent."""
    person: str | None = None
    """The key of the only person whose webhooks these switches concern; None: everybody's."""
    appsecret_proof: bool = False
    """The app requires a proof (HMAC-SHA256 of the token under the app secret) with every Graph API call."""
    sends: tuple[SendFault, ...] = ()
    """What happens to sends: the first of these that is due for a send meets it."""

    def as_json(self) -> dict[str, Any]:
        """The switches by name."""
        return asdict(self) | {"sends": [asdict(fault) for fault in self.sends]}

    def changed(self, changes: Mapping[str, Any]) -> "Faults":
        """These faults with some switches turned; FaultError says which one was wrong."""
        for name, value in changes.items():
            if name not in _PROBLEMS:
                message = f"{name!r} is no switch; there are {', '.join(sorted(_PROBLEMS))}"
                raise FaultError(message)
            problem = _PROBLEMS[name](value)
            if problem:
                message = f"{name} is {value!r}, but must be {problem}"
                raise FaultError(message)
        given = dict(changes)
        if "sends" in given:
            given["sends"] = tuple(SendFault.of(fault) for fault in given["sends"])
        return replace(self, **given)

    def of_webhooks(self, people: frozenset[str]) -> "Faults":
        """These faults as they concern a webhook about those people."""
        return self if self.person is None or self.person in people else Faults()

    def take(self, person: str | None) -> tuple["Faults", SendFault | None]:
        """What a send meets, and the faults that are left after it."""
        left: list[SendFault] = []
        met: SendFault | None = None
        for fault in self.sends:
            if met is not None or not fault.matches(person):
                left.append(fault)
                continue
            counted = replace(fault, seen=fault.seen + 1)
            if counted.seen % counted.every:
                left.append(counted)
                continue
            met = counted
            times = None if counted.times is None else counted.times - 1
            if times != 0:
                left.append(replace(counted, times=times))
        return replace(self, sends=tuple(left)), met


Problem = Callable[[Any], str | None]


def _whole(least: int, most: int, *, or_null: bool = False) -> Problem:
    def problem(value: Any) -> str | None:
        fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        word = f"{'null or ' if or_null else ''}a whole number from {least} to {most}"
        return None if fits or (or_null and value is None) else word

    return problem


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _seconds(value: Any) -> str | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 60
    return None if fits else "a number of seconds from 0 to 60"


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, str) else "null or a text"


def _fault_name(value: Any) -> str | None:
    if isinstance(value, str | int) and (str(value) in SEND_FAULTS or str(value) in CODES):
        return None
    return f"one of {', '.join(SEND_FAULTS)}, or a code of Meta's: {', '.join(CODES)}"


def _sends(value: Any) -> str | None:
    fits = isinstance(value, list | tuple) and len(value) <= SENDS_MOST
    return None if fits else f"a list of at most {SENDS_MOST} faults of sends"


_SEND_PROBLEMS: dict[str, Problem] = {
    "fault": _fault_name,
    "report": lambda value: None if value in REPORTS else f"one of {', '.join(REPORTS)}",
    "times": _whole(1, 1_000_000, or_null=True),
    "every": _whole(1, 1_000_000),
    "person": _text,
}
_PROBLEMS: dict[str, Problem] = {
    "duplicates": _whole(0, 100),
    "disorder": _flag,
    "delay_seconds": _seconds,
    "bad_signature": _flag,
    "batches": _flag,
    "statuses_lost": _flag,
    "person": _text,
    "appsecret_proof": _flag,
    "sends": _sends,
}
