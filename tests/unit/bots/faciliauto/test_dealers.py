"""The nearest dealers, with their distance."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.faciliauto.catalogue.dealers import Dealers, distance_km
from bots.faciliauto.catalogue.snapshot import Snapshot
from bots.interface import PortError

PORT = Dealers(Snapshot.read().dealers)
PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def test_a_known_distance() -> None:
    # São Paulo (Sé) to Rio de Janeiro (Centro): about 357 km.
    assert distance_km((-23.5503, -46.6339), (-22.9028, -43.2075)) == pytest.approx(357, abs=5)


@given(PLACES, PLACES)
def test_a_distance_is_the_same_both_ways_and_at_most_half_around_the_earth(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    there = distance_km(one, other)
    assert there == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= there <= math.pi * 6_371 + 1e-6


async def test_a_location_finds_the_nearest_first() -> None:
    found = await PORT({"latitude": -22.91, "longitude": -47.06})
    assert [each["city"] for each in found] == ["Campinas", "São Paulo", "São Paulo"]
    assert found[0]["km"] < 1 < found[1]["km"] <= found[2]["km"]


async def test_a_city_finds_its_own_dealers_then_those_of_its_state() -> None:
    own, *_ = await PORT({"city": "Campinas", "uf": "SP"})
    assert own["city"] == "Campinas"
    assert len(await PORT({"city": "Santos", "uf": "SP"})) == 3
    assert await PORT({"city": "Manaus", "uf": "AM"}) == []


@pytest.mark.parametrize("arguments", [{}, {"latitude": 1}, {"latitude": None, "longitude": None}])
async def test_without_a_place_the_port_says_what_it_needs(arguments: dict[str, float]) -> None:
    with pytest.raises(PortError, match="are needed"):
        await PORT(arguments)
