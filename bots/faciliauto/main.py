"""The FacilIAuto bot: greets, offers the two buttons, takes down what a person looks for, hands over to a seller."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from wacloud.inbound import (
    Audio,
    Button,
    ButtonReply,
    Contacts,
    Document,
    FlowReply,
    Image,
    ListReply,
    Location,
    Order,
    OtherContent,
    RequestWelcome,
    Sticker,
    Text,
    Unsupported,
    Video,
)
from wacloud.outbound import ReplyButton, ReplyButtons
from wacloud.outbound import Text as TextReply

from bots import Conversation, Decision, Event, Occasion, TimerFired
from bots.faciliauto import texts

SEE_CARS, TALK_TO_SELLER = "see_cars", "talk_to_seller"
BUTTONS = (
    ReplyButton(id=SEE_CARS, title=texts.SEE_CARS),
    ReplyButton(id=TALK_TO_SELLER, title=texts.TALK_TO_SELLER),
)
_LONGEST_NAME = 40
_LONGEST_WISH = 1_000


def bot(conversation: Conversation, occasion: Occasion, facts: Mapping[str, Any], now: datetime) -> Decision:
    """The decision for any message; for what needs no answer (a reaction, an edit), one without replies."""
    if isinstance(occasion, TimerFired):
        return Decision()
    match occasion.content:
        case Text(body=body):
            return _said(conversation, body)
        case _ if conversation.opted_out:
            return Decision()
        case ButtonReply(id=choice) | Button(payload=str(choice)):
            return _chosen(conversation, choice)
        case Button() | ListReply() | FlowReply():
            return _offer(texts.ANYTHING_ELSE)
        case RequestWelcome():
            return _greeting(conversation)
        case Image() | Video() | Audio() | Document() | Sticker() | Location() | Contacts() | Order():
            return _offer(texts.FILE_RECEIVED)
        case Unsupported() | OtherContent():
            return _offer(texts.NOT_UNDERSTOOD)
        case _:
            return Decision()


def _said(conversation: Conversation, body: str) -> Decision:
    words = _plain(body)
    if words in texts.STOP_WORDS:
        return Decision((TextReply(body=texts.OPTED_OUT),), {}, opted_out=True)
    if conversation.opted_out:
        if words in texts.RETURN_WORDS:
            return replace(_offer(texts.OPTED_IN), opted_out=False)
        return Decision()
    if words in texts.GREETING_WORDS:
        return _greeting(conversation)
    if conversation.state.get("asked") == SEE_CARS:
        lead = Event("lead", {"interest": "car", "wish": body[:_LONGEST_WISH]})
        return Decision((TextReply(body=texts.CAR_NOTED),), _asked(None), events=(lead,))
    if not conversation.state:
        return _greeting(conversation)
    return _offer(texts.ANYTHING_ELSE)


def _chosen(conversation: Conversation, choice: str) -> Decision:
    match choice:
        case "see_cars":
            return Decision((TextReply(body=texts.WHICH_CAR),), _asked(SEE_CARS))
        case "talk_to_seller":
            return Decision(
                (TextReply(body=texts.SELLER_COMING),),
                _asked(TALK_TO_SELLER),
                events=(Event("lead", {"interest": "seller"}),),
            )
        case _:
            return _offer(texts.ANYTHING_ELSE)


def _greeting(conversation: Conversation) -> Decision:
    name = conversation.name.strip().split(" ")[0][:_LONGEST_NAME]
    said = texts.GREETING.format(name=name) if name else texts.GREETING_WITHOUT_NAME
    return Decision((ReplyButtons(body=said, buttons=BUTTONS),), _asked(None))


def _offer(said: str) -> Decision:
    return Decision((ReplyButtons(body=said, buttons=BUTTONS),), _asked(None))


def _asked(question: str | None) -> Mapping[str, Any]:
    return {"asked": question}


def _plain(text: str) -> str:
    """Lower case, without accents, punctuation and surplus spaces."""
    bare = "".join(
        " " if not letter.isalnum() else letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    return " ".join(bare.split())
