"""A person on the command line."""

import pytest
import typer

from ops.people import known_as


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("5511999990001", "5511999990001"),
        ("+55 (11) 99999-0001", "5511999990001"),
        (" BR.1349120865530274191 ", "BR.1349120865530274191"),
        ("US.ENT.118a", "US.ENT.118a"),
    ],
)
def test_a_person_may_be_named_as_people_write_them(given: str, meant: str) -> None:
    assert known_as(given) == meant


@pytest.mark.parametrize("given", ["", "Ana", "1234", "br.13", "55119999900015511999990001", "BR.", "٥٥١١٩٩"])
def test_what_can_be_nobody_is_refused_with_what_would_do(given: str) -> None:
    with pytest.raises(typer.BadParameter, match="country code"):
        known_as(given)
