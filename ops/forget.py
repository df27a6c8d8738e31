"""`python -m ops forget`: a person asks to be erased (LGPD art. 18, GDPR art. 17)."""

from typing import Annotated

import typer
from google.api_core.exceptions import GoogleAPICallError
from rich.progress import Progress
from rich.table import Table

from ops import clients, settings
from ops.dead_letters import letterbox
from ops.erasure import BEYOND, Eraser, Findings
from ops.people import all_known_as
from ops.screen import ShowIdentities, Yes, console, fail, identity, wrong_usage


def forget(
    person: Annotated[
        list[str],
        typer.Argument(
            help="Phone number or user id; all that are known, a Brazilian number with and without its ninth digit.",
            callback=all_known_as,
        ),
    ],
    number: Annotated[
        list[str] | None,
        typer.Option(
            help="The business's phone number id, repeated for several; else WHATSAPP_PHONE_NUMBER_ID."
        ),
    ] = None,
    yes: Yes = False,
    show_identities: ShowIdentities = False,
) -> None:
    """Erases what this system stores of a person: conversation, outbox, inbox, dead letters. Shows it first."""
    found = settings.read()
    numbers = number or ([found.whatsapp_phone_number_id] if found.whatsapp_phone_number_id else [])
    if not numbers:
        wrong_usage(
            "the conversation is named after the business's number: give --number or set WHATSAPP_PHONE_NUMBER_ID"
        )
    eraser = Eraser(clients.documents(found), letterbox(found), numbers)
    try:
        findings = _found(eraser, person)
        console.print(_table(findings, show_identities))
        if not yes or not findings.count:
            eraser.leave(findings)
            console.print("Erase it with --yes" if findings.count else "There is nothing to erase.")
        else:
            _erase(eraser, findings)
            console.print(f"{findings.count} erased")
    except GoogleAPICallError as error:
        fail(
            f"{error}. What was not erased yet is still there: run it again; `python -m ops doctor` says what is missing"
        )
    console.print("Not erasable from here:")
    for line in BEYOND:
        console.print(f"  {line}", soft_wrap=True)


def _found(eraser: Eraser, person: list[str]) -> Findings:
    with Progress(
        "[progress.description]{task.description}", "{task.completed} read", console=console
    ) as progress:
        task = progress.add_task("looking through outbox and inbox", total=None)
        return eraser.find(person, lambda count: progress.advance(task, count))


def _erase(eraser: Eraser, findings: Findings) -> None:
    with Progress(console=console) as progress:
        task = progress.add_task("erasing", total=findings.count)
        eraser.erase(findings, lambda count: progress.advance(task, count))


def _table(findings: Findings, show: bool) -> Table:
    table = Table(show_header=False, box=None)
    table.add_row("known as", ", ".join(sorted(identity(name, show) for name in findings.identities)))
    table.add_row("conversations", f"{len(findings.conversations)}")
    table.add_row("outbox", f"{len(findings.outbox)} documents, emptied and left nameless")
    table.add_row("inbox", f"{len(findings.inbox)} documents, left nameless")
    table.add_row("dead letters", f"{len(findings.letters)}, never answered")
    return table
