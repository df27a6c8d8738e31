"""How a message looks in a terminal or a transcript, and what can be tapped on it."""

import json
from collections.abc import Iterator
from typing import Any

from wacloud.inbound import ButtonReply, ListReply
from wacloud.outbound import (
    Carousel,
    Document,
    Image,
    ListMenu,
    Location,
    LocationRequest,
    Outbound,
    ReplyButtons,
    ReplyCard,
    Text,
    Video,
)


def shown(message: Outbound) -> str:
    """The message as plain text: what is tapped stands in square brackets."""
    match message:
        case Text(body=body):
            return body
        case Image(caption=caption) | Video(caption=caption) | Document(caption=caption):
            return f"({message.kind}) {caption or ''}".rstrip()
        case ReplyButtons(body=body, buttons=buttons, header=header):
            titles = " ".join(f"[{button.title}]" for button in buttons)
            return "\n".join([*_above(header), body, titles])
        case ListMenu(body=body, button=button, sections=sections):
            rows = [row for section in sections for row in section.rows]
            lines = [f"  [{row.title}] {row.description or ''}".rstrip() for row in rows]
            return "\n".join([body, f"({button})", *lines])
        case Carousel(body=body, cards=cards):
            return "\n".join([body, *(line for card in cards for line in _card(card))])
        case LocationRequest(body=body):
            return f"{body}\n[Enviar localização]"
        case Location(name=name, address=address):
            return f"(local) {', '.join(part for part in (name, address) if part)}"
        case _:
            return json.dumps(message.content(), ensure_ascii=False)


def choices(message: Outbound) -> Iterator[ButtonReply | ListReply]:
    """What a tap on each button or row of the message brings."""
    match message:
        case ReplyButtons(buttons=buttons):
            yield from (ButtonReply(id=button.id, title=button.title) for button in buttons)
        case ListMenu(sections=sections):
            rows = (row for section in sections for row in section.rows)
            yield from (ListReply(id=row.id, title=row.title, description=row.description) for row in rows)
        case Carousel(cards=cards):
            taps = (button for card in cards if isinstance(card, ReplyCard) for button in card.buttons)
            yield from (ButtonReply(id=button.id, title=button.title) for button in taps)
        case _:
            return


def _above(header: Any) -> list[str]:
    match header:
        case str():
            return [f"*{header}*"]
        case Image() | Video() | Document():
            return [f"({header.kind} {header.link or header.id})"]
        case _:
            return []


def _card(card: Any) -> Iterator[str]:
    if isinstance(card, ReplyCard):
        titles = " ".join(f"[{button.title}]" for button in card.buttons)
        yield "  " + (card.body or "").replace("\n", " / ") + f" {titles}"
