"""POST /{version}/{number}/messages: takes a message as Meta would, or refuses it. No HTTP here."""

import re
from collections.abc import Callable
from typing import Any

from wacloud_simulator.faults import SendFault
from wacloud_simulator.graph.errors import bad_value, invalid, refusal, status_error
from wacloud_simulator.graph.media import MediaStore
from wacloud_simulator.graph.rates import Rates
from wacloud_simulator.graph.templates import Template, Templates
from wacloud_simulator.graph.validation import check_send
from wacloud_simulator.people import JSON, ChatMessage, Person, user_id_of
from wacloud_simulator.phones import MEDIA_TYPES, Phones
from wacloud_simulator.world import World

UNREACHABLE_HOSTS = ("unreachable.example", "unreachable.invalid")


class Sends:
    """The state that decides whether a send is taken."""

    def __init__(
        self,
        world: World,
        phones: Phones,
        media: MediaStore,
        templates: Templates,
        *,
        rates: Rates,
        answered_by: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._world = world
        self._phones = phones
        self._media = media
        self._templates = templates
        self._rates = rates
        self._answered_by = answered_by

    def accept(self, payload: Any, fault: SendFault | None = None) -> tuple[JSON, ChatMessage | None]:
        """The answer and, unless it was a read mark, the message; GraphRefusalError as Meta's.

        A `fault` whose report is `status` lets the message be accepted and fail afterwards.
        """
        if isinstance(payload, dict) and payload.get("status") is not None:
            return self._mark_read(payload), None
        kind = check_send(payload)
        person = self._recipient(payload)
        content = payload[kind]
        template = None
        if kind in MEDIA_TYPES and content.get("id") and self._media.get(str(content["id"])) is None:
            raise invalid(f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID ")
        if kind == "template":
            template = self._templates.check_send(content)
        elif not person.window_open(self._world.clock.now()):
            raise refusal(131047)
        self._rates.spend(person.key)
        person = self._world.add_person(
            name=person.name, wa_id=person.wa_id, user_id=person.user_id, key=person.key
        )
        message = self._message(payload, kind, person, template)
        if kind in MEDIA_TYPES and any(host in str(content.get("link")) for host in UNREACHABLE_HOSTS):
            error = status_error(131053, "Media download error: the link could not be reached")
            self._phones.fail(person, message, error)
        elif fault is not None and fault.report == "status":
            self._phones.fail(person, message, status_error(int(fault.fault)))
        elif (
            kind == "template" and template and template.category == "MARKETING" and person.stopped_marketing
        ):
            self._phones.fail(person, message, status_error(131050))
        elif person.blocked:
            self._phones.fail(person, message, status_error(131026))
        else:
            self._phones.receive(person, message)
        return self._answer(payload, person, message), message

    def recipient_key(self, payload: Any) -> str | None:
        """The key of whom a send is for, as far as its body says."""
        try:
            return self._recipient(payload).key
        except (TypeError, KeyError, AttributeError):
            return None

    def _recipient(self, payload: JSON) -> Person:
        """Whom it is for. Somebody unknown gets a phone once a send is taken: every number can be written to."""
        if payload.get("to") is not None:
            digits = re.sub(r"\D", "", str(payload["to"]))
            stranger = Person(digits, f"+{digits}", user_id_of(digits), wa_id=digits)
            return self._world.find(digits, None) or stranger
        user_id = str(payload["recipient"])
        return self._world.find(None, user_id) or Person(user_id, user_id, user_id)

    def _message(self, payload: JSON, kind: str, person: Person, template: Template | None) -> ChatMessage:
        content = payload[kind]
        if template is not None:
            content = content | {"definition": template.as_json()}
        callback_data = payload.get("biz_opaque_callback_data")
        now = self._world.clock.now()
        return ChatMessage(
            self._world.new_id(person, from_person=False),
            person.key,
            False,
            kind,
            content,
            now,
            {"id": payload["context"]["message_id"]} if payload.get("context") else None,
            "accepted",
            {"accepted": now},
            callback_data=callback_data,
            answers=self._answered(payload, person),
        )

    def _answered(self, payload: JSON, person: Person) -> str | None:
        """The message that a send answers: its callback data say it, or it quotes it, or it follows the newest."""
        log_id = self._answered_by(payload.get("biz_opaque_callback_data") or "")
        if log_id is not None:
            return self._world.message_of_log_id(log_id)
        quoted = self._world.message((payload.get("context") or {}).get("message_id", ""))
        if quoted is not None and quoted.from_person:
            return quoted.id
        newest = self._world.last_written(person)
        return newest.id if newest is not None and person.window_open(self._world.clock.now()) else None

    def _answer(self, payload: JSON, person: Person, message: ChatMessage) -> JSON:
        contact: JSON = {"input": str(payload.get("to") or payload.get("recipient"))}
        if payload.get("to") is not None:
            contact["wa_id"] = person.wa_id
        contact["user_id"] = person.user_id
        sent = {"id": message.id} | ({"message_status": "accepted"} if message.type == "template" else {})
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]}

    def _mark_read(self, payload: JSON) -> JSON:
        if payload["status"] != "read":
            raise invalid(f'Param status must be one of {{READ}} - got "{payload["status"]}".')
        if payload.get("messaging_product") != "whatsapp":
            raise invalid("The parameter messaging_product is required.")
        typing = payload.get("typing_indicator")
        if typing is not None and (not isinstance(typing, dict) or typing.get("type") != "text"):
            raise invalid("Param typing_indicator['type'] must be one of {TEXT}.")
        if not self._phones.read_by_business(str(payload.get("message_id")), typing=typing is not None):
            raise bad_value("Parameter 'message_id' is not the id of a message that this number received")
        return {"success": True}
