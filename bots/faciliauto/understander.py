"""The port behind which messages are understood: what the dialogue gets of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message says: its intents (at least one where anything was understood) and the slots it fills."""

    intents: frozenset[str] = frozenset()
    slots: Mapping[str, Any] = field(default_factory=dict)


class Understander(Protocol):
    """Understands a text in the light of the question that is pending (None: nothing was asked).  Pure."""

    def __call__(self, text: str, asked: str | None) -> Understanding: ...
