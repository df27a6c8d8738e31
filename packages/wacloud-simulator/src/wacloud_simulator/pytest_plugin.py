"""A pytest plugin: the fixture `whatsapp`, people who say something, and assertions about what they see.

Each pytest process has a simulator of its own on a free port, so tests may run in parallel.
"""

import difflib
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wacloud_simulator.faults import Faults
from wacloud_simulator.people import ChatMessage, Person
from wacloud_simulator.phones import Draft
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

SECONDS = 10.0
OPTIONS = {
    "whatsapp_webhook_url": ("where the simulator posts notifications", "http://127.0.0.1:8000/webhook"),
    "whatsapp_app_secret": ("what notifications are signed with", "app-secret"),
    "whatsapp_verify_token": ("the webhook's verify token", ""),
    "whatsapp_access_token": ("what the Graph API accepts", "simulator"),
    "whatsapp_port": ("the simulator's port; 0 for a free one", "0"),
}


class SimulatedPerson:
    """Somebody with a phone, as a test speaks of them."""

    def __init__(self, server: Server, person: Person) -> None:
        self._server = server
        self._person = person
        self._last: ChatMessage | None = None
        self._seen = 0

    def says(self, text: str) -> str:
        """Writes a text; the wamid."""
        return self.sends("text", text)

    def sends(self, kind: str, content: Any = None) -> str:
        """Writes a message of any type, `content` in Meta's shape; the wamid."""
        self._seen = len(self._received())
        self._last = self._server.simulation.phones.write(self._person, Draft(kind, content))
        return self._last.id

    def taps(self, title: str) -> str:
        """Taps the reply button or list row of that title in the newest message that has it; the wamid."""
        for message in reversed(self._received()):
            for kind, choice in _choices(message):
                if choice.get("title") == title:
                    chosen = {key: choice[key] for key in ("id", "title", "description") if key in choice}
                    return self.sends("interactive", {"type": kind, kind: chosen})
        pytest.fail(f"nothing to tap says {title!r}; {self._person.name} sees:\n{self._screen()}")

    def sees(self, text: str, *, seconds: float = SECONDS) -> ChatMessage:
        """Waits until a message that contains `text` has come since the person last wrote; fails with what came."""
        return self.sees_message(lambda message: text in text_of(message), text, seconds=seconds)

    def sees_message(
        self, fits: Callable[[ChatMessage], bool], expected: str, *, seconds: float = SECONDS
    ) -> ChatMessage:
        """Waits for a message that fits; `expected` says in words what was waited for."""
        world = self._server.simulation.world
        world.wait(lambda: any(fits(message) for message in self._fresh()), seconds)
        for message in self._fresh():
            if fits(message):
                return message
        pytest.fail(self._difference(expected, seconds), pytrace=False)

    def sees_nothing(self, *, seconds: float = 1.0) -> None:
        """Fails when a message comes within that time."""
        self._server.simulation.world.wait(lambda: bool(self._fresh()), seconds)
        if self._fresh():
            pytest.fail(f"{self._person.name} should see nothing, but sees:\n{self._screen()}")

    def does(self, action: str, **given: Any) -> None:
        """Blocks, unblocks, stops or resumes marketing, or changes number or username."""
        self._server.simulation.actions.act(self._person, action, given)

    def _received(self) -> list[ChatMessage]:
        chat = self._server.simulation.world.chat(self._person)
        return [message for message in chat if not message.from_person]

    def _fresh(self) -> list[ChatMessage]:
        return self._received()[self._seen :]

    def _screen(self) -> str:
        return "\n".join(f"  {message.type}: {text_of(message)}" for message in self._fresh()) or "  nothing"

    def _difference(self, expected: str, seconds: float) -> str:
        lines = [f"within {seconds:g} s {self._person.name} did not see:", f"  {expected}", "but:"]
        lines.append(self._screen())
        found = difflib.get_close_matches(expected, [text_of(message) for message in self._fresh()], 1, 0.3)
        if found:
            lines += ["difference to the closest:", *difflib.ndiff([expected], [found[0]])]
        failed = [
            exchange
            for exchange in self._server.simulation.journal.find(limit=50)
            if exchange.seconds is not None and exchange.status != 200
        ]
        for exchange in failed[:5]:
            outcome = exchange.status or exchange.error
            lines.append(f"{exchange.direction} {exchange.about}: {outcome} {exchange.answer[:300]}")
        return "\n".join(lines)


class WhatsApp:
    """A simulator for tests."""

    def __init__(self, server: Server) -> None:
        self.server = server

    @property
    def graph_url(self) -> str:
        """What the webhook calls instead of https://graph.facebook.com/v25.0."""
        return f"{self.server.url}/v25.0"

    def person(self, key: str, *, name: str | None = None, **identity: str) -> SimulatedPerson:
        """Somebody: `ana`, `bruno`, `carla`, `diego`, or somebody new with a `wa_id` or `username`."""
        world = self.server.simulation.world
        person = world.add_person(name=name or key, key=key, **identity) if identity else world.person(key)
        return SimulatedPerson(self.server, person)

    def faults(self, **switches: Any) -> None:
        """Exactly these faults from now on; without switches none."""
        self.server.simulation.world.set_faults(Faults().changed(switches))

    def advance(self, seconds: float) -> None:
        """Moves the simulated time forward."""
        self.server.simulation.world.advance(seconds)

    def post_to(self, url: str) -> None:
        """Notifications go to that address from now on."""
        self.server.simulation.sender.url = url


def text_of(message: ChatMessage) -> str:
    """What a message says: a text's or an interactive message's body, a caption, a template's name."""
    content = message.content if isinstance(message.content, dict) else {}
    body = content.get("body")
    text = body.get("text") if isinstance(body, dict) else body
    return str(text or content.get("caption") or content.get("name") or "")


def _choices(message: ChatMessage) -> Iterator[tuple[str, dict[str, Any]]]:
    action = message.content.get("action", {}) if message.type == "interactive" else {}
    for button in action.get("buttons", ()):
        yield "button_reply", button.get("reply", {})
    for section in action.get("sections", ()):
        for row in section.get("rows", ()):
            yield "list_reply", row


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings of the plugin, for pytest's configuration file."""
    for name, (words, default) in OPTIONS.items():
        parser.addini(name, words, default=default)


@pytest.fixture(scope="session")
def whatsapp_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """One simulator for a test process."""
    given = {name: str(pytestconfig.getini(name)) for name in OPTIONS}
    configuration = Configuration(
        webhook_url=given["whatsapp_webhook_url"],
        app_secret=given["whatsapp_app_secret"],
        verify_token=given["whatsapp_verify_token"],
        access_token=given["whatsapp_access_token"],
        port=int(given["whatsapp_port"]) or _free_port(),
        retry_seconds=0.2,
    )
    with Server(configuration) as server:
        yield server


@pytest.fixture
def whatsapp(whatsapp_server: Server) -> WhatsApp:
    """The simulator as at the start."""
    whatsapp_server.simulation.reset()
    return WhatsApp(whatsapp_server)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
