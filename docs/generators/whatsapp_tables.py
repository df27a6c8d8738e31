"""Writes the tables about wacloud from its code: the error codes in docs/whatsapp.md, the coverage in README.md.

`--check` only says whether they are true.
"""

import inspect
import sys
import typing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from wacloud import inbound, outbound  # noqa: E402
from wacloud.analytics import Analytics  # noqa: E402
from wacloud.blocklist import Blocklist  # noqa: E402
from wacloud.calls import Calls  # noqa: E402
from wacloud.client import Client  # noqa: E402
from wacloud.commerce import Commerce  # noqa: E402
from wacloud.conversation_starters import ConversationStarters  # noqa: E402
from wacloud.error_codes import CONSEQUENCES, EXCEPTIONS, TABLE, Consequence  # noqa: E402
from wacloud.flow_key import FlowKey  # noqa: E402
from wacloud.flows import Flows  # noqa: E402
from wacloud.groups import Groups  # noqa: E402
from wacloud.inbound.message import REPLIES  # noqa: E402
from wacloud.media import Media  # noqa: E402
from wacloud.outbound import template  # noqa: E402
from wacloud.outbound.message import Interactive, Outbound  # noqa: E402
from wacloud.qr_codes import QrCodes  # noqa: E402
from wacloud.registration import Registration  # noqa: E402
from wacloud.templates import Templates  # noqa: E402
from wacloud.uploads import Uploads  # noqa: E402
from wacloud.username import Username  # noqa: E402
from wacloud.vocabulary import FIELDS  # noqa: E402

from docs.generators import marked_page  # noqa: E402


def kinds() -> list[type[Outbound]]:
    """Every class of message that can be sent."""
    found = (
        kind for kind in vars(outbound).values() if isinstance(kind, type) and issubclass(kind, Outbound)
    )
    return [kind for kind in found if kind not in (Outbound, Interactive)]


def methods(of: type) -> set[str]:
    """The names of what a class can do, without properties."""
    return {
        name for name, value in vars(of).items() if inspect.isfunction(value) and not name.startswith("_")
    }


def _literals(model: type[Any], field: str) -> set[str]:
    hint = typing.get_type_hints(model)[field]
    return {name for name in typing.get_args(hint) if isinstance(name, str)}


# What a client has for each noun: `client.media.upload`.
NOUNS: dict[str, type] = {
    "analytics": Analytics,
    "blocklist": Blocklist,
    "calls": Calls,
    "commerce": Commerce,
    "conversation_starters": ConversationStarters,
    "flow_key": FlowKey,
    "flows": Flows,
    "groups": Groups,
    "media": Media,
    "qr_codes": QrCodes,
    "registration": Registration,
    "templates": Templates,
    "uploads": Uploads,
    "username": Username,
}

COVERAGE: dict[str, set[str]] = {
    "Messages that come in": set(inbound.TYPES),
    "Replies to interactive messages": set(REPLIES),
    "Webhook fields": set(FIELDS),
    "Messages that go out": {kind.__name__ for kind in kinds()},
    "Template components": {
        name
        for model in (
            template.HeaderComponent,
            template.BodyComponent,
            template.ButtonComponent,
            template.OfferComponent,
            template.CarouselComponent,
            template.TapTargetComponent,
            template.OrderStatusComponent,
        )
        for name in _literals(model, "type")
    },
    "Template buttons": _literals(template.ButtonComponent, "sub_type"),
    "Client": methods(Client) - {"close"},
    **{name: methods(of) for name, of in sorted(NOUNS.items())},
}


# The Graph API version current when Meta brought a part, from the changelog; "any" is older than v20.0, the oldest of
# `wacloud.versions`.  A part that is not named here is as old.
SINCE: dict[str, str] = {
    "analytics": "any; pricing v23.0",
    "blocklist": "v21.0",
    "calls": "v23.0",
    "groups": "v24.0",
    "username": "v25.0",
    "Replies to interactive messages": "any; `call_permission_reply` v23.0",
    "Messages that come in": "any; `edit`, `revoke` v24.0",
    "Webhook fields": "any; `calls` v23.0, `group_*` v24.0, `business_username_update` v25.0, `standby` v26.0",
    "Messages that go out": "any; `CallButton`, `CallPermissionRequest` v23.0, `ContactRequest` v25.0",
    "Template buttons": "any; `voice_call` v23.0, `request_contact_info` v25.0",
}


def coverage() -> str:
    """One row a part of the API."""
    rows = [
        f"| {f'`client.{part}`' if part in NOUNS else part} | {SINCE.get(part, 'any')} "
        f"| {', '.join(f'`{name}`' for name in sorted(names))} |"
        for part, names in COVERAGE.items()
    ]
    counted = f"| Errors | any | {len(TABLE)} codes and ranges of codes, sorted by what one does about them |"
    return "\n".join(["| of the Cloud API | since | covered |", "|---|---|---|", *rows, counted])


def codes() -> str:
    """One row a code."""
    rows = [
        f"| {f'{entry.code} to {entry.last}' if entry.last else entry.code} | {entry.kind} | {entry.meaning} |"
        for entry in TABLE
    ]
    return "\n".join(["| code | kind | meaning |", "|---|---|---|", *rows])


def consequences() -> str:
    """One row a kind, and one a code that differs from its kind."""
    named: dict[str, Consequence] = {f"`{kind}`": found for kind, found in CONSEQUENCES.items()}
    named |= {str(code): found for code, found in EXCEPTIONS.items()}
    rows = [
        f"| {name} | {found.reply} | {found.number} | {'yes' if found.alert else 'no'} | {_more(found)} |"
        for name, found in named.items()
    ]
    return "\n".join(["| kind or code | the reply | the number | alert | |", "|---|---|---|---|---|", *rows])


def _more(found: Consequence) -> str:
    wait = f"this person waits {found.wait:g} s" if found.wait else ""
    return wait or ("once at the other spelling of the number" if found.other_spelling else "")


PAGES = {
    "README.md": {"coverage": coverage},
    "docs/whatsapp.md": {"error codes": codes, "consequences": consequences},
}


def written(page: str, text: str) -> str:
    """A page with its tables as the code has them."""
    return marked_page.written(text, PAGES[page])


if __name__ == "__main__":
    sys.exit(marked_page.main(ROOT, PAGES, "whatsapp_tables"))
