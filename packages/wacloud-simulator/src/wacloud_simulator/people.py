"""Who writes to the business, what was said, and how far each message got. No input or output of its own."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]
WINDOW_SECONDS = 24 * 3600
FREE_ENTRY_SECONDS = 72 * 3600
STATUSES = ("pending", "accepted", "sent", "delivered", "read", "failed")


@dataclass(frozen=True)
class Business:
    """The number that is written to. The defaults are those of Meta's documentation."""

    phone_number_id: str = "106540352242922"
    display_phone_number: str = "15550783881"
    waba_id: str = "102290129340398"
    name: str = "Example Shop"


@dataclass
class Person:
    """Somebody with a phone. With a username the number may be hidden from the business: `wa_id` is then None."""

    key: str
    name: str
    user_id: str
    wa_id: str | None = None
    username: str | None = None
    last_inbound_at: float | None = None
    typing_until: float = 0.0
    """Until when the business is shown as typing."""
    ad_at: float | None = None
    """When the person came through an ad that is not answered yet."""
    free_entry_until: float | None = None
    blocked: bool = False
    """Whether the person has blocked the business: what it sends fails with 131026."""
    stopped_marketing: bool = False
    """Whether the person has stopped marketing messages: templates of that category fail with 131050."""

    @property
    def contact(self) -> JSON:
        """The entry in a notification's `contacts`."""
        profile = {"name": self.name} | ({"username": self.username} if self.username else {})
        return (
            {"profile": profile} | ({"wa_id": self.wa_id} if self.wa_id else {}) | {"user_id": self.user_id}
        )

    def came_through_ad(self, now: float) -> None:
        """The person wrote from an ad: an answer within 24 hours opens the free entry point window."""
        self.ad_at = now

    def answered(self, now: float) -> None:
        """The business sent something; after an ad that opens 72 hours in which everything is free."""
        if self.ad_at is not None and now - self.ad_at < WINDOW_SECONDS:
            self.free_entry_until = self.ad_at + FREE_ENTRY_SECONDS
        self.ad_at = None

    def free_entry(self, now: float) -> bool:
        """Whether the free entry point window is open."""
        return self.free_entry_until is not None and now < self.free_entry_until

    def window_open(self, now: float) -> bool:
        """Whether the customer service window allows a message that is no template."""
        return self.last_inbound_at is not None and now - self.last_inbound_at < WINDOW_SECONDS

    def as_json(self, now: float) -> JSON:
        """What the page and the HTTP API show."""
        return {
            "key": self.key,
            "name": self.name,
            "user_id": self.user_id,
            "wa_id": self.wa_id,
            "username": self.username,
            "window_open": self.window_open(now),
            "window_until": self.last_inbound_at and self.last_inbound_at + WINDOW_SECONDS,
            "typing_until": self.typing_until if self.typing_until > now else None,
            "free_entry_until": self.free_entry_until if self.free_entry(now) else None,
            "blocked": self.blocked,
            "stopped_marketing": self.stopped_marketing,
        }


@dataclass
class ChatMessage:
    """One message on the screen. `content` is Meta's own shape: what stands under the key named by `type`."""

    id: str
    person: str
    from_person: bool
    type: str
    content: Any
    at: float
    context: JSON | None = None
    status: str = "pending"
    moments: dict[str, float] = field(default_factory=dict)
    reactions: dict[str, str] = field(default_factory=dict)
    error: JSON | None = None
    answers: str | None = None
    """The message of the person that this one answers, as far as that can be known."""
    callback_data: str | None = None
    referral: JSON | None = None
    """The ad through which a person came with this message."""

    def advance(self, status: str, now: float) -> None:
        """Moves the ticks, forward only. The first moment of each status is kept, in whatever order they come."""
        self.moments.setdefault(status, now)
        if STATUSES.index(status) > STATUSES.index(self.status):
            self.status = status

    def as_json(self) -> JSON:
        """What the page and the HTTP API show."""
        return {
            "id": self.id,
            "person": self.person,
            "from_person": self.from_person,
            "type": self.type,
            "content": self.content,
            "at": self.at,
            "context": self.context,
            "status": self.status,
            "moments": dict(self.moments),
            "reactions": dict(self.reactions),
            "error": self.error,
            "answers": self.answers,
            "referral": self.referral,
        }


def new_wamid(wa_id: str, *, from_person: bool, serial: str | None = None) -> str:
    """A message id in the form of Meta's: base64 text that holds the person's number. `serial`: 20 hex digits."""
    number = wa_id.encode()
    mark = b"\x12" if from_person else b"\x11"
    tail = (serial or secrets.token_hex(10)).upper().encode()
    raw = b"\x1c\x18" + bytes([len(number)]) + number + b"\x15\x02\x00" + mark + b"\x18"
    raw += bytes([len(tail)]) + tail + b"\x00"
    return "wamid." + base64.b64encode(raw).decode()


def user_id_of(identity: str, country: str = "BR") -> str:
    """A business-scoped user id; the same number or name has the same one on every machine and in every run."""
    number = int(hashlib.sha256(identity.encode()).hexdigest(), 16)
    return f"{country}.{number % (9 * 10**18) + 10**18}"


def first_people(now: float) -> list[Person]:
    """Who is there when the simulator starts: three with a number, one known by a username only."""
    people = [
        Person("ana", "Ana Souza", "BR.1349120865530274191", wa_id="5511999990001"),
        Person("bruno", "Bruno Lima", "BR.2298117340025518843", wa_id="5521999990002"),
        Person("carla", "Carla Dias", "BR.7710293348812045566", username="carla.dias"),
        Person(
            "diego", "Diego Alves", "BR.5501928374650192837", wa_id="5531999990003", username="diegoalves"
        ),
    ]
    for person in people:
        person.last_inbound_at = None if person.key != "diego" else now - 2 * WINDOW_SECONDS
    return people
