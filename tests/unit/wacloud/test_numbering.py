"""One number has one canonical spelling, however it is written; two numbers never share one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wacloud.numbering import TABLE, Spelling, canonical, spellings

PAIRS = {
    "Brazil, São Paulo": ("5511988887777", "551188887777"),
    "Brazil, Belo Horizonte": ("5531988887777", "553188887777"),
    "Brazil, begins with 6": ("5585961234567", "558561234567"),
    "Mexico": ("525512345678", "5215512345678"),
    "Argentina, Buenos Aires": ("5491123456789", "541123456789"),
    "Argentina, Córdoba": ("5493511234567", "543511234567"),
    "Ivory Coast, Orange": ("2250748123456", "22548123456"),
    "Ivory Coast, MTN": ("2250545123456", "22545123456"),
    "Ivory Coast, Moov": ("2250140123456", "22540123456"),
    "Benin": ("2290197123456", "22997123456"),
}
ALONE = {
    "a landline in Brazil": "551133334444",
    "a mobile of Brazil that never had eight digits": "5511943334444",
    "too long for Brazil": "55119888877771",
    "Brazil's emergency-like area code": "550188887777",
    "the United States": "15550783881",
    "Portugal": "351912345678",
    "Ivory Coast, a prefix that is not the operator's": "2250745123456",
    "Ivory Coast, a landline": "2252720123456",
    "Mexico, a digit short": "52155123456",
    "Argentina, a digit short": "549112345678",
    "no number": "BR.13491208655302741918",
    "nothing": "",
}


@pytest.mark.parametrize(("first", "other"), PAIRS.values(), ids=PAIRS)
def test_both_spellings_of_a_number_meet(first: str, other: str) -> None:
    assert canonical(first) == canonical(other) == first
    assert spellings(first) == spellings(other) == (first, other)


@pytest.mark.parametrize("number", ALONE.values(), ids=ALONE)
def test_a_number_with_one_spelling_stays_as_it_is(number: str) -> None:
    assert spellings(number) == (number,)


@pytest.mark.parametrize("written", ["+55 (11) 8888-7777", "55 11 98888.7777", "+5511988887777"])
def test_punctuation_is_no_difference(written: str) -> None:
    assert canonical(written) == "5511988887777"


def numbers(row: Spelling) -> st.SearchStrategy[str]:
    """Numbers that a row of the table speaks of, in either spelling."""
    either = st.sampled_from([row.digits, ""])
    parts = st.tuples(st.from_regex(row.before, fullmatch=True), either, _digits(row.after))
    return parts.map("".join)


def _digits(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)


ANY_NUMBER = st.one_of(
    *(numbers(row) for row in TABLE),
    _digits(r"(?:52|54|55|225|229|1|351)\d{6,13}"),
    st.text(max_size=20),
)


@given(ANY_NUMBER)
def test_the_canonical_spelling_of_a_canonical_spelling_is_itself(number: str) -> None:
    assert canonical(canonical(number)) == canonical(number)


@given(ANY_NUMBER)
def test_every_spelling_of_a_number_has_the_same_spellings(number: str) -> None:
    for spelled in spellings(number):
        assert spellings(spelled) == spellings(number)


@given(ANY_NUMBER, ANY_NUMBER)
def test_two_numbers_that_are_no_spellings_of_each_other_never_meet(one: str, another: str) -> None:
    assert (canonical(one) == canonical(another)) == (canonical(another) in spellings(one))


@given(st.sampled_from(TABLE).flatmap(numbers), st.data())
def test_a_number_with_another_digit_is_another_person(number: str, data: st.DataObject) -> None:
    """Near-equal numbers: one digit of the subscriber changed."""
    place = data.draw(st.integers(len(number) - 6, len(number) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != number[place]))
    near = number[:place] + digit + number[place + 1 :]
    assert canonical(near) != canonical(number)
    assert set(spellings(near)).isdisjoint(spellings(number))


@given(st.sampled_from(TABLE).flatmap(numbers), st.sampled_from("0123456789"), st.booleans())
def test_a_number_with_one_more_digit_at_an_end_is_another_person(
    number: str, digit: str, front: bool
) -> None:
    longer = digit + number if front else number + digit
    assert set(spellings(longer)).isdisjoint(spellings(number))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.country)
def test_every_row_has_an_address_and_the_date_it_was_read(row: Spelling) -> None:
    assert row.source.startswith("https://")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row.read)
