"""Which cars a wish finds: every filter holds, every reason is a fact of the row, and the binding filter is the one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.faciliauto.catalogue.car import Car
from bots.faciliauto.catalogue.search import BODIES, FILTERS, FUELS, TRANSMISSIONS, binding, fits, search
from bots.faciliauto.catalogue.snapshot import Snapshot

SNAPSHOT = Snapshot.read()
CARS = SNAPSHOT.cars
SOME_MAKES = st.lists(st.sampled_from(sorted({car.marca for car in CARS})), min_size=1, max_size=3)
SOME_MODELS = st.lists(st.sampled_from(sorted({car.modelo for car in CARS})), min_size=1, max_size=3)
SOME_BODIES = st.lists(st.sampled_from(sorted(BODIES)), min_size=1, max_size=2)
WISHES = st.fixed_dictionaries(
    {},
    optional={
        "price_min": st.integers(0, 150_000),
        "price_max": st.integers(1, 300_000),
        "makes": SOME_MAKES,
        "models": SOME_MODELS,
        "bodies": SOME_BODIES,
        "not_makes": SOME_MAKES,
        "not_models": SOME_MODELS,
        "not_bodies": SOME_BODIES,
        "transmission": st.sampled_from(sorted(TRANSMISSIONS)),
        "fuel": st.sampled_from(sorted(FUELS)),
        "year_min": st.integers(2005, 2025),
        "year_max": st.integers(2005, 2025),
        "km_max": st.integers(0, 200_000),
        "seats_min": st.integers(2, 9),
        "condition": st.sampled_from(["new", "used"]),
        "color": st.sampled_from(["branco", "preto", "verde"]),
        "city": st.sampled_from(["Campinas", "Curitiba", "Manaus"]),
        "priorities": st.lists(
            st.sampled_from(["economy", "space", "comfort", "safety", "resale"]), max_size=3
        ),
    },
)


def test_the_snapshot_is_what_was_promised() -> None:
    assert len(CARS) == len({car.id for car in CARS}) == 120
    assert len(SNAPSHOT.dealers) == 6
    assert len({dealer.city for dealer in SNAPSHOT.dealers}) == 5
    assert {car.dealer.id for car in CARS} == {dealer.id for dealer in SNAPSHOT.dealers}
    assert {car.categoria for car in CARS} == set().union(*BODIES.values())
    assert all(21_900 <= car.preco <= 265_900 and 2007 <= car.ano <= 2025 for car in CARS)


@given(WISHES)
def test_every_car_found_passes_and_every_car_that_passes_is_found(wish: dict[str, Any]) -> None:
    found = [match.car for match in search(CARS, wish)]
    assert {car.id for car in found} == {car.id for car in CARS if fits(car, wish)}
    for car in found:
        assert car.preco <= wish.get("price_max", car.preco)
        assert car.modelo in wish.get("models", [car.modelo])
        assert car.marca not in wish.get("not_makes", [])


@given(WISHES)
def test_every_reason_is_a_fact_of_the_row(wish: dict[str, Any]) -> None:
    for match in search(CARS, wish):
        car = match.car
        truth = {
            "below": wish.get("price_max", 0) - car.preco,
            "city": car.dealer.city,
            "uf": car.dealer.state,
            "km": car.quilometragem,
            "year": car.ano,
            "version": car.versao,
            "fuel": car.combustivel,
            "body": car.categoria,
            "transmission": car.cambio,
        }
        for reason in match.reasons:
            assert reason.facts.items() <= truth.items()


@given(WISHES)
def test_the_order_is_the_points_and_the_same_each_time(wish: dict[str, Any]) -> None:
    found = search(CARS, wish)
    assert [match.points for match in found] == sorted((match.points for match in found), reverse=True)
    assert found == search(tuple(reversed(CARS)), wish)


@given(WISHES)
def test_giving_up_the_binding_filter_finds_cars_where_none_were(wish: dict[str, Any]) -> None:
    slot = binding(CARS, wish)
    if slot is not None:
        assert slot in FILTERS
        assert search(CARS, {name: value for name, value in wish.items() if name != slot})
    elif not search(CARS, wish):
        assert not any(search(CARS, {k: v for k, v in wish.items() if k != slot}) for slot in wish)


def test_the_binding_filter_is_the_one_that_hides_most() -> None:
    assert binding(CARS, {"bodies": ["suv"], "transmission": "automatic", "price_max": 20_000}) == "price_max"
    assert binding(CARS, {"models": ["Onix"], "fuel": "diesel"}) in ("models", "fuel")


def test_what_was_shown_is_not_shown_again() -> None:
    first = search(CARS, {"bodies": ["suv"]})
    shown = [match.car.id for match in first[:5]]
    assert not {match.car.id for match in search(CARS, {"bodies": ["suv"]}, without=shown)} & set(shown)


@pytest.mark.parametrize(
    ("wish", "key"), [({"city": "Campinas"}, "in_city"), ({"priorities": ["comfort"]}, "comfort")]
)
def test_what_a_person_cares_for_comes_first_and_is_said(wish: dict[str, Any], key: str) -> None:
    assert key in {reason.key for reason in search(CARS, wish)[0].reasons}


def test_a_row_of_the_api_is_read_with_its_dealer() -> None:
    car = Car.of_row(
        {
            "id": 7,
            "dealership_id": "x",
            "nome": "Fiat Mobi",
            "marca": "Fiat",
            "modelo": "Mobi",
            "versao": "Like",
            "ano": 2020,
            "preco": 45900.0,
            "quilometragem": 30000,
            "combustivel": "Flex",
            "cambio": "Manual",
            "cor": "Branco",
            "portas": 4,
            "categoria": "Compacto",
            "imagens": None,
            "disponivel": True,
            "dealership_name": "Loja",
            "dealership_city": "Campinas",
            "dealership_state": "SP",
        }
    )
    assert (car.id, car.preco, car.imagens, car.dealer.city) == ("7", 45_900, (), "Campinas")
