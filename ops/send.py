"""`python -m ops send`: one message to one person, to see that sending works."""

import asyncio
from typing import Annotated

import typer
from wacloud.client import Sent
from wacloud.errors import AccessError, AmbiguousError, WhatsAppError, WindowError
from wacloud.outbound import Outbound, Template, Text

from ops import meta, settings
from ops.people import known_as
from ops.screen import console, fail, free_text, wrong_usage


def send(
    to: Annotated[str, typer.Argument(help="Phone number or user id.", callback=known_as)],
    text: Annotated[str | None, typer.Option(help="Text; reaches who has written within 24 hours.")] = None,
    template: Annotated[str | None, typer.Option(help="The name of an approved template.")] = None,
    language: Annotated[str, typer.Option(help="The template's language.")] = "pt_BR",
) -> None:
    """Sends a text or a template. The answer comes as status webhooks, like everything else's."""
    if (text is None) == (template is None):
        wrong_usage("give either --text or --template")
    message: Outbound
    try:
        message = Text(body=text) if text is not None else Template(name=template or "", language=language)
        sent = asyncio.run(_send(message, to))
    except WindowError:
        fail("they have not written within 24 hours: only a template reaches them (--template NAME)")
    except AccessError as error:
        fail(f"{free_text(str(error), False)}. Nothing passes until this is mended: python -m ops doctor")
    except AmbiguousError as error:
        fail(f"{error}. It may have been sent: look at the phone before trying again")
    except (WhatsAppError, meta.NotConfiguredError) as error:
        fail(free_text(str(error), False))
    # The message id holds the phone number, so it is not shown.
    console.print(f"accepted by Meta{f' ({sent.status})' if sent.status else ''}")


async def _send(message: Outbound, to: str) -> Sent:
    async with meta.client(settings.read()) as client:
        return await client.send(message, to=to, ambiguous="raise")
