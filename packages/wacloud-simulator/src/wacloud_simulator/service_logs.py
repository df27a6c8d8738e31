"""What the starter of the simulator knows of the services behind the webhook: their log fields and counters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def _own_id(item: Mapping[str, Any]) -> str:
    return str(item["id"])


def _stage(line: Mapping[str, Any]) -> str | None:
    stage = line.get("stage")
    return stage if isinstance(stage, str) else None


def _nothing(_: str) -> None:
    return None


@dataclass(frozen=True)
class ServiceLogs:
    """How a log line and a send name the message they are about.

    A line of a structured log (one JSON object a line) belongs to a message when its field `message_field` is
    `id_of(item)`, where `item` is the entry in `messages` of the webhook. A line with a `stage` is a stage of the
    timeline. `answered_by` takes the `biz_opaque_callback_data` of a send and returns `id_of(item)` of the message it
    answers, or None.
    """

    message_field: str = "message_id"
    id_of: Callable[[Mapping[str, Any]], str] = _own_id
    stage_of: Callable[[Mapping[str, Any]], str | None] = _stage
    answered_by: Callable[[str], str | None] = _nothing
    counters: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Labels of the counters that the page shows, by service and metric; empty: it shows all that end in _total."""
    note: str = ""
    """A sentence below the counters."""
