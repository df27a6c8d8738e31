"""A seed file: the people, templates and conversations that a simulator starts with, and returns to at each reset.

It is written by hand, unlike a state. The same file gives the same ids on every machine and in every run.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wacloud_simulator.graph.errors import GraphRefusalError
from wacloud_simulator.graph.templates import Template, Templates
from wacloud_simulator.people import JSON, ChatMessage, Person, new_wamid, user_id_of

BETWEEN_SECONDS = 60.0
PERSON = ("key", "name", "wa_id", "user_id", "username")
EXAMPLE = '{"people": [{"key": "eva", "name": "Eva", "wa_id": "5511999990005"}]}'


class SeedError(ValueError):
    """A seed file that cannot be used; says where it is wrong."""


@dataclass(frozen=True)
class Seed:
    """What stands in a seed file. Without `people` or `templates` the usual ones are there."""

    people: tuple[Person, ...] = ()
    templates: tuple[Template, ...] = ()
    conversations: Mapping[str, tuple[ChatMessage, ...]] | None = None

    def people_at(self, now: float) -> list[Person]:
        """The people, with the windows that their conversations have opened."""
        return [
            replace(person, last_inbound_at=max(written))
            if (written := self._written(person.key, now))
            else replace(person)
            for person in self.people
        ]

    def messages_at(self, now: float) -> list[ChatMessage]:
        """The conversations; each message is a minute younger than the one before, the newest is of `now`."""
        return [
            replace(message, at=at, moments={"read": at}, reactions={})
            for key in self.conversations or {}
            for message, at in self._timed(key, now)
        ]

    def _timed(self, key: str, now: float) -> list[tuple[ChatMessage, float]]:
        chat = (self.conversations or {}).get(key, ())
        return [
            (message, now - (len(chat) - 1 - index) * BETWEEN_SECONDS) for index, message in enumerate(chat)
        ]

    def _written(self, key: str, now: float) -> list[float]:
        return [at for message, at in self._timed(key, now) if message.from_person]


def read_seed(file: Path) -> Seed:
    """SeedError when the file is missing, is no JSON, or holds what no seed has."""
    try:
        given = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise SeedError(f"{file}: {error}") from error
    try:
        return parse_seed(given)
    except SeedError as error:
        raise SeedError(f"{file}: {error}") from error


def parse_seed(given: Any) -> Seed:
    """A seed from JSON; SeedError says where it is wrong."""
    if not isinstance(given, dict) or set(given) - {"people", "templates", "conversations"}:
        raise SeedError(f"a seed is an object of people, templates and conversations, as {EXAMPLE}")
    people = tuple(_person(item, f"people[{index}]") for index, item in enumerate(_list(given, "people")))
    for name in ("key", "wa_id", "user_id"):
        values = [getattr(person, name) for person in people if getattr(person, name) is not None]
        if len(set(values)) != len(values):
            raise SeedError(f"two people have the same {name}")
    made = Templates()
    templates = []
    for index, item in enumerate(_list(given, "templates")):
        try:
            template = made.create(item)
        except GraphRefusalError as refused:
            raise SeedError(
                f"templates[{index}]: {refused.message} {refused.details or ''}".rstrip()
            ) from refused
        digits = int(hashlib.sha256(f"{template.name}:{template.language}".encode()).hexdigest(), 16)
        templates.append(replace(template, id=str(digits % (9 * 10**15) + 10**15)))
    chats = given.get("conversations", {})
    if not isinstance(chats, dict):
        raise SeedError(
            'conversations are by the key of a person: {"eva": [{"from": "person", "text": "Oi"}]}'
        )
    by_key = {person.key: person for person in people}
    unknown = set(chats) - set(by_key)
    if unknown:
        raise SeedError(
            f"conversations with {', '.join(sorted(unknown))}, who is none of the people of this seed"
        )
    conversations = {key: _conversation(by_key[key], chat) for key, chat in chats.items()}
    return Seed(people, tuple(templates), conversations)


def _list(given: JSON, name: str) -> list[Any]:
    found = given.get(name, [])
    if not isinstance(found, list):
        raise SeedError(f"{name} must be a list")
    return found


def _person(item: Any, where: str) -> Person:
    if not isinstance(item, dict) or set(item) - set(PERSON):
        raise SeedError(f"{where}: a person is an object of {', '.join(PERSON)}")
    if not all(isinstance(value, str) and value for value in item.values()) or not item.get("name"):
        raise SeedError(f"{where}: a person has a name, and every value is a text")
    number, username = item.get("wa_id"), item.get("username")
    identity = number or username
    if identity is None:
        raise SeedError(f"{where}: a person has a wa_id, a username, or both")
    if number is not None and not (number.isdecimal() and 5 <= len(number) <= 20):
        raise SeedError(f"{where}: wa_id is {number!r}, but must be 5 to 20 digits")
    key = item.get("key") or identity
    if "/" in key:
        raise SeedError(f"{where}: a key has no slash")
    return Person(key, item["name"], item.get("user_id") or user_id_of(identity), number, username)


def _conversation(person: Person, chat: Any) -> tuple[ChatMessage, ...]:
    where = f"conversations.{person.key}"
    if not isinstance(chat, list):
        raise SeedError(f'{where} must be a list of messages, as [{{"from": "person", "text": "Oi"}}]')
    messages = []
    for index, item in enumerate(chat):
        if not isinstance(item, dict) or item.get("from") not in ("person", "business"):
            raise SeedError(
                f'{where}[{index}]: a message is {{"from": "person" or "business", "text": "Oi"}}'
            )
        kind = item.get("type", "text")
        content = {"body": item["text"]} if isinstance(item.get("text"), str) else item.get(kind)
        if not isinstance(kind, str) or content is None:
            raise SeedError(f'{where}[{index}]: the content is missing, as "text": "Oi"')
        from_person = item["from"] == "person"
        serial = hashlib.sha256(f"{person.key}:{index}".encode()).hexdigest()[:20]
        wamid = new_wamid(person.wa_id or person.user_id[3:16], from_person=from_person, serial=serial)
        messages.append(ChatMessage(wamid, person.key, from_person, kind, content, 0.0, status="read"))
    return tuple(messages)
