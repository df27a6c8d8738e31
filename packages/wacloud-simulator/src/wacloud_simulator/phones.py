"""What the phones do: people write, and what the business sends arrives, is delivered and read."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from wacloud_simulator.faults import Faults
from wacloud_simulator.graph.media import MediaStore
from wacloud_simulator.notification import message_update, status_update
from wacloud_simulator.people import JSON, ChatMessage, Person
from wacloud_simulator.samples import sample_file
from wacloud_simulator.webhooks import Update, WebhookSender
from wacloud_simulator.world import World

MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")
WITHOUT_CONTENT = ("request_welcome",)
# When each status follows the answer of the Graph API.
STATUS_SECONDS = (("sent", 0.05), ("delivered", 0.25), ("read", 0.8))
DISORDER_SECONDS = 1.0
SAMPLE_AD: JSON = {
    "source_url": "https://fb.me/3cr4Wqqkv",
    "source_id": "120226305854810726",
    "source_type": "ad",
    "body": "Used cars with a guarantee",
    "headline": "Chat with us",
    "media_type": "image",
    "image_url": "https://scontent.example/ad.png",
    "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4_0NiNhEgpGo0AHemvuSoifXaytfTzcchptiErTKCqTrJ5nW1h7IHYeYymGb5K",
    "welcome_message": {"text": "Hi! What are you looking for?"},
}


class BadMessageError(ValueError):
    """A message that no phone would send; says what is wrong with it."""


@dataclass(frozen=True)
class Draft:
    """A message that a person is about to send. `content` in Meta's shape; a plain str for a text."""

    type: str
    content: Any = None
    context: JSON | None = None
    referral: JSON | None = None

    @staticmethod
    def of(payload: Any) -> "Draft":
        """From {"type": T, T: content, "context"?: {"id": wamid}}."""
        if not isinstance(payload, dict) or not isinstance(payload.get("type", "text"), str):
            raise BadMessageError('a message is an object like {"type": "text", "text": "Oi"}')
        kind = payload.get("type", "text")
        context = payload.get("context")
        if context is not None and not isinstance(context, dict):
            raise BadMessageError('context is an object like {"id": "wamid..."}')
        return Draft(kind, payload.get(kind), context, _referral(payload.get("referral")))


def _referral(given: Any) -> JSON | None:
    """An ad's referral, completed; True for a sample."""
    if given is None or given is False:
        return None
    if given is True:
        given = {}
    if not isinstance(given, dict):
        raise BadMessageError('referral is true, or an object like {"source_id": "...", "headline": "..."}')
    return SAMPLE_AD | given


