"""The questions: never one whose answer is known, at most three before cars, and a tap, a title and a number are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wacloud.outbound import ListMenu, ReplyButtons, Text

from bots.faciliauto.dialogue.questions import MOST_BEFORE_CARS, QUESTIONS, Question, next_question

SLOTS = sorted({slot for question in QUESTIONS for slot in question.known_by})
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)


@each_question
def test_a_question_fits_whatsapp_and_has_another_wording(question: Question) -> None:
    first, second = question.message("x" * 600), question.message(again=True)
    assert isinstance(first, Text | ReplyButtons | ListMenu)
    assert len(set(question.words)) == len(question.words) >= 2
    assert first != second


@each_question
def test_a_tap_a_title_and_a_number_say_the_same(question: Question) -> None:
    for number, choice in enumerate(question.choices, 1):
        for said in (
            choice.id,
            choice.title,
            choice.title.upper(),
            str(number),
            f"{number}.",
            f" {number}) ",
        ):
            assert question.chosen(said) == choice
        assert set(choice.slots) & set(question.known_by)
    assert question.chosen("0") is None
    assert question.chosen(str(len(question.choices) + 1)) is None
    assert question.chosen("50") is None, "an amount is no place in a list"


@given(st.sets(st.sampled_from(SLOTS)), st.booleans())
def test_what_is_known_is_never_asked_and_every_question_once(slots: set[str], cars_shown: bool) -> None:
    asked: list[str] = []
    while question := next_question(slots, asked, cars_shown=cars_shown):
        assert question.key not in asked
        assert not set(question.known_by) & slots
        asked.append(question.key)
    if not cars_shown:
        assert len(asked) <= MOST_BEFORE_CARS == 3


def test_a_first_message_that_says_it_all_leads_to_cars_at_once() -> None:
    assert next_question({"bodies", "transmission", "price_max", "city"}, [], cars_shown=False) is None
