"""`python -m ops dead-letters`: look at what was given up, and give it another run."""

import json
from typing import Annotated, Any

import typer
from google.api_core.exceptions import GoogleAPICallError
from rich.progress import Progress
from rich.table import Column, Table

from ops import clients, settings
from ops.letterbox import DeadLetter, Letterbox, Selection
from ops.people import known_as_if_given
from ops.screen import ShowIdentities, Yes, console, errors, fail, free_text, identity, moment, wrong_usage
from ops.settings import OpsSettings

app = typer.Typer(no_args_is_help=True, help="Deliveries that the processor gave up: list, show, replay.")
_SHORT = 12  # characters of an id that are shown; as many are enough to name it
_IDENTITIES = frozenset(
    {"id", "from", "to", "from_user_id", "from_parent_user_id", "recipient_id", "wa_id", "user_id"}
)

Error = Annotated[
    str | None, typer.Option(help="Those with this error code in the outbox; `none` for those without any.")
]
Somebody = Annotated[
    str | None,
    typer.Option(help="Those of this person: phone number or user id.", callback=known_as_if_given),
]


@app.command("list")
def list_letters(
    error: Error = None, person: Somebody = None, show_identities: ShowIdentities = False
) -> None:
    """Shows every dead letter, oldest first. Nothing is taken out."""
    box = letterbox(settings.read())
    letters = _taken(box)
    box.release(letters)
    chosen = [letter for letter in letters if letter in Selection((), error, person)]
    if not chosen:
        console.print(_none(letters))
        return
    console.print(_table(chosen, show_identities))
    console.print(f"{len(chosen)} of {len(letters)}. Look at one: dead-letters show ID")


@app.command()
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="An id of the list, or its beginning.")],
    text: Annotated[bool, typer.Option("--text", help="Show what the person wrote, too.")] = False,
    show_identities: ShowIdentities = False,
) -> None:
    """Shows one dead letter: its attributes, how far the processor came, and its content where asked for."""
    box = letterbox(settings.read())
    letters = _taken(box)
    box.release(letters)
    chosen = [letter for letter in letters if letter in Selection(ids=(letter_id,))]
    if not chosen:
        fail(f"no dead letter's id begins with {letter_id}; dead-letters list shows those there are")
    for letter in chosen:
        console.print(_details(letter, show_identities))
        if text:
            console.print_json(json.dumps(_content(letter, show_identities)))


@app.command()
def replay(
    *,
    letter_id: Annotated[list[str] | None, typer.Option("--id", help="This one; may be repeated.")] = None,
    error: Error = None,
    person: Somebody = None,
    everything: Annotated[bool, typer.Option("--all", help="All there are.")] = False,
    yes: Yes = False,
    show_identities: ShowIdentities = False,
) -> None:
    """Publishes dead letters anew, in their order, and takes them out of the box. Shows them first.

    What the outbox knows as done is acknowledged again without a second answer.
    """
    given = bool(letter_id or error or person)
    if given == everything:
        wrong_usage("say which: --id, --error, --person (several narrow the choice), or --all alone")
    box = letterbox(settings.read())
    letters = _taken(box)
    chosen = [letter for letter in letters if letter in Selection(tuple(letter_id or ()), error, person)]
    box.release([letter for letter in letters if letter not in chosen])
    if not chosen:
        console.print(_none(letters))
        return
    if not yes:
        box.release(chosen)
        console.print(_table(chosen, show_identities))
        console.print(f"{len(chosen)} would be published anew. Do it with --yes")
        return
    failed = _replayed(box, chosen)
    box.release(failed)
    console.print(f"{len(chosen) - len(failed)} published anew")
    if failed:
        fail(f"{len(failed)} could not be published and are still dead letters; the reasons stand above")


def _replayed(box: Letterbox, chosen: list[DeadLetter]) -> list[DeadLetter]:
    with Progress(console=console) as progress:
        task = progress.add_task("publishing", total=len(chosen))

        def done(letter: DeadLetter, reason: str | None) -> None:
            progress.advance(task)
            if reason is not None:
                errors.print(f"{letter.id[:_SHORT]}: {free_text(reason, False)}", markup=False)

        return box.replay(chosen, done)


def letterbox(found: OpsSettings) -> Letterbox:
    """The box these settings name."""
    return Letterbox(
        clients.subscriber(found),
        clients.publisher(found),
        clients.documents(found),
        subscription=found.subscription(found.dead_letter_subscription),
        topic=found.topic(found.pubsub_topic),
        patience=None if found.emulated else 3.0,
    )


def _taken(box: Letterbox) -> list[DeadLetter]:
    try:
        return box.take()
    except GoogleAPICallError as error:
        fail(f"the dead letters could not be read: {error}. `python -m ops doctor` says what is missing")


def _none(letters: list[DeadLetter]) -> str:
    return f"none of the {len(letters)} dead letters is meant" if letters else "there are no dead letters"


def _table(letters: list[DeadLetter], show: bool) -> Table:
    table = Table(
        Column("id", no_wrap=True),
        Column("given up", no_wrap=True),
        "tries",
        "kind",
        "person",
        "number",
        "outbox",
        "error",
        box=None,
    )
    for letter in letters:
        delivery, story = letter.delivery, letter.story
        table.add_row(
            letter.id[:_SHORT],
            moment(letter.published_at),
            letter.attempts,
            " ".join(filter(None, (delivery.kind, delivery.type))) if delivery else "unreadable",
            identity(delivery.person.key, show) if delivery else "",
            delivery.phone_number_id if delivery else "",
            story.state if story else "unknown",
            ", ".join(story.errors) if story else "",
        )
    return table


def _details(letter: DeadLetter, show: bool) -> Table:
    delivery, story = letter.delivery, letter.story
    rows: list[tuple[str, str]] = [
        ("id", letter.id),
        ("Pub/Sub message", letter.message_id),
        ("given up", moment(letter.published_at)),
        *sorted(
            (name, identity(value, show) if name == "delivery_id" else free_text(value, show))
            for name, value in letter.attributes.items()
        ),
    ]
    if delivery:
        rows += [("person", ", ".join(identity(name, show) for name in sorted(letter.identities)))]
        rows += [("log query", f'jsonPayload.delivery="{letter.id}"')]
    rows += [("outbox", f"{story.state}, attempt {story.attempt}" if story else "knows nothing of it")]
    for number, reply in enumerate(story.replies if story else ()):
        said = f"{reply.get('status')}, tries {reply.get('attempts', 0)}"
        failure = reply.get("error")
        rows += [(f"reply {number}", f"{said}, {free_text(json.dumps(failure), show)}" if failure else said)]
    table = Table(Column(no_wrap=True), Column(overflow="fold"), show_header=False, box=None)
    for row in rows:
        table.add_row(*row)
    return table


def _content(letter: DeadLetter, show: bool) -> Any:
    """The notification; without identities, only what was written."""
    if letter.delivery is None:
        return free_text(letter.data.decode("utf-8", "replace"), show)
    return letter.delivery.notification if show else _nameless(letter.delivery.notification)


def _nameless(value: Any) -> Any:
    """The JSON without the fields that name somebody; numbers in what is left are masked."""
    if isinstance(value, dict):
        return {
            key: _nameless(item)
            for key, item in value.items()
            if key not in _IDENTITIES and key not in ("contacts", "metadata")
        }
    if isinstance(value, list):
        return [_nameless(item) for item in value]
    return free_text(value, False) if isinstance(value, str) else value
