"""What the bot says to what people send: every type, in Portuguese, and to whom it says nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from wacloud.inbound import TYPES, parse_message
from wacloud.outbound import ReplyButtons, Text

from bots import Conversation, Decision, Event
from bots.faciliauto import texts
from bots.faciliauto.main import bot
from tests.support import bodies

NEW = Conversation(name="Ana Souza")
KNOWN = Conversation({"asked": None}, "Ana Souza")
ASKED = Conversation({"asked": "see_cars"}, "Ana Souza")
OPTED_OUT = Conversation({}, "Ana Souza", opted_out=True)

CONTENTS: dict[str, Any] = {
    "text": {"body": "Tem Civic 2020?"},
    "image": {"id": "1", "caption": "Este?"},
    "video": {"id": "1"},
    "audio": {"id": "1", "voice": True},
    "voice": {"id": "1"},
    "document": {"id": "1", "filename": "a.pdf"},
    "sticker": {"id": "1"},
    "location": {"latitude": -23.5, "longitude": -46.6},
    "contacts": [{"name": {"formatted_name": "Bia"}}],
    "order": {"catalog_id": "1", "product_items": []},
    "unsupported": {"type": "poll_creation"},
    "unknown": {},
    "request_welcome": {},
    "button": {"payload": "see_cars", "text": "Ver carros"},
    "reaction": {"message_id": "wamid.X", "emoji": "👍"},
    "system": {"type": "user_changed_number", "wa_id": "5511999990009"},
    "edit": {"original_message_id": "wamid.X", "message": {"type": "text", "text": {"body": "x"}}},
    "revoke": {"original_message_id": "wamid.X"},
    "interactive": {"type": "button_reply", "button_reply": {"id": "see_cars", "title": "Ver carros"}},
}
UNANSWERED = {"reaction", "system", "edit", "revoke"}


def say(conversation: Conversation, kind: str, content: Any) -> Decision:
    message = bodies.text()
    del message["text"]
    return bot(conversation, parse_message({**message, "type": kind, kind: content}), {}, datetime.now(UTC))


def words(decision: Decision) -> list[str]:
    return [reply.body for reply in decision.replies if isinstance(reply, Text | ReplyButtons)]


def test_no_type_is_forgotten_here() -> None:
    assert set(CONTENTS) == set(TYPES)


@pytest.mark.parametrize("kind", sorted(CONTENTS))
def test_every_type_is_answered_or_left_alone_on_purpose(kind: str) -> None:
    decision = say(KNOWN, kind, CONTENTS[kind])
    assert bool(decision.replies) == (kind not in UNANSWERED)
    assert not decision.opted_out


@pytest.mark.parametrize("kind", sorted(CONTENTS))
def test_nobody_who_opted_out_is_written_to(kind: str) -> None:
    decision = say(OPTED_OUT, kind, CONTENTS[kind])
    assert decision.replies == ()
    assert decision.opted_out is None, "as it was"
    assert decision.events == ()


@pytest.mark.parametrize("kind", ["a_new_type", "ephemeral"])
def test_a_type_that_meta_adds_is_answered_kindly(kind: str) -> None:
    assert words(say(KNOWN, kind, {"x": 1})) == [texts.NOT_UNDERSTOOD]


@pytest.mark.parametrize("said", ["Oi", "olá!", "BOM DIA", "e aí?", "Boa  noite.", "Menu"])
def test_a_greeting_is_greeted_by_name_with_the_two_buttons(said: str) -> None:
    decision = say(KNOWN, "text", {"body": said})
    (reply,) = decision.replies
    assert isinstance(reply, ReplyButtons)
    assert reply.body.startswith("Olá, Ana!")
    assert [button.title for button in reply.buttons] == ["Ver carros", "Falar com vendedor"]


def test_who_writes_for_the_first_time_is_greeted_whatever_they_say() -> None:
    assert words(say(NEW, "text", {"body": "Tem Civic?"}))[0].startswith("Olá, Ana!")


@pytest.mark.parametrize("name", ["", "   ", "{name}", "{0.__class__}", "x" * 2000, "Ana{"])
def test_any_name_can_be_greeted(name: str) -> None:
    (said,) = words(say(Conversation(name=name), "text", {"body": "oi"}))
    assert len(said) <= 1024
    assert said.startswith("Olá")


def test_both_buttons_lead_on_and_a_wish_becomes_a_lead() -> None:
    seen = say(KNOWN, "interactive", CONTENTS["interactive"])
    assert words(seen) == [texts.WHICH_CAR]
    assert seen.events == ()
    wish = say(Conversation(seen.state or {}, "Ana"), "text", {"body": "Um Civic até 80 mil"})
    assert words(wish) == [texts.CAR_NOTED]
    assert wish.events == (Event("lead", {"interest": "car", "wish": "Um Civic até 80 mil"}),)
    seller = {"type": "button_reply", "button_reply": {"id": "talk_to_seller", "title": "Falar com vendedor"}}
    asked = say(KNOWN, "interactive", seller)
    assert words(asked) == [texts.SELLER_COMING]
    assert asked.events == (Event("lead", {"interest": "seller"}),)


def test_a_long_wish_is_cut() -> None:
    (lead,) = say(ASKED, "text", {"body": "x" * 4096}).events
    assert len(lead.data["wish"]) == 1000


@pytest.mark.parametrize("choice", ["another", ""])
def test_a_button_of_an_older_version_is_answered(choice: str) -> None:
    reply = {"type": "button_reply", "button_reply": {"id": choice, "title": "x"}}
    assert words(say(KNOWN, "interactive", reply)) == [texts.ANYTHING_ELSE]


def test_a_choice_that_nothing_here_offers_is_answered_too() -> None:
    for content in (
        {"type": "list_reply", "list_reply": {"id": "1", "title": "x"}},
        {"type": "nfm_reply", "nfm_reply": {"response_json": "null"}},
    ):
        assert words(say(KNOWN, "interactive", content)) == [texts.ANYTHING_ELSE]
    assert words(say(KNOWN, "button", {"text": "Sim"})) == [texts.ANYTHING_ELSE]


@pytest.mark.parametrize("said", ["parar", "PARE!", "Sair.", "stop", "cancelar"])
def test_who_asks_to_be_left_alone_is_told_once_that_they_will_be(said: str) -> None:
    for conversation in (NEW, KNOWN, ASKED):
        decision = say(conversation, "text", {"body": said})
        assert words(decision) == [texts.OPTED_OUT]
        assert decision.opted_out


def test_who_opted_out_may_come_back() -> None:
    for said in ("voltar", "Voltar!", "START"):
        decision = say(OPTED_OUT, "text", {"body": said})
        assert words(decision) == [texts.OPTED_IN]
        assert decision.opted_out is False
    assert say(OPTED_OUT, "text", {"body": "oi"}).opted_out is None


def test_the_same_is_answered_to_the_same() -> None:
    for kind, content in CONTENTS.items():
        assert say(KNOWN, kind, content) == say(KNOWN, kind, content)
