"""docs/bots.md: its bots run as they are written, and are no longer than pywa's."""

import re
from pathlib import Path
from typing import Any

import pytest

from bots import Conversation, say
from bots.talk import Talk

PAGE = Path("docs/bots.md")
CODE = [each for each in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if "Bot()" in each]
ECHO, BUTTONS, NAME = CODE


def made(code: str) -> Any:
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 the page's own code
    return names["bot"]


@pytest.mark.parametrize(("code", "most"), [(ECHO, 5), (BUTTONS, 14), (NAME, 6)])
def test_a_bot_of_the_page_is_no_longer_than_pywas(code: str, most: int) -> None:
    assert len([line for line in code.splitlines() if line.strip()]) <= most


def test_the_echo_echoes() -> None:
    assert say(made(ECHO), "Oi") == ["Oi"]


async def test_the_buttons_answer() -> None:
    talk = Talk(made(BUTTONS))
    assert await talk.say("Oi") == ["Como posso ajudar?\n[Ver carros] [Ajuda]"]
    assert await talk.tap("Ver carros") == ["Temos 120 carros. Qual você procura?"]
    assert await talk.tap("Ajuda") == ["Escreva sua dúvida, respondo já."]


async def test_the_name_is_asked_and_used() -> None:
    talk = Talk(made(NAME), Conversation())
    assert await talk.say("Oi") == ["Como você se chama?"]
    assert await talk.say("Ana") == ["Olá, Ana!"]
