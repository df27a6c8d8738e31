"""A bot made of handlers.

    bot = Bot()

    @bot.on(ButtonReply, id="help")
    def help_wanted(turn):
        return "Escreva sua dúvida."

The handler that fits with the most conditions (`id`, `asked`) is called; of equals, the one defined first.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from wacloud.inbound import Button, ButtonReply, ListReply, Message
from wacloud.outbound import Outbound, Text

from bots.interface import Answer, Conversation, Decision, Occasion, Port, Query, TimerFired

ContentT = TypeVar("ContentT")
HandlerT = TypeVar("HandlerT", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Turn(Generic[ContentT]):
    """One call of a handler: what happened, what is known, and the facts asked for so far."""

    content: ContentT
    message: Message | None
    conversation: Conversation
    facts: Mapping[str, Any]
    now: datetime

    @property
    def state(self) -> Mapping[str, Any]:
        """The bot's own, from before."""
        return self.conversation.state

    @property
    def name(self) -> str:
        """The person's own word for themselves, or the empty string."""
        return self.conversation.name


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: `words` are sent, and `on(..., asked=key)` gets the answer."""

    key: str
    words: str | Outbound


Reply = str | Outbound
Returned = Reply | list[Reply] | Ask | Decision | Query | list[Query] | None
# Where each kind of content keeps what `id` is compared with.
_ID_OF: Mapping[type, str] = {ButtonReply: "id", ListReply: "id", Button: "payload", TimerFired: "id"}


class BotError(Exception):
    """A bot is written in a way that cannot work; the message says what to change."""


@dataclass(frozen=True, slots=True)
class _Rule:
    kinds: tuple[type, ...]
    id: str | None
    asked: str | None
    handler: Callable[[Any], Any]

    @property
    def conditions(self) -> int:
        return (self.id is not None) + (self.asked is not None)

    def fits(self, content: object, state: Mapping[str, Any]) -> bool:
        if not isinstance(content, self.kinds):
            return False
        if self.id is not None and getattr(content, _ID_OF[type(content)]) != self.id:
            return False
        return self.asked is None or state.get("asked") == self.asked


@dataclass(slots=True)
class Bot:
    """A decider made of handlers; `ports` answer its queries.  What no handler fits is answered with nothing."""

    ports: Mapping[str, Port] = field(default_factory=dict)
    _rules: list[_Rule] = field(default_factory=list, repr=False)
    _otherwise: Callable[[Any], Any] | None = field(default=None, repr=False)

    def on(
        self,
        *kinds: type,
        id: str | None = None,  # noqa: A002 the contents' own word
        asked: str | None = None,
    ) -> Callable[[HandlerT], HandlerT]:
        """For these kinds of content; with `id`, for that button, row or timer; with `asked`, for the answer to that Ask.

        The handler takes a Turn and returns what is to be sent (text, a message, several), an Ask, a Decision, one or
        more Query, or None for nothing.  It may be asynchronous.
        """
        _check_condition(kinds, id)

        def register(handler: HandlerT) -> HandlerT:
            rule = _Rule(kinds, id, asked, handler)
            self._refuse_shadowed(rule)
            self._rules.append(rule)
            self._rules.sort(key=lambda each: -each.conditions)
            return handler

        return register

    def otherwise(self, handler: HandlerT | Ask | Reply) -> HandlerT | Ask | Reply:
        """For whatever no other handler fits: a handler, or an answer that is always the same."""
        if self._otherwise is not None:
            raise BotError("bot.otherwise is defined twice: keep one")
        fixed = isinstance(handler, Ask | str | Outbound)
        self._otherwise = (lambda _: handler) if fixed else cast(Callable[[Any], Any], handler)
        return handler

    def __call__(
        self, conversation: Conversation, occasion: Occasion, facts: Mapping[str, Any], now: datetime
    ) -> Answer | Awaitable[Answer]:
        message = occasion if isinstance(occasion, Message) else None
        content = occasion.content if isinstance(occasion, Message) else occasion
        rule = next((each for each in self._rules if each.fits(content, conversation.state)), None)
        handler = rule.handler if rule else self._otherwise
        if handler is None:
            return Decision()
        turn = Turn(content, message, conversation, facts, now)
        answered = bool(rule and rule.asked)
        returned = handler(turn)
        if inspect.isawaitable(returned):
            return self._later(returned, turn, handler, answered=answered)
        return self._answer(returned, turn, handler, answered=answered)

    async def _later(
        self, returned: Awaitable[Any], turn: Turn[Any], handler: Callable[[Any], Any], *, answered: bool
    ) -> Answer:
        return self._answer(await returned, turn, handler, answered=answered)

    def _answer(
        self, returned: Any, turn: Turn[Any], handler: Callable[[Any], Any], *, answered: bool
    ) -> Answer:
        match returned:
            case None:
                return Decision()
            case Decision():
                return returned
            case Ask(key=key, words=words):
                return Decision((_message(words),), {**turn.state, "asked": key})
            case str() | Outbound():
                return Decision((_message(returned),), _kept(turn.state, answered=answered))
            case Query():
                return (self._known(returned),)
            case [Query(), *_] if all(isinstance(each, Query) for each in returned):
                return tuple(self._known(each) for each in returned)
            case list() | tuple() if all(isinstance(each, str | Outbound) for each in returned):
                replies = tuple(_message(each) for each in returned)
                return Decision(replies, _kept(turn.state, answered=answered))
            case _:
                name = getattr(handler, "__name__", "a handler")
                raise BotError(
                    f"{name} returned {returned!r}: return text, a message of bots.reply, a list of these, "
                    "an Ask, a Decision, one or more Query, or None"
                )

    def _known(self, query: Query) -> Query:
        if query.port not in self.ports:
            raise BotError(
                f"query {query.name!r} names the port {query.port!r}, which the bot has not: "
                f"Bot(ports={{{query.port!r}: ...}})"
            )
        return query

    def _refuse_shadowed(self, rule: _Rule) -> None:
        for earlier in self._rules:
            same = (earlier.id, earlier.asked) == (rule.id, rule.asked)
            if same and set(rule.kinds) <= set(earlier.kinds):
                raise BotError(
                    f"{getattr(rule.handler, '__name__', 'a handler')} would never be called: "
                    f"{getattr(earlier.handler, '__name__', 'another')} takes the same; "
                    "remove one, or give it an id or asked of its own"
                )


def _check_condition(kinds: tuple[type, ...], id: str | None) -> None:  # noqa: A002 the contents' own word
    if not kinds:
        raise BotError("bot.on() needs a kind of content: bot.on(Text), or bot.otherwise for everything else")
    for kind in kinds:
        if not isinstance(kind, type):
            raise BotError(f"bot.on({kind!r}): a kind of content is a class, for instance bots.Text")
        if issubclass(kind, Outbound):
            raise BotError(
                f"bot.on({kind.__name__}): that is what is sent; what comes in is bots.{kind.__name__}"
            )
        if id is not None and kind not in _ID_OF:
            known = ", ".join(each.__name__ for each in _ID_OF)
            raise BotError(
                f"bot.on({kind.__name__}, id={id!r}): {kind.__name__} has no id; these have: {known}"
            )


def _message(words: Reply) -> Outbound:
    return Text(body=words) if isinstance(words, str) else words


def _kept(state: Mapping[str, Any], *, answered: bool) -> Mapping[str, Any] | None:
    """A question that was answered is no longer asked; otherwise the state stays."""
    return {key: value for key, value in state.items() if key != "asked"} if answered else None
