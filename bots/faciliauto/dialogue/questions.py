"""The questions of the search: which comes next, how it looks, and what a tap or a number says.  The table is a data file."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wacloud.outbound import ListMenu, Outbound, ReplyButton, ReplyButtons, Row, Section, Text

_MOST_BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that is offered, and the slots that it fills."""

    id: str
    title: str
    slots: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A question; the second of `words` is said when the first was not understood."""

    key: str
    known_by: tuple[str, ...]
    words: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    after_cars: bool = False
    button: str = "Ver opções"

    def message(self, before: str = "", *, again: bool = False) -> Outbound:
        """The question below what is said before it, in one message: text, buttons, or a list for more than three."""
        body = "\n\n".join(part for part in (before, self.words[-1 if again else 0]) if part)
        if not self.choices:
            return Text(body=body)
        if len(self.choices) <= _MOST_BUTTONS:
            return ReplyButtons(
                body=body, buttons=tuple(ReplyButton(id=each.id, title=each.title) for each in self.choices)
            )
        rows = tuple(Row(id=each.id, title=each.title) for each in self.choices)
        return ListMenu(body=body, button=self.button, sections=(Section(rows=rows),))

    def chosen(self, said: str) -> Choice | None:
        """The choice that a tap's id, its title or its number (1 is the first) names."""
        words = said.strip().rstrip(".)").casefold()
        if words.isdecimal() and len(words) == 1 and 1 <= int(words) <= len(self.choices):
            return self.choices[int(words) - 1]
        return next((each for each in self.choices if words in (each.id, each.title.casefold())), None)


def _read() -> tuple[int, tuple[Question, ...]]:
    table = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
    made = tuple(
        Question(
            **{
                **row,
                "known_by": tuple(row["known_by"]),
                "words": tuple(row["words"]),
                "choices": tuple(Choice(**choice) for choice in row["choices"]),
            }
        )
        for row in table["question"]
    )
    return table["most_before_cars"], made


MOST_BEFORE_CARS, QUESTIONS = _read()


def next_question(slots: Collection[str], asked: Collection[str], *, cars_shown: bool) -> Question | None:
    """The first question that is neither answered by a slot nor was asked before; None: show cars, or say no more."""
    if not cars_shown and len(asked) >= MOST_BEFORE_CARS:
        return None
    return next(
        (
            each
            for each in QUESTIONS
            if each.after_cars <= cars_shown and each.key not in asked and not set(each.known_by) & set(slots)
        ),
        None,
    )
