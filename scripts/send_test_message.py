"""Sends one real message through the Graph API, with one's own credentials.

    export WHATSAPP_PHONE_NUMBER_ID=... WHATSAPP_ACCESS_TOKEN=...
    export WHATSAPP_API_URL=https://graph.facebook.com/v25.0      # this is the default
    python scripts/send_test_message.py --to 5511999999999 --text "Olá!"
    python scripts/send_test_message.py --to 5511999999999 --buttons "Ver carros" "Falar com vendedor"
    python scripts/send_test_message.py --to 5511999999999 --image https://example.com/car.jpg --text "Honda Civic 2023"
    python scripts/send_test_message.py --to 5511999999999 --template hello_world --language en_US

Outside the 24 hours after the person's last message WhatsApp takes templates only.  Exit code 0: Meta accepted it (that
is not yet delivered).  1: it did not, or nobody knows.  2: the command or the environment is not right.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from wacloud.client import Client, Sent
from wacloud.errors import AmbiguousError, InvalidMessageError, WhatsAppError, WindowError

API_URL = "https://graph.facebook.com/v25.0"
SETTINGS = ("WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_ACCESS_TOKEN")


def arguments(words: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    """What was asked for; ends the process where it cannot be done."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--to", required=True, help="the person's number, digits only, with the country code")
    parser.add_argument("--text", default="Olá! Bem-vindo ao FacilIAuto!", help="text, caption or question")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--image", metavar="URL", help="a JPEG or PNG at a public https address")
    kind.add_argument("--buttons", nargs="+", metavar="TITLE", help="one to three reply buttons")
    kind.add_argument("--template", metavar="NAME", help="an approved template without variables")
    parser.add_argument("--language", default="pt_BR", help="the template's; default pt_BR")
    given = parser.parse_args(words)
    if missing := [name for name in SETTINGS if not environment.get(name)]:
        parser.error(f"not set: {', '.join(missing)} (Meta app dashboard, WhatsApp, API setup)")
    return given


async def send(given: argparse.Namespace, environment: Mapping[str, str]) -> Sent:
    """Sends it."""
    async with Client(
        api_url=environment.get("WHATSAPP_API_URL") or API_URL,
        phone_number_id=environment["WHATSAPP_PHONE_NUMBER_ID"],
        access_token=environment["WHATSAPP_ACCESS_TOKEN"],
        template_language=given.language,
    ) as client:
        if given.image:
            return await client.send_image_message(given.to, given.image, given.text)
        if given.buttons:
            buttons = [{"id": f"opt{n}", "title": title} for n, title in enumerate(given.buttons, 1)]
            return await client.send_interactive_message(given.to, given.text, buttons)
        if given.template:
            return await client.send_template_message(given.to, given.template)
        return await client.send_text_message(given.to, given.text)


def main(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Sends it; the exit code."""
    given = arguments(words, environment)
    try:
        sent = asyncio.run(send(given, environment))
    except (InvalidMessageError, ValueError) as error:
        print(f"not sent, it would be refused: {error}", file=sys.stderr)
        return 2
    except AmbiguousError as error:
        print(f"nobody knows whether it was accepted (look at the phone): {error}", file=sys.stderr)
        return 1
    except WhatsAppError as error:
        print(f"not accepted: {error}", file=sys.stderr)
        if isinstance(error, WindowError):
            print(
                "outside the 24-hour window only a template goes: --template hello_world --language en_US",
                file=sys.stderr,
            )
        return 1
    print(f"accepted: {sent.wamid}")
    for name, value in (("wa_id", sent.wa_id), ("user_id", sent.user_id), ("status", sent.status)):
        if value:
            print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
