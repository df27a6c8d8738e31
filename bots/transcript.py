"""Conversations written down as YAML, and played to a bot.

    title: a greeting is answered once
    name: Ana                     # what the person calls themselves; optional
    start: 2026-11-25 10:00-03:00 # optional
    talk:
      - person: Oi                # or tap: a title; or wait: 2h; or send: {type: image, image: {id: "1"}}
      - bot: "Olá, Ana!…"         # each reply in its order; … stands for anything
    replies: 1                    # how many replies there are in all

Whatever the bot says must be written down: a reply too many is as wrong as one too few.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import yaml
from wacloud.inbound import parse_message

from bots.interface import Conversation, Decider
from bots.talk import START, Talk

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_STEPS = ("person", "tap", "wait", "send", "bot")


class TranscriptError(AssertionError):
    """The bot did not say what is written, or the transcript cannot be read; the message says which line."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation as it shall be."""

    title: str
    talk: Sequence[Mapping[str, Any]]
    replies: int
    name: str = ""
    start: datetime = START

    @classmethod
    def read(cls, path: Path) -> list[Self]:
        """The transcripts of a file, one a YAML document."""
        found = [
            cls(**content) for content in yaml.safe_load_all(path.read_text(encoding="utf-8")) if content
        ]
        for transcript in found:
            for step in transcript.talk:
                if len(step) != 1 or next(iter(step)) not in _STEPS:
                    raise TranscriptError(
                        f"{path.name}, {transcript.title}: {dict(step)}: expected one of {', '.join(_STEPS)}"
                    )
        return found

    async def play(self, bot: Decider) -> Talk:
        """The talk afterwards; raises TranscriptError where the bot says something else."""
        talk = Talk(bot, Conversation(name=self.name), now=self.start)
        pending: list[str] = []
        for number, step in enumerate(self.talk, 1):
            ((kind, what),) = step.items()
            if kind == "bot":
                said = pending.pop(0) if pending else None
                if said is None or not _fits(str(what), said):
                    raise TranscriptError(
                        f"{self.title}, step {number}: expected {what!r}, the bot said {said!r}"
                    )
                continue
            self._nothing_left(pending, number)
            pending = await _happen(talk, kind, what)
        self._nothing_left(pending, len(self.talk))
        if len(talk.said) != self.replies:
            raise TranscriptError(f"{self.title}: {len(talk.said)} replies, expected {self.replies}")
        return talk

    def _nothing_left(self, pending: Sequence[str], number: int) -> None:
        if pending:
            raise TranscriptError(f"{self.title}, before step {number}: the bot also said {pending}")


async def _happen(talk: Talk, kind: str, what: Any) -> list[str]:
    match kind:
        case "person":
            return await talk.say(str(what))
        case "tap":
            return await talk.tap(str(what))
        case "wait":
            return await talk.wait(timedelta(**{_UNITS[what[-1]]: int(what[:-1])}))
        case _:
            return await talk.send(parse_message(what).content)


def _fits(pattern: str, said: str) -> bool:
    expression = ".*".join(re.escape(part) for part in pattern.strip().split("…"))
    return re.fullmatch(expression, said.strip(), re.DOTALL) is not None
