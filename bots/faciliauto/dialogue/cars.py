"""How cars are shown: one with its picture and buttons, several in one message, two or three side by side.

Rows are the answers of the port `cars`.  Pictures need a public https address: without one (`pictures` None) cars are text.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from wacloud.outbound import (
    CardButton,
    Carousel,
    Image,
    ListMenu,
    Outbound,
    ReplyButton,
    ReplyButtons,
    ReplyCard,
    Row,
    Section,
    Text,
)

Car = Mapping[str, Any]
TEXTS: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("cars.toml").read_text(encoding="utf-8"))
_TITLE, _DESCRIPTION, _CARD = 24, 72, 160


def one_car(car: Car, before: str = "", *, pictures: str | None = None) -> Outbound:
    """A car with its reason and the three buttons, and its picture above where there is one."""
    body = _paragraphs(before, _card(car), _because(car))
    buttons = tuple(
        ReplyButton(id=f"{key}:{car['id']}", title=TEXTS[key]) for key in ("interested", "more", "seller")
    )
    return ReplyButtons(body=body, buttons=buttons, header=_picture(car, pictures))


def several_cars(cars: Sequence[Car], before: str = "", *, pictures: str | None = None) -> Outbound:
    """Two to five cars in one message: cards side by side with pictures, else text with a list to choose from."""
    if pictures and all(car["imagens"] for car in cars):
        cards = tuple(
            ReplyCard(
                header=Image(link=f"{pictures.rstrip('/')}/{car['imagens'][0]}"),
                body=_card(car)[:_CARD],
                buttons=(CardButton(id=f"car:{car['id']}"[:20], title=TEXTS["interested"]),),
            )
            for car in cars
        )
        lines = "\n".join(f"{number}. {_because(car)}" for number, car in enumerate(cars, 1))
        return Carousel(body=_paragraphs(before, lines), cards=cards)
    lines = "\n".join(f"{_line(number, car)}\n   {_because(car)}" for number, car in enumerate(cars, 1))
    rows = tuple(
        Row(
            id=f"car:{car['id']}",
            title=f"{number}. {car['marca']} {car['modelo']}"[:_TITLE],
            description=TEXTS["row"].format(**_words(car))[:_DESCRIPTION],
        )
        for number, car in enumerate(cars, 1)
    )
    body = _paragraphs(before, lines, TEXTS["pick"])
    return ListMenu(body=body, button=TEXTS["list_button"], sections=(Section(rows=rows),))


def details(car: Car, before: str = "") -> Text:
    """All that the row says of a car."""
    return Text(body=_paragraphs(before, TEXTS["details"].format(**_words(car))))


def stale_note(as_of: str) -> str:
    """That the cars are as old as that: `as_of` in ISO 8601."""
    return str(TEXTS["stale"].format(as_of=datetime.fromisoformat(as_of).strftime("%d/%m, %H:%M")))


def reais(amount: float) -> str:
    """An amount as it is written in Brazil: 62.900."""
    return f"{amount:,.0f}".replace(",", ".")


def _card(car: Car) -> str:
    return str(TEXTS["card"].format(**_words(car)))


def _line(number: int, car: Car) -> str:
    return str(TEXTS["line"].format(number=number, **_words(car)))


def _because(car: Car) -> str:
    """The two weightiest reasons."""
    said = [_reason(each["key"], each["facts"]) for each in car["reasons"][:2]]
    return str(TEXTS["because"].format(reason=" e ".join(said))) if said else ""


def _reason(key: str, facts: Mapping[str, Any]) -> str:
    if key == "below_budget" and not facts["below"]:
        key = "at_budget"
    words = {name: reais(value) if name in ("below", "km") else value for name, value in facts.items()}
    return str(TEXTS["reasons"][key].format(**words))


def _words(car: Car) -> dict[str, Any]:
    dealer = car["dealer"]
    return {
        **{name: car[name] for name in ("marca", "modelo", "versao", "ano", "cambio", "combustivel", "cor")},
        "preco": reais(car["preco"]),
        "km": reais(car["quilometragem"]),
        "dealer": dealer["name"],
        "city": dealer["city"],
        "state": dealer["state"],
    }


def _picture(car: Car, pictures: str | None) -> Image | None:
    if not pictures or not car["imagens"]:
        return None
    return Image(link=f"{pictures.rstrip('/')}/{car['imagens'][0]}")


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())
