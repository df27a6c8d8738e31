"""What understanding a message means: the port, and the value that comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message says: its intents, and the slots that the text fills (absent: not said)."""

    intents: frozenset[str] = frozenset()
    slots: Mapping[str, Any] = field(default_factory=dict)


class Understander(Protocol):
    """Reads a person's message. A language model may stand behind it as well as the grammar that ships."""

    def __call__(self, text: str, asked: str | None = None) -> Understanding:
        """What `text` means after the question `asked` (None: no question is open). Never raises for any text."""
        ...
