"""How things are shown: identities masked unless asked for, times in the terminal's zone, errors with what to do."""

import datetime as dt
import sys
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from cloud.logs import mask, redact

_PIPED = 200  # columns, where no terminal says how wide it is


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else _PIPED)


console = _console(stderr=False)
errors = _console(stderr=True)

ShowIdentities = Annotated[
    bool, typer.Option("--show-identities", help="Show phone numbers and user ids in full.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it. Without this, only what would be done is shown.")]


def identity(text: str | None, show: bool) -> str:
    """A phone number or user id as it may be shown."""
    if not text:
        return ""
    return text if show else mask(text)


def free_text(text: str, show: bool) -> str:
    """Text that may hold phone numbers."""
    return text if show else redact(text)


def moment(when: dt.datetime | None) -> str:
    """A time to the second, in this terminal's zone."""
    return f"{when.astimezone():%Y-%m-%d %H:%M:%S}" if when else ""


def fail(said: str) -> NoReturn:
    """Ends the command with 1; `said` tells what was wrong and what to do."""
    errors.print("[bold red]error[/] ", end="")
    errors.print(said, markup=False, soft_wrap=True)
    raise typer.Exit(1)


def wrong_usage(said: str) -> NoReturn:
    """Ends the command with 2: it was called in a way that means nothing."""
    errors.print("[bold red]usage[/] ", end="")
    errors.print(said, markup=False, soft_wrap=True)
    raise typer.Exit(2)
