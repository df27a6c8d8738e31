"""What goes wrong on purpose. Only the switches: who obeys them is said where they are read."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

GraphWeather = Literal[
    "ok",
    "server_error",
    "transient",
    "throttled",
    "timeout",
    "accepts_silently",
    "accepts_and_drops",
    "expired_token",
]
GRAPH_WEATHERS: tuple[str, ...] = get_args(GraphWeather)
GRAPH_WORDS: dict[str, str] = {
    "ok": "answered as by Meta",
    "server_error": "answered 500, a bare page",
    "transient": "answered 500, error 131000",
    "throttled": "answered 429, error 130429",
    "timeout": "never answered, not accepted",
    "accepts_silently": "accepted, never answered",
    "accepts_and_drops": "accepted, connection cut",
    "expired_token": "refused: token expired (190)",
}


class WeatherError(ValueError):
    """A switch that does not exist, or a value that it cannot take."""


@dataclass(frozen=True)
class Weather:
    """Fair by default."""

    duplicates: int = 0
    """How many further copies of each message are posted, at the same time."""
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
    graph: GraphWeather = "ok"
    """What the Graph API does with a send."""
    graph_times: int | None = None
    """For how many sends; None until the weather changes."""

    def as_json(self) -> dict[str, Any]:
        """The switches by name."""
        return asdict(self)

    def changed(self, changes: dict[str, Any]) -> "Weather":
        """This weather with some switches turned; WeatherError says which one was wrong."""
        known = {field.name for field in fields(self)}
        for name, value in changes.items():
            if name not in known:
                message = f"{name!r} is no switch of the weather; there are {', '.join(sorted(known))}"
                raise WeatherError(message)
            problem = _problem(name, value)
            if problem:
                message = f"{name} is {value!r}, but must be {problem}"
                raise WeatherError(message)
        return replace(self, **changes)


def _problem(name: str, value: object) -> str | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match name:
        case "duplicates":
            return (
                None
                if isinstance(value, int) and number and 0 <= value <= 100
                else "a whole number from 0 to 100"
            )
        case "delay_seconds":
            fits = isinstance(value, int | float) and number and 0 <= value <= 60
            return None if fits else "a number of seconds from 0 to 60"
        case "graph":
            return None if value in GRAPH_WEATHERS else "one of " + ", ".join(GRAPH_WEATHERS)
        case "graph_times":
            fits = value is None or (isinstance(value, int) and number and value >= 1)
            return None if fits else "null or a whole number of sends, 1 or more"
        case _:
            return None if isinstance(value, bool) else "true or false"
