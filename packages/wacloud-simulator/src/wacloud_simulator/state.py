"""The simulator's state as one JSON file: written, read back, and refused when a newer simulator wrote it.

What is still on its way to the webhook (retries, statuses that are due) is not part of it.
"""

import base64
import binascii
import json
import os
import threading
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from wacloud_simulator.faults import FaultError, Faults
from wacloud_simulator.graph.media import Media
from wacloud_simulator.graph.templates import Template
from wacloud_simulator.people import JSON, STATUSES, ChatMessage, Person
from wacloud_simulator.simulation import ConfigurationError, Simulation

FORMAT = "wacloud-simulator state"
VERSION = 1
SAVE_SECONDS = 1.0
Entry = TypeVar("Entry", Person, ChatMessage, Template)


class StateError(ValueError):
    """A state that cannot be loaded; says why. Nothing was changed."""


def export_state(simulation: Simulation) -> JSON:
    """People, chats, media (base64), templates, faults and clock."""
    world = simulation.world
    return {
        "format": FORMAT,
        "version": VERSION,
        "clock_offset": simulation.clock.offset,
        "faults": world.faults.as_json(),
        "people": [asdict(person) for person in world.people()],
        "messages": [asdict(message) for message in world.messages()],
        "media": [
            {
                "id": media.id,
                "mime_type": media.mime_type,
                "filename": media.filename,
                "data": base64.b64encode(media.data).decode(),
            }
            for media in simulation.media.all()
        ],
        "templates": [asdict(template) for template in simulation.templates.all()],
    }


def import_state(simulation: Simulation, state: Any) -> None:
    """Puts a state in the place of what there is; StateError when it is none, or a newer one."""
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise StateError(f'this is no state of a simulator; its "format" must be "{FORMAT}"')
    version = state.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise StateError(f"the state's version is {version!r}, but must be a whole number")
    if version > VERSION:
        raise StateError(
            f"the state is of version {version} and this simulator reads up to {VERSION}; install a newer one"
        )
    try:
        faults = Faults().changed(state["faults"])
        people = [_entry(Person, item) for item in state["people"]]
        messages = [_entry(ChatMessage, item) for item in state["messages"]]
        templates = [_entry(Template, item) for item in state["templates"]]
        media = [_media(item) for item in state["media"]]
        offset = float(state["clock_offset"])
    except (KeyError, TypeError, ValueError, FaultError) as error:
        raise StateError(f"the state is damaged: {type(error).__name__}: {error}") from error
    known = {person.key for person in people}
    if not people or len(known) != len(people):
        raise StateError("the state is damaged: it needs at least one person, and every key once")
    for message in messages:
        if message.person not in known or message.status not in STATUSES:
            raise StateError(
                f"the state is damaged: message {message.id!r} has no person or an unknown status"
            )
    simulation.reset()
    simulation.media.load(media)
    simulation.templates.load(templates)
    simulation.clock.set_offset(offset)
    simulation.world.load(people, messages, faults)


def _entry(kind: type[Entry], item: Any) -> Entry:
    if not isinstance(item, dict):
        raise TypeError(f"a {kind.__name__} is an object, and not {item!r}")
    unknown = set(item) - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"a {kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**item)


def _media(item: Any) -> Media:
    try:
        data = base64.b64decode(item["data"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"media {item.get('id')!r} is no base64: {error}") from error
    return Media(str(item["id"]), str(item["mime_type"]), data, str(item["filename"]))


class StateFile:
    """Loads a file at the start, and saves into it a second after each change and at the end."""

    def __init__(self, path: Path, simulation: Simulation) -> None:
        self._path = path
        self._simulation = simulation
        self._stop = threading.Event()
        self._saved = -1
        self._thread = threading.Thread(target=self._run, name="state file", daemon=True)

    def start(self) -> None:
        """ConfigurationError when the file cannot be read."""
        try:
            if self._path.exists():
                import_state(self._simulation, json.loads(self._path.read_bytes()))
            self._save()
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"{self._path}: {error}") from error
        self._thread.start()

    def close(self) -> None:
        """Saves for the last time."""
        self._stop.set()
        self._thread.join()
        self._save()

    def _run(self) -> None:
        while not self._stop.wait(SAVE_SECONDS):
            if self._simulation.events.number != self._saved:
                self._save()

    def _save(self) -> None:
        """Whole or not at all: a simulator that is killed meanwhile leaves the file as it was."""
        self._saved = self._simulation.events.number
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        draft.write_text(json.dumps(export_state(self._simulation)))
        draft.replace(self._path)
