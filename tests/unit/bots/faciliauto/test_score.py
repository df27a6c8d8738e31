"""The score of a lead: within its parts, never lowered by knowing more, and explained."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.faciliauto.lead.score import TABLE, score

KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "price_max": st.integers(1, 500_000),
        "price_min": st.integers(0, 500_000),
        "monthly_max": st.integers(1, 5_000),
        "down_payment": st.integers(0, 50_000),
        "payment": st.sampled_from(["cash", "financing", "consortium"]),
        "when": st.sampled_from(["now", "month", "quarter", "later"]),
        "models": st.lists(st.just("Onix"), max_size=2),
        "bodies": st.lists(st.just("suv"), max_size=2),
        "use": st.just("family"),
        "city": st.just("Campinas"),
        "answers": st.integers(0, 20),
        "details": st.integers(0, 20),
        "liked": st.integers(0, 20),
        "test_drive": st.booleans(),
        "trade_in": st.booleans(),
    },
)


def test_the_parts_are_those_of_the_plan() -> None:
    assert {part["name"]: part["most"] for part in TABLE["part"]} == {
        "budget": 30,
        "urgency": 25,
        "preferences": 25,
        "engagement": 20,
    }


@given(KNOWN, KNOWN)
def test_to_know_more_never_lowers_it(known: dict[str, Any], more: dict[str, Any]) -> None:
    both = {**more, **known}
    for name in ("answers", "details", "liked"):
        both[name] = max(known.get(name, 0), more.get(name, 0))
    assert 0 <= score(known).points <= score(both).points <= 100


@given(KNOWN)
def test_the_reasons_make_the_points(known: dict[str, Any]) -> None:
    found = score(known)
    parts = {part["name"]: part["most"] for part in TABLE["part"]}
    made = sum(
        min(most, sum(reason.points for reason in found.reasons if reason.part == name))
        for name, most in parts.items()
    )
    assert found.points == made
    assert all(known.get(reason.slot) is not None for reason in found.reasons)


@pytest.mark.parametrize(
    ("known", "points", "level", "qualified"),
    [
        ({}, 0, "low", False),
        ({"price_max": 60_000}, 24, "low", False),
        ({"price_max": 60_000, "bodies": ["suv"], "when": "quarter", "answers": 3}, 53, "medium", True),
        (
            {"price_max": 60_000, "payment": "cash", "models": ["Onix"], "when": "now", "answers": 4},
            76,
            "high",
            True,
        ),
        ({"models": [], "test_drive": False, "trade_in": False}, 0, "low", False),
    ],
)
def test_what_people_are_worth(known: dict[str, Any], points: int, level: str, qualified: bool) -> None:
    found = score(known)
    assert (found.points, found.level, found.qualified) == (points, level, qualified)
