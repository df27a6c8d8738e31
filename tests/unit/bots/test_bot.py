"""A bot made of handlers: which one is called, what it may return, what is refused and with which advice."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from wacloud.inbound import Reaction

from bots import (
    Ask,
    Bot,
    BotError,
    ButtonReply,
    Conversation,
    Decision,
    ListReply,
    PortError,
    Query,
    Text,
    Timer,
    TimerFired,
    Turn,
    reply,
    say,
)
from bots.talk import Talk, TalkError

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_handler_with_the_most_conditions_is_called_wherever_it_stands() -> None:
    bot = Bot()
    bot.on(Text)(lambda turn: "any")
    bot.on(Text, asked="name")(lambda turn: "the answer")
    assert say(bot, "x") == ["any"]
    assert say(bot, "x", state={"asked": "name"}) == ["the answer"]


def test_of_equal_handlers_the_first_is_called() -> None:
    bot = Bot()
    bot.on(Text, ButtonReply)(lambda turn: "first")
    bot.on(Text, ListReply)(lambda turn: "second")
    assert say(bot, "x") == ["first"]


@pytest.mark.parametrize("state", [{}, {"asked": None}, {"asked": "age"}])
def test_an_answer_to_another_question_is_not_taken(state: dict[str, Any]) -> None:
    bot = Bot()
    bot.on(Text, asked="name")(lambda turn: "the answer")
    bot.otherwise("what?")
    assert say(bot, "x", state=state) == ["what?"]


async def test_a_tap_goes_to_the_handler_of_its_id() -> None:
    bot = Bot()
    bot.on(Text)(lambda turn: reply.buttons("?", help="Ajuda", cars="Ver carros"))
    bot.on(ButtonReply, id="help")(lambda turn: "helped")
    bot.on(ButtonReply)(lambda turn: turn.content.title)
    talk = Talk(bot)
    await talk.say("Oi")
    assert await talk.tap("Ajuda") == ["helped"]
    assert await talk.tap("cars") == ["Ver carros"]
    with pytest.raises(TalkError, match="'Sair'; there was: Ajuda, Ver carros"):
        await talk.tap("Sair")


async def test_a_question_is_over_when_it_is_answered() -> None:
    bot = Bot()
    bot.otherwise(Ask("name", "Como você se chama?"))
    bot.on(Text, asked="name")(lambda turn: f"Olá, {turn.content.body}!")
    talk = Talk(bot, Conversation(state={"kept": 1}))
    assert await talk.say("Oi") == ["Como você se chama?"]
    assert talk.conversation.state == {"kept": 1, "asked": "name"}
    assert await talk.say("Ana") == ["Olá, Ana!"]
    assert talk.conversation.state == {"kept": 1}
    assert await talk.say("Oi") == ["Como você se chama?"]


async def test_an_asynchronous_handler_is_awaited() -> None:
    bot = Bot()

    @bot.on(Text)
    async def slow(turn: Turn[Text]) -> str:
        await asyncio.sleep(0)
        return turn.content.body.upper()

    assert await Talk(bot).say("oi") == ["OI"]


async def test_a_query_is_answered_by_its_port_and_the_handler_is_called_again() -> None:
    asked = []

    async def cars(arguments: Mapping[str, Any]) -> Any:
        asked.append(arguments)
        return ["Onix", "HB20"]

    bot = Bot(ports={"cars": cars})

    @bot.on(Text)
    def found(turn: Turn[Text]) -> Any:
        if "cars" not in turn.facts:
            return Query("cars", "cars", {"text": turn.content.body})
        return ", ".join(turn.facts["cars"])

    assert await Talk(bot).say("hatch") == ["Onix, HB20"]
    assert asked == [{"text": "hatch"}]


async def test_a_port_that_fails_gives_the_reason_as_a_fact() -> None:
    async def broken(arguments: Mapping[str, Any]) -> Any:
        raise PortError("no catalogue today")

    bot = Bot(ports={"cars": broken})
    bot.on(Text)(lambda turn: turn.facts["q"]["error"] if turn.facts else [Query("q", "cars")])
    assert await Talk(bot).say("hatch") == ["no catalogue today"]


async def test_a_bot_that_never_stops_asking_is_stopped() -> None:
    async def port(arguments: Mapping[str, Any]) -> Any:
        return None

    bot = Bot(ports={"p": port})
    bot.on(Text)(lambda turn: Query(f"q{len(turn.facts)}", "p"))
    with pytest.raises(TalkError, match="more than 4 times"):
        await Talk(bot).say("x")


async def test_a_timer_fires_when_its_time_has_come_and_not_when_it_was_cancelled() -> None:
    bot = Bot()
    bot.on(Text)(lambda turn: Decision(timers=(Timer("nudge", turn.now + timedelta(hours=2), {"n": 1}),)))
    bot.on(Text, asked="stop")(lambda turn: Decision(cancel=("nudge",)))
    bot.on(TimerFired, id="nudge")(lambda turn: f"still there? {turn.content.data['n']}")
    talk = Talk(bot)
    await talk.say("x")
    assert await talk.wait(timedelta(hours=1)) == []
    assert await talk.wait(timedelta(hours=1)) == ["still there? 1"]
    assert await talk.wait(timedelta(days=9)) == []
    await talk.say("x")
    talk.conversation = Conversation(state={"asked": "stop"})
    await talk.say("x")
    assert await talk.wait(timedelta(days=9)) == []


@pytest.mark.parametrize(
    ("returned", "texts"),
    [
        ("a", ["a"]),
        (reply.Text(body="a"), ["a"]),
        (["a", reply.Text(body="b")], ["a", "b"]),
        (None, []),
        ([], []),
        (Decision((reply.Text(body="a"),)), ["a"]),
    ],
)
def test_what_a_handler_may_return(returned: Any, texts: list[str]) -> None:
    bot = Bot()
    bot.on(Text)(lambda turn: returned)
    assert say(bot, "x", state={"kept": 1}) == texts


@pytest.mark.parametrize("returned", [3, {"a": 1}, ["a", 3], [Query("q", "p"), "a"]])
def test_anything_else_that_is_returned_is_an_error_that_names_the_handler(returned: Any) -> None:
    bot = Bot(ports={})

    @bot.on(Text)
    def strange(turn: Turn[Text]) -> Any:
        return returned

    with pytest.raises(BotError, match=r"strange returned .*return text, a message"):
        say(bot, "x")


def test_a_bot_written_in_a_way_that_cannot_work_is_refused_with_advice() -> None:
    bot = Bot()
    bot.on(Text)(lambda turn: "a")
    with pytest.raises(BotError, match="Text has no id; these have: ButtonReply"):
        bot.on(Text, id="x")
    with pytest.raises(BotError, match=r"what comes in is bots\.Image"):
        bot.on(reply.Image)
    with pytest.raises(BotError, match=r"bot\.otherwise for everything else"):
        bot.on()
    with pytest.raises(BotError, match="would never be called"):
        bot.on(Text)(lambda turn: "b")
    bot.otherwise("a")
    with pytest.raises(BotError, match="defined twice"):
        bot.otherwise("b")
    lost = Bot()
    lost.on(Text)(lambda turn: Query("q", "cars"))
    with pytest.raises(BotError, match=r"Bot\(ports=\{'cars'"):
        say(lost, "x")


def test_what_nothing_fits_changes_nothing() -> None:
    bot = Bot()
    bot.on(Text)(lambda turn: "a")
    message = Reaction(message_id="wamid.X", emoji="👍")
    assert asyncio.run(Talk(bot).send(message)) == []
    assert bot(Conversation(), TimerFired("x", NOW), {}, NOW) == Decision()
