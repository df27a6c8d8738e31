"""The simulator's state: people, their chats, the faults. Thread-safe; every change is published to the open pages."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from wacloud_simulator.clock import Clock
from wacloud_simulator.events import Events
from wacloud_simulator.faults import Faults, SendFault
from wacloud_simulator.notification import message_update
from wacloud_simulator.people import (
    JSON,
    WINDOW_SECONDS,
    Business,
    ChatMessage,
    Person,
    first_people,
    new_wamid,
    user_id_of,
)

TYPING_SECONDS = 25.0
KEPT_PEOPLE = 3_000
KEPT_MESSAGES = 20_000


class UnknownPersonError(LookupError):
    """Nobody of that name."""


class World:
    """Who is there and what was said."""

    def __init__(
        self,
        business: Business,
        events: Events,
        clock: Clock | None = None,
        id_of: Callable[[JSON], str] = lambda item: str(item["id"]),
    ) -> None:
        """`id_of` says by which id the services' logs name a message, given its entry in `messages`."""
        self.business = business
        self.clock = clock or Clock()
        self._id_of = id_of
        self.faults = Faults()
        self._events = events
        self._changed = threading.Condition(threading.RLock())
        self._people: OrderedDict[str, Person] = OrderedDict()
        self._messages: OrderedDict[str, ChatMessage] = OrderedDict()
        self._log_ids: OrderedDict[str, str] = OrderedDict()
        self.reset()

    def reset(self) -> None:
        """Back to the first people, empty chats, no faults and real time."""
        with self._changed:
            self.faults = Faults()
            self.clock.set_offset(0.0)
            self._messages.clear()
            self._log_ids.clear()
            self._people = OrderedDict((person.key, person) for person in first_people(self.clock.now()))
            self._events.publish("reset", {})

    def load(self, people: list[Person], messages: list[ChatMessage], faults: Faults) -> None:
        """Puts people, chats and faults in the place of what there is."""
        with self._changed:
            self._people = OrderedDict((person.key, person) for person in people)
            self._messages = OrderedDict((message.id, message) for message in messages)
            self._log_ids = OrderedDict(
                (self._id_of(message_update(self._people[message.person], message)), message.id)
                for message in messages
                if message.from_person and message.person in self._people
            )
            self.faults = faults
            self._changed.notify_all()
            self._events.publish("reset", {})

    def set_faults(self, faults: Faults) -> None:
        """From now on."""
        with self._changed:
            self.faults = faults
            self._events.publish("faults", faults.as_json())

    def take_send_fault(self, person: str | None) -> SendFault | None:
        """What the next send to that person meets; counts where a fault is limited."""
        with self._changed:
            left, met = self.faults.take(person)
            if left != self.faults:
                self.set_faults(left)
            return met

    def advance(self, seconds: float) -> None:
        """Moves the clock forward; windows, typing, retries and addresses of media follow."""
        self.clock.advance(seconds)
        self._publish_clock()

    def _publish_clock(self) -> None:
        with self._changed:
            self._events.publish("clock", {"offset": self.clock.offset})
            for person in self._people.values():
                self._events.publish("person", person.as_json(self.clock.now()))

    # People

    def people(self) -> list[Person]:
        """Everybody."""
        with self._changed:
            return list(self._people.values())

    def person(self, key: str) -> Person:
        """By key; UnknownPersonError."""
        with self._changed:
            try:
                return self._people[key]
            except KeyError:
                message = f"there is nobody with the key {key!r}; add them with POST /api/people"
                raise UnknownPersonError(message) from None

    def add_person(
        self,
        *,
        name: str,
        wa_id: str | None = None,
        user_id: str | None = None,
        username: str | None = None,
        key: str | None = None,
    ) -> Person:
        """Somebody new; the one who has that key, number or user id already when there is one."""
        with self._changed:
            known = self.find(wa_id, user_id) or (self._people.get(key) if key else None)
            if known is not None:
                return known
            identity = user_id or user_id_of(wa_id or username or key or name)
            chosen = key or wa_id or identity
            person = Person(chosen, name, identity, wa_id=wa_id, username=username)
            self._people[chosen] = person
            if len(self._people) > KEPT_PEOPLE:
                self._people.popitem(last=False)
            self._events.publish("person", person.as_json(self.clock.now()))
        return person

    def find(self, wa_id: str | None, user_id: str | None) -> Person | None:
        """Whom a send is addressed to: the number wins over the user id, as at Meta."""
        with self._changed:
            for person in self._people.values():
                if wa_id is not None and person.wa_id == wa_id:
                    return person
            for person in self._people.values():
                if wa_id is None and user_id is not None and person.user_id == user_id:
                    return person
        return None

    def edit_person(self, person: Person, edit: Callable[[Person], None]) -> None:
        """Edits a person under the lock and shows them anew."""
        with self._changed:
            edit(person)
            self._events.publish("person", person.as_json(self.clock.now()))

    def let_window_pass(self, person: Person) -> None:
        """As if the last message of that person were more than 24 hours old."""
        with self._changed:
            person.last_inbound_at = self.clock.now() - WINDOW_SECONDS - 60
            self._events.publish("person", person.as_json(self.clock.now()))

    def type_to(self, person: Person) -> None:
        """The business is shown as typing: until its next message, at most 25 seconds (Meta, "Typing indicators")."""
        with self._changed:
            person.typing_until = self.clock.now() + TYPING_SECONDS
            self._events.publish("person", person.as_json(self.clock.now()))

    # Messages

    def write(self, person: Person, message: ChatMessage, *, opens_window: bool = True) -> None:
        """Puts a message into the chat; a person's own opens the 24-hour window."""
        with self._changed:
            self._messages[message.id] = message
            if message.from_person:
                if opens_window:
                    person.last_inbound_at = message.at
                if message.referral is not None:
                    person.came_through_ad(message.at)
                self._log_ids[self._id_of(message_update(person, message))] = message.id
            else:
                person.typing_until = 0.0
                person.answered(message.at)
            if len(self._messages) > KEPT_MESSAGES:
                self._messages.popitem(last=False)
            if len(self._log_ids) > KEPT_MESSAGES:
                self._log_ids.popitem(last=False)
            self._changed.notify_all()
            # Told under the lock, so that no page hears of an older state after a newer one.
            self._events.publish("message", message.as_json())
            self._events.publish("person", person.as_json(self.clock.now()))

    def new_id(self, person: Person, *, from_person: bool) -> str:
        """A message id that nobody has."""
        return new_wamid(person.wa_id or person.user_id[3:16], from_person=from_person)

    def message(self, message_id: str) -> ChatMessage | None:
        """By its wamid."""
        with self._changed:
            return self._messages.get(message_id)

    def last_written(self, person: Person) -> ChatMessage | None:
        """The newest message of that person; reactions are not waiting for an answer."""
        with self._changed:
            for message in reversed(self._messages.values()):
                if message.from_person and message.person == person.key and message.type != "reaction":
                    return message
        return None

    def message_of_log_id(self, log_id: str) -> str | None:
        """The wamid that the services' logs name so."""
        with self._changed:
            return self._log_ids.get(log_id)

    def chat(self, person: Person) -> list[ChatMessage]:
        """Everything said with that person, oldest first."""
        with self._changed:
            return [message for message in self._messages.values() if message.person == person.key]

    def messages(self) -> list[ChatMessage]:
        """Everything said, oldest first."""
        with self._changed:
            return list(self._messages.values())

    def change(self, message_id: str, edit: Callable[[ChatMessage], None]) -> ChatMessage | None:
        """Edits a message under the lock and shows it anew."""
        with self._changed:
            message = self._messages.get(message_id)
            if message is None:
                return None
            edit(message)
            self._changed.notify_all()
            self._events.publish("message", message.as_json())
        return message

    def wait(self, enough: Callable[[], bool], timeout: float) -> bool:
        """Waits until the chats are so; False after the time-out."""
        with self._changed:
            return self._changed.wait_for(enough, timeout)
