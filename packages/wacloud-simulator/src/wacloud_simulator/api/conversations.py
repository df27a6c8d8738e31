"""People, what they write, and what they are answered."""

import re
from typing import Any

from flask import Response, abort, jsonify, request

from wacloud_simulator.api.requests import RequestError, body, copies, number
from wacloud_simulator.people import JSON, Person
from wacloud_simulator.phones import Draft
from wacloud_simulator.simulation import Simulation
from wacloud_simulator.webhooks import Update

LONGEST_WAIT = 110.0
BATCH_MOST = 1_000
NAME_MOST = 100
WA_ID = re.compile(r"[0-9]{5,20}")


class Conversations:
    """One method a route."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._world = simulation.world

    def add_person(self) -> tuple[Response, int]:
        """{name, wa_id?, user_id?, username?, key?}; the one who has that number, user id or key when there is one."""
        given = body()
        known = {field: given[field] for field in ("wa_id", "user_id", "username", "key") if given.get(field)}
        name = given.get("name") or known.get("username") or known.get("wa_id") or "Somebody"
        texts = all(isinstance(value, str) and len(value) <= NAME_MOST for value in (name, *known.values()))
        if not texts or not WA_ID.fullmatch(known.get("wa_id", "00000")) or "/" in known.get("key", ""):
            raise RequestError(
                'a person is {"name": "Eva", "wa_id": "5511999990005"}, or {"name": "Eva", "username": "eva"} for '
                "one whose number is hidden; wa_id is 5 to 20 digits, a key has no slash"
            )
        return jsonify(self._world.add_person(name=name, **known).as_json(self._simulation.clock.now())), 201

    def chat(self, key: str) -> Response:
        """Everything said, oldest first."""
        return jsonify(messages=[message.as_json() for message in self._world.chat(self._world.person(key))])

    def write(self, key: str) -> tuple[Response, int]:
        """A message of that person: {"type": T, T: content, "context"?, "copies"?}."""
        given = body()
        draft = Draft.of(given)
        message = self._simulation.phones.write(self._world.person(key), draft, copies=copies(given))
        return jsonify(message.as_json()), 201

    def replies(self, key: str) -> Response:
        """What the business sent: in answer to ?to=<wamid>, or later than ?after=<wamid>, or at all.

        Waits up to ?timeout= seconds until there are ?count= of them; returns what there is then.
        """
        person = self._world.person(key)
        count, timeout = number("count", 1, 10_000), number("timeout", 0, LONGEST_WAIT)
        to, after = request.args.get("to"), request.args.get("after")

        def found() -> list[JSON]:
            chat = self._world.chat(person)
            if after is not None:
                chat = chat[next((n for n, message in enumerate(chat) if message.id == after), len(chat)) :]
            return [
                message.as_json()
                for message in chat
                if not message.from_person and to in (None, message.answers)
            ]

        self._world.wait(lambda: len(found()) >= count, timeout)
        return jsonify(replies=found())

    def act(self, key: str, action: str) -> Response:
        """A person changes number or username, blocks, or stops marketing messages."""
        person = self._simulation.actions.act(self._world.person(key), action, body())
        return jsonify(person.as_json(self._simulation.clock.now()))

    def let_window_pass(self, key: str) -> Response:
        """More than 24 hours go by since that person last wrote."""
        person = self._world.person(key)
        self._world.let_window_pass(person)
        return jsonify(person.as_json(self._simulation.clock.now()))

    def batch(self) -> tuple[Response, int]:
        """{"messages": [{"person": key, "type": T, ...}]}: one body with all of them."""
        items = body().get("messages")
        if not isinstance(items, list) or not 1 <= len(items) <= BATCH_MOST:
            raise RequestError(f"messages is a list of 1 to {BATCH_MOST} messages")
        drafts = [(self._person_of(item), Draft.of(item)) for item in items]
        written = self._simulation.phones.write_together(drafts)
        return jsonify(ids=[message.id for message in written]), 201

    def change(self) -> tuple[Response, int]:
        """{"field": F, "value": {...}}: any other change, as it is."""
        given = body()
        if not isinstance(given.get("field"), str) or not isinstance(given.get("value"), dict):
            raise RequestError('a change is {"field": "account_update", "value": {...}}')
        self._simulation.sender.send(Update(given["field"], given["value"]))
        return jsonify(status="posted"), 202

    def upload(self) -> tuple[Response, int]:
        """A file to send: multipart, field `file`."""
        file = request.files.get("file")
        if file is None:
            raise RequestError("send the file as multipart/form-data, in the field `file`")
        media = self._simulation.media.put(file.read(), file.mimetype, file.filename or "")
        return jsonify(id=media.id, mime_type=media.mime_type), 201

    def media(self, media_id: str) -> Response:
        """A file, for the page."""
        media = self._simulation.media.get(media_id)
        if media is None:
            abort(404, f"there is no media {media_id!r}")
        # The bytes are a person's: shown as what they are, never as a page of this origin.
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        if media.mime_type.split("/")[0] not in ("image", "audio", "video") or "svg" in media.mime_type:
            headers["Content-Disposition"] = "attachment"
        return Response(media.data, mimetype=media.mime_type, headers=headers)

    def _person_of(self, item: Any) -> Person:
        if not isinstance(item, dict) or not isinstance(item.get("person"), str):
            raise RequestError('each message of a batch names its person: {"person": "ana", "text": "Oi"}')
        return self._world.person(item["person"])
