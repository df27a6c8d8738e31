"""How cars are shown: every text of the table fits WhatsApp for every car, and says what the row says."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wacloud.outbound import Carousel, ListMenu, ReplyButtons

from bots.faciliauto.catalogue.port import Cars
from bots.faciliauto.catalogue.snapshot import Snapshot
from bots.faciliauto.dialogue.cars import details, one_car, reais, several_cars, stale_note
from bots.shown import choices, shown

SNAPSHOT = Snapshot.read()
PICTURES = "https://cars.example.com/pictures/"


def answer(**wish: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asyncio.run(Cars(SNAPSHOT)({"wish": wish}))["cars"]
    return found


ALL = [car for model in sorted({car.modelo for car in SNAPSHOT.cars}) for car in answer(models=[model])]
some_cars = st.lists(st.sampled_from(ALL), min_size=2, max_size=5, unique_by=lambda car: str(car["id"]))
pictures_or_none = st.sampled_from([None, PICTURES])


@given(st.sampled_from(ALL), pictures_or_none)
def test_a_car_is_told_as_its_row_has_it(car: dict[str, Any], pictures: str | None) -> None:
    message = one_car(car, "Olha só:", pictures=pictures)
    assert isinstance(message, ReplyButtons)
    for text in (message.body, details(car).body):
        for fact in (
            reais(car["preco"]),
            str(car["ano"]),
            reais(car["quilometragem"]),
            car["dealer"]["city"],
        ):
            assert fact in text
    assert (message.header is not None) == (pictures is not None)


@given(some_cars, pictures_or_none)
def test_several_cars_are_one_message_with_a_choice_for_each(
    cars: list[dict[str, Any]], pictures: str | None
) -> None:
    message = several_cars(cars, "Achei estes:", pictures=pictures)
    assert isinstance(message, Carousel if pictures else ListMenu)
    assert [choice.id for choice in choices(message)] == [f"car:{car['id']}" for car in cars]
    text = shown(message)
    for car in cars:
        assert reais(car["preco"]) in text
        assert reais(car["quilometragem"]) in text


def test_the_reason_is_said_in_words() -> None:
    car = answer(models=["Onix"], price_max=60_000)[0]
    assert f"fica R$ {reais(60_000 - car['preco'])} abaixo do seu limite" in shown(one_car(car))
    exact = answer(models=["Onix"], price_max=car["preco"])[0]
    assert "exatamente no seu limite" in shown(one_car(exact))


@pytest.mark.parametrize(("amount", "said"), [(900, "900"), (62_900, "62.900"), (1_200_000, "1.200.000")])
def test_an_amount_is_written_as_in_brazil(amount: int, said: str) -> None:
    assert reais(amount) == said


def test_the_age_of_an_older_catalogue_is_told() -> None:
    assert "25/11, 09:30" in stale_note("2026-11-25T09:30:00-03:00")
