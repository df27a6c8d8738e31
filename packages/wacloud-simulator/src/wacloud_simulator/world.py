"""The simulator's state: people, their chats, the weather. Thread-safe; every change is told to the open pages."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from wacloud_simulator.events import Events
from wacloud_simulator.notification import delivery_of
from wacloud_simulator.people import (
    WINDOW_SECONDS,
    Business,
    ChatMessage,
    Person,
    first_people,
    new_user_id,
    new_wamid,
)
from wacloud_simulator.weather import GraphWeather, Weather

TYPING_SECONDS = 25.0
KEPT_PEOPLE = 3_000
KEPT_MESSAGES = 20_000


class UnknownPersonError(LookupError):
    """Nobody of that name."""


class World:
    """Who is there and what was said."""

    def __init__(self, business: Business, events: Events) -> None:
        self.business = business
        self.weather = Weather()
        self._events = events
        self._changed = threading.Condition(threading.RLock())
        self._people: OrderedDict[str, Person] = OrderedDict()
        self._messages: OrderedDict[str, ChatMessage] = OrderedDict()
        self._deliveries: OrderedDict[str, str] = OrderedDict()
        self.reset()

    def reset(self) -> None:
        """Back to the first people, empty chats and fair weather."""
        with self._changed:
            self.weather = Weather()
            self._messages.clear()
            self._deliveries.clear()
            self._people = OrderedDict((person.key, person) for person in first_people())
            self._events.publish("reset", {})

    def set_weather(self, weather: Weather) -> None:
        """From now on."""
        with self._changed:
            self.weather = weather
            self._events.publish("weather", weather.as_json())

    def take_graph_weather(self) -> GraphWeather:
        """What the Graph API does with the next send; counts down where the weather is limited."""
        with self._changed:
            weather = self.weather
            if weather.graph == "ok" or weather.graph_times is None:
                return weather.graph
            left = weather.graph_times - 1
            gone = replace(weather, graph="ok", graph_times=None)
            self.set_weather(replace(weather, graph_times=left) if left else gone)
            return weather.graph

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
            identity = user_id or new_user_id()
            chosen = key or wa_id or identity
            person = Person(chosen, name, identity, wa_id=wa_id, username=username)
            self._people[chosen] = person
            if len(self._people) > KEPT_PEOPLE:
                self._people.popitem(last=False)
            self._events.publish("person", person.as_json(time.time()))
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

    def let_window_pass(self, person: Person) -> None:
        """As if the last message of that person were more than 24 hours old."""
        with self._changed:
            person.last_inbound_at = time.time() - WINDOW_SECONDS - 60
            self._events.publish("person", person.as_json(time.time()))

    def type_to(self, person: Person) -> None:
        """The business is shown as typing: until its next message, at most 25 seconds (Meta, "Typing indicators")."""
        with self._changed:
            person.typing_until = time.time() + TYPING_SECONDS
            self._events.publish("person", person.as_json(time.time()))

    # Messages

    def write(self, person: Person, message: ChatMessage) -> None:
        """Puts a message into the chat."""
        with self._changed:
            self._messages[message.id] = message
            if message.from_person:
                person.last_inbound_at = message.at
                self._deliveries[delivery_of(person, message)] = message.id
            else:
                person.typing_until = 0.0
            if len(self._messages) > KEPT_MESSAGES:
                self._messages.popitem(last=False)
            if len(self._deliveries) > KEPT_MESSAGES:
                self._deliveries.popitem(last=False)
            self._changed.notify_all()
            # Told under the lock, so that no page hears of an older state after a newer one.
            self._events.publish("message", message.as_json())
            self._events.publish("person", person.as_json(time.time()))

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

    def message_of_delivery(self, delivery: str) -> str | None:
        """The wamid behind the hash that the services write into logs and documents."""
        with self._changed:
            return self._deliveries.get(delivery)

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