class Phones:
    """Every person's phone."""

    def __init__(self, world: World, sender: WebhookSender, media: MediaStore, media_url: str) -> None:
        self._world = world
        self._sender = sender
        self._media = media
        self._media_url = media_url

    def write(self, person: Person, draft: Draft, *, copies: int = 1) -> ChatMessage:
        """A person sends a message; the webhook hears of it at once, `copies` times in parallel."""
        message, update = self._prepare(person, draft)
        if copies > 1:
            self._sender.send_together([update], copies=copies)
        else:
            self._sender.send(update)
        return message

    def write_together(self, drafts: list[tuple[Person, Draft]]) -> list[ChatMessage]:
        """Many messages that reach the webhook in one body."""
        prepared = [self._prepare(person, draft) for person, draft in drafts]
        self._sender.send_together([update for _, update in prepared])
        return [message for message, _ in prepared]

    def adopt(self, body: str) -> list[str]:
        """The ids of the messages in a body that somebody edited; those that are new enter their person's chat."""
        try:
            changes = [change for entry in json.loads(body)["entry"] for change in entry["changes"]]
            found = [item for change in changes for item in change["value"].get("messages", ())]
            messages = [(str(item["id"]), str(item["type"]), item) for item in found]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return []  # what the webhook makes of it is the experiment
        for message_id, kind, item in messages:
            person = self._world.find(item.get("from"), item.get("from_user_id"))
            if person is not None and self._world.message(message_id) is None:
                content, context = item.get(kind), item.get("context")
                self._world.write(
                    person,
                    ChatMessage(
                        message_id, person.key, True, kind, content, self._world.clock.now(), context
                    ),
                )
        return [message_id for message_id, _, _ in messages]

    def receive(self, person: Person, message: ChatMessage) -> None:
        """The business has sent something: it is shown, and its statuses go out."""
        self._world.write(person, message)
        if message.type == "reaction":
            self._react(message.content, "business")
        steps = list(STATUS_SECONDS)
        if self._faults(person).disorder:
            steps = [(status, random.uniform(0, DISORDER_SECONDS)) for status, _ in steps]  # noqa: S311 disorder
        for status, seconds in steps:
            self._sender.later(seconds, self._settle(person, message, status))

    def fail(self, person: Person, message: ChatMessage, error: JSON) -> None:
        """Accepted first and refused later, as Meta does for media it cannot fetch."""
        self._world.write(person, message)

        def failed() -> None:
            self._world.change(message.id, lambda found: setattr(found, "error", error))
            self._settle(person, message, "failed", error)()

        self._sender.later(STATUS_SECONDS[0][1], failed)

    def read_by_business(self, message_id: str, *, typing: bool) -> bool:
        """Blue ticks, also on what came earlier; whether there is such a message."""
        message = self._world.message(message_id)
        if message is None or not message.from_person:
            return False
        person = self._world.person(message.person)
        now = self._world.clock.now()
        for earlier in self._world.chat(person):
            if earlier.from_person and "read" not in earlier.moments and earlier.at <= message.at:
                self._world.change(earlier.id, lambda found: found.advance("read", now))
        if typing:
            self._world.type_to(person)
        return True

    def _faults(self, person: Person) -> Faults:
        return self._world.faults.of_webhooks(frozenset({person.key}))

    def _settle(
        self, person: Person, message: ChatMessage, status: str, error: JSON | None = None
    ) -> Callable[[], None]:
        def settle() -> None:
            now = self._world.clock.now()
            self._world.change(message.id, lambda found: found.advance(status, now))
            if not self._faults(person).statuses_lost:
                item = status_update(person, message, status, now, error)
                self._sender.send(Update("statuses", item, person, message.id))

        return settle

    def _prepare(self, person: Person, draft: Draft) -> tuple[ChatMessage, Update]:
        draft = self._complete(draft)
        message = ChatMessage(
            self._world.new_id(person, from_person=True),
            person.key,
            True,
            draft.type,
            draft.content,
            self._world.clock.now(),
            self._context(draft.context),
            referral=draft.referral,
        )
        self._world.write(person, message)
        if draft.type == "reaction":
            self._react(draft.content, "person")
        return message, Update("messages", message_update(person, message), person, message.id)

    def _complete(self, draft: Draft) -> Draft:
        """Meta's shape from what was given."""
        content = draft.content
        if draft.type == "text" and isinstance(content, str):
            content = {"body": content}
        if draft.type == "text" and (not isinstance(content, dict) or not content.get("body")):
            raise BadMessageError('a text needs a body: {"type": "text", "text": "Oi"}')
        if draft.type == "reaction" and not (isinstance(content, dict) and content.get("message_id")):
            raise BadMessageError('a reaction is an object like {"message_id": "wamid...", "emoji": "👍"}')
        if draft.type in MEDIA_TYPES:
            content = self._complete_media(draft.type, content or {})
        if content is None and draft.type not in WITHOUT_CONTENT:
            raise BadMessageError(f'the content is missing: {{"type": "{draft.type}", "{draft.type}": ...}}')
        return replace(draft, content=content)

    def _complete_media(self, kind: str, given: Any) -> JSON:
        if not isinstance(given, dict):
            raise BadMessageError(
                f'{kind} is an object like {{"id": "<from POST /api/media>", "caption": "..."}}'
            )
        media = self._media.get(str(given["id"])) if "id" in given else self._media.put(*sample_file(kind))
        if media is None:
            raise BadMessageError(f"there is no media {given['id']!r}; upload it with POST /api/media")
        url = f"{self._media_url}?mid={media.id}&ext=0&hash={self._media.new_url_key(media.id)}"
        content = {"mime_type": media.mime_type, "sha256": media.sha256, "id": media.id, "url": url}
        content |= {key: given[key] for key in ("caption", "voice", "animated") if key in given}
        if kind == "document":
            content["filename"] = given.get("filename") or media.filename or "document.pdf"
        return content

    def _context(self, context: JSON | None) -> JSON | None:
        """A reply names whom it answers."""
        if context is None or "id" not in context or "from" in context:
            return context
        answered = self._world.message(str(context["id"]))
        if answered is not None and answered.from_person:
            person = self._world.person(answered.person)
            return ({"from": person.wa_id} if person.wa_id else {}) | context
        return {"from": self._world.business.display_phone_number, **context}

    def _react(self, reaction: JSON, who: str) -> None:
        emoji = reaction.get("emoji") or ""

        def react(found: ChatMessage) -> None:
            found.reactions.pop(who, None)
            if emoji:
                found.reactions[who] = emoji

        self._world.change(str(reaction["message_id"]), react)
