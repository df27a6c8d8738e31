"""`python -m ops replay`: the deliveries of the last days once more, out of the topic's own memory.

The topic keeps what was published for 7 days (terraform), whether it was dealt with or not; a subscription that is set
back to a moment gets everything since then again.  The outbox keeps what was answered from being answered twice.
Source: Google Cloud, Pub/Sub, "Replaying and purging messages".
"""

import datetime as dt
import re
from typing import Annotated

import typer
from google.api_core.exceptions import GoogleAPICallError, MethodNotImplemented

from ops import clients, settings
from ops.screen import Yes, console, fail, moment

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def since(given: str) -> dt.datetime:
    """A moment, or how long ago; raises typer.BadParameter."""
    if match := re.fullmatch(r"(\d+)([mhd])", given):
        return dt.datetime.now(dt.UTC) - dt.timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        when = dt.datetime.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"{given!r} is neither like 90m, 2h, 3d nor like 2026-11-24T10:00") from None
    return when.astimezone(dt.UTC)


def replay(
    moment_given: Annotated[
        str,
        typer.Option(
            "--since", help="From when on: 90m, 2h, 3d, or 2026-11-24T10:00 in this terminal's zone."
        ),
    ],
    yes: Yes = False,
) -> None:
    """Has the processor called again for every delivery since a moment. Shows what that means first.

    For when the processor acknowledged deliveries it should not have: a mistake in the bot's settings, outbox
    documents lost. What the outbox has as done is not answered again.
    """
    start = since(moment_given)
    found = settings.read()
    subscriber, publisher = clients.subscriber(found), clients.publisher(found)
    name = found.subscription(found.push_subscription)
    try:
        subscription = subscriber.get_subscription(subscription=name)
        topic = publisher.get_topic(topic=found.topic(found.pubsub_topic))
    except GoogleAPICallError as error:
        fail(f"{error}. `python -m ops doctor` says what is missing")
    kept = clients.memory(topic)
    if subscription.retain_acked_messages:
        kept = max(kept, clients.memory(subscription))
    if not kept:
        fail(
            f"neither the topic {found.pubsub_topic} nor its subscription keeps what was acknowledged: nothing to go back to"
        )
    now = dt.datetime.now(dt.UTC)
    if not now - kept <= start <= now:
        fail(
            f"{moment(start)} is not within the {kept.days} days that are kept: choose a moment after {moment(now - kept)}"
        )
    console.print(
        f"{found.push_subscription} is set back to {moment(start)}: every delivery since then is pushed again"
    )
    console.print(
        "to the processor, in order. Those that the outbox has as done are acknowledged without an answer."
    )
    console.print("Those it no longer remembers (OUTBOX_TTL_HOURS of the processor) are answered once more.")
    if not yes:
        console.print("Do it with --yes")
        return
    try:
        subscriber.seek(request={"subscription": name, "time": start})
    except MethodNotImplemented:
        fail("the emulator cannot set back a subscription that keeps order; Google's Pub/Sub can")
    except GoogleAPICallError as error:
        fail(f"{error}. `python -m ops doctor` says what is missing")
    console.print("set back; watch the processor's metrics and the age of the oldest unacked message")
