"""`python -m bots`: lines in, answers out."""

import subprocess
import sys
from datetime import timedelta

import pytest

from bots.__main__ import answers, find
from bots.faciliauto.main import bot
from bots.talk import START, Talk, TalkError


def test_a_talk_in_the_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bots"],
        input="Oi\nVer carros\n\n/Nada\n/wait 2x\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Olá, Ana!" in done.stdout
    assert done.stdout.index("[Ver carros]") < done.stdout.index("Me conte o que você procura")
    assert "(nothing to tap is called 'Nada'" in done.stdout
    assert "(/wait 2x: expected a number and m, h or d" in done.stdout


async def test_time_passes_when_told_to() -> None:
    talk = Talk(bot)
    assert await answers(talk, "/wait 30m") == []
    assert talk.now == START + timedelta(minutes=30)
    with pytest.raises(TalkError):
        await answers(talk, "/wait")


@pytest.mark.parametrize("name", ["nowhere:bot", "bots.faciliauto.main:nobody", ""])
def test_a_bot_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(SystemExit, match="is not a module:object"):
        find(name)
