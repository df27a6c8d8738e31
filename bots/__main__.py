"""Chat with a bot in the terminal: `python -m bots [module:object]`.

A line is a message; `/Title` or the title of what is shown in brackets is a tap; `/wait 2h` lets time pass (m, h, d).
"""

import asyncio
import importlib
import sys
from datetime import timedelta
from typing import cast

from bots.interface import Conversation, Decider
from bots.shown import choices
from bots.talk import Talk, TalkError

DEFAULT = "bots.faciliauto.main:bot"
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def find(name: str) -> Decider:
    """The object named module:object; ends the process where there is none."""
    module, _, attribute = name.partition(":")
    try:
        return cast(Decider, getattr(importlib.import_module(module), attribute))
    except (ImportError, AttributeError, ValueError) as error:
        raise SystemExit(f"{name} is not a module:object that can be imported: {error}") from None


async def answers(talk: Talk, line: str) -> list[str]:
    """What a line typed at the prompt brings."""
    command, _, rest = line.partition(" ")
    if command == "/wait":
        return await talk.wait(_duration(rest))
    if line.startswith("/"):
        return await talk.tap(line[1:])
    shown = {choice.title for message in talk.said[-1:] for choice in choices(message)}
    return await (talk.tap(line) if line in shown else talk.say(line))


def _duration(text: str) -> timedelta:
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in _UNITS:
        raise TalkError(f"/wait {text}: expected a number and m, h or d, for instance /wait 2h")
    return timedelta(**{_UNITS[unit]: int(number)})


async def chat(talk: Talk) -> None:
    """Reads lines until there are no more."""
    write = sys.stdout.write
    for line in sys.stdin:
        if not line.strip():
            continue
        before = len(talk.events)
        try:
            said = await answers(talk, line.strip())
        except TalkError as error:
            said = [f"({error})"]
        for each in said:
            write(f"\n{each}\n")
        for event in talk.events[before:]:
            write(f"\n(event {event.name}: {dict(event.data)})\n")
        write("\n> ")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.write(f"{__doc__}\n> ")
    sys.stdout.flush()
    decider = find(sys.argv[1] if len(sys.argv) > 1 else DEFAULT)
    asyncio.run(chat(Talk(decider, Conversation(name="Ana"))))
