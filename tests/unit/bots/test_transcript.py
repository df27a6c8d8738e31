"""Transcripts: what is written is what is said, no reply more and none less."""

from pathlib import Path

import pytest

from bots import Bot, Text
from bots.talk import Talk
from bots.transcript import Transcript, TranscriptError

GOOD = """
title: an echo
talk:
  - person: Oi
  - bot: Oi
  - wait: 2h
  - person: a long story
  - bot: a … story
replies: 2
---
title: a picture is passed over
talk:
  - send: {type: image, image: {id: "1"}}
replies: 0
"""


def echo() -> Bot:
    bot = Bot()
    bot.on(Text)(lambda turn: turn.content.body)
    return bot


def read(tmp_path: Path, text: str) -> list[Transcript]:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    return Transcript.read(path)


async def test_a_bot_that_says_what_is_written_passes(tmp_path: Path) -> None:
    for transcript in read(tmp_path, GOOD):
        assert isinstance(await transcript.play(echo()), Talk)


@pytest.mark.parametrize(
    ("written", "wrong", "why"),
    [
        ("  - bot: Oi\n", "  - bot: Olá\n", "expected 'Olá', the bot said 'Oi'"),
        ("  - bot: Oi\n", "", "the bot also said"),
        ("  - bot: Oi\n", "  - bot: Oi\n  - bot: Oi\n", "the bot said None"),
        ("replies: 2", "replies: 1", "2 replies, expected 1"),
        ("  - wait: 2h\n", "  - sleep: 2h\n", "expected one of person, tap"),
    ],
)
async def test_anything_else_fails_and_says_where(tmp_path: Path, written: str, wrong: str, why: str) -> None:
    with pytest.raises(TranscriptError, match=why):
        for transcript in read(tmp_path, GOOD.replace(written, wrong)):
            await transcript.play(echo())
