"""What a person does besides writing: changes number or username, blocks or reports the business, stops marketing.

Source of the updates: https://developers.facebook.com/documentation/business-messaging/whatsapp (changelog of
2026-08-11: `user_changed_number`, `user_changed_user_id`; webhook field `user_preferences`). That a block or a report
sends no update of its own, and that a change of username sends none, is assumed.
"""

from typing import Any

from wacloud_simulator.people import JSON, ChatMessage, Person, user_id_of
from wacloud_simulator.webhooks import Update, WebhookSender
from wacloud_simulator.world import World

ACTIONS = ("change", "block", "unblock", "stop_marketing", "resume_marketing")


class ActionError(ValueError):
    """An action that does not exist or lacks something; says what to give."""


class PersonActions:
    """Carries actions out and posts the updates that follow from them."""

    def __init__(self, world: World, sender: WebhookSender) -> None:
        self._world = world
        self._sender = sender

    def act(self, person: Person, action: str, given: JSON) -> Person:
        """One of ACTIONS; ActionError says what is wrong."""
        match action:
            case "change":
                self._change(person, given)
            case "block" | "unblock":
                self._world.edit_person(person, lambda found: setattr(found, "blocked", action == "block"))
            case "stop_marketing" | "resume_marketing":
                self._prefer(person, stopped=action == "stop_marketing")
            case _:
                raise ActionError(f"{action!r} is no action of a person; there are {', '.join(ACTIONS)}")
        return person

    def _change(self, person: Person, given: JSON) -> None:
        """A new `wa_id` or `username` (null takes it away). Number and user id change together, as at Meta."""
        if not given or set(given) - {"wa_id", "username", "user_id"}:
            raise ActionError('a change names what is new: {"wa_id": "5511999990009"} or {"username": null}')
        for name, value in given.items():
            if value is not None and not (isinstance(value, str) and value and len(value) <= 100):
                raise ActionError(f"{name} is {value!r}, but must be null or a text")
        number: Any = given.get("wa_id", person.wa_id)
        if number is not None and not (number.isdecimal() and 5 <= len(number) <= 20):
            raise ActionError(f"wa_id is {number!r}, but must be 5 to 20 digits")
        if self._world.find(number, None) not in (None, person):
            raise ActionError(f"somebody else has the number {number}")
        username = given.get("username", person.username)
        if number is None and username is None:
            raise ActionError("without a number a person needs a username")
        previous_id, previous_number = person.user_id, person.wa_id
        moved = number != previous_number
        user_id = given.get("user_id") or (user_id_of(f"{previous_id}>{number}") if moved else previous_id)

        def change(found: Person) -> None:
            found.wa_id, found.username, found.user_id = number, username, user_id

        self._world.edit_person(person, change)
        if user_id != previous_id:
            self._say_moved(person, previous_id, previous_number)

    def _say_moved(self, person: Person, previous_id: str, previous_number: str | None) -> None:
        kind = "user_changed_number" if person.wa_id is not None else "user_changed_user_id"
        was, now = previous_number or previous_id, person.wa_id or person.user_id
        system: JSON = {
            "body": f"User {person.name} changed from {was} to {now}",
            "type": kind,
            "user_id": person.user_id,
            "previous_user_id": previous_id,
        }
        if person.wa_id is not None:
            system["wa_id"] = person.wa_id
        at = self._world.clock.now()
        message = ChatMessage(
            self._world.new_id(person, from_person=True), person.key, True, "system", system, at
        )
        self._world.write(person, message, opens_window=False)
        item: JSON = {"from": previous_number} if previous_number is not None else {}
        item |= {"from_user_id": previous_id, "id": message.id, "timestamp": str(int(at))}
        item |= {"type": "system", "system": system}
        # A system update has no contacts: the sender is given no person for them, and the lane is the message's.
        self._sender.send(Update("messages", item, None, message.id))

    def _prefer(self, person: Person, *, stopped: bool) -> None:
        def change(found: Person) -> None:
            found.stopped_marketing = stopped

        self._world.edit_person(person, change)
        preference: JSON = {"wa_id": person.wa_id} if person.wa_id is not None else {}
        preference |= {
            "user_id": person.user_id,
            "detail": f"User requested to {'stop' if stopped else 'resume'} marketing messages",
            "category": "marketing_messages",
            "value": "stop" if stopped else "resume",
            "timestamp": int(self._world.clock.now()),
        }
        business = self._world.business
        value = {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": business.display_phone_number,
                "phone_number_id": business.phone_number_id,
            },
            "contacts": [person.contact],
            "user_preferences": [preference],
        }
        self._sender.send(Update("user_preferences", value))
