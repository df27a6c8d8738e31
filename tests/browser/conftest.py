"""A real headless Chromium, and the simulator's page before it: on a plain webhook, or on the whole stack."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import Emulators, free_ports
from development.processes import Processes
from development.stack import Ports, Stack
from tests.support.browser.chromium import FLAGS, MISSING, find_chromium
from tests.support.simulator.plain_webhook import APP_SECRET, PlainWebhook, dealer, start_anew

DESKTOP, PHONE = (1440, 900), (390, 844)
OpenPage = Callable[..., Page]

expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is marked `browser`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all tests of this folder.  Playwright's event loop runs until its end: no other test may meet it."""
    executable = find_chromium()
    if executable is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        # A microphone that hums, for those who are let use it.
        flags = [*FLAGS, "--use-fake-device-for-media-stream"]
        chromium = playwright.chromium.launch(executable_path=executable, args=flags)
        yield chromium
        chromium.close()


@dataclass
class Console:
    """What pages complained about: errors, warnings, requests that failed."""

    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._message)
        page.on("pageerror", lambda error: self.complaints.append(f"{error}"))
        page.on("requestfailed", self._failed)

    def _message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} {message.location}")

    def _failed(self, request: Request) -> None:
        # The event stream, sounds and what is on its way end with the page.
        if "ERR_ABORTED" not in str(request.failure):
            self.complaints.append(f"{request.url}: {request.failure}")


class Pages:
    """Pages by how they look, each kept for the next test: a new one costs a process."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[tuple[object, ...], list[Page]] = {}
        self._used: list[tuple[tuple[object, ...], Page]] = []
        self.console = Console()

    def open(self, url: str, *, size: tuple[int, int] = DESKTOP, dark: bool = False) -> Page:
        """A page at an address, alive."""
        look = (size, dark)
        page = self._free[look].pop() if self._free.get(look) else self._new(size, dark)
        self._used.append((look, page))
        page.goto(url)
        page.wait_for_selector("[data-ready]")
        return page

    def leave(self) -> None:
        """All pages leave for the next test; fails if one complained of anything."""
        for look, page in self._used:
            page.evaluate("localStorage.clear()")
            page.goto("about:blank")
            self._free.setdefault(look, []).append(page)
        self._used.clear()
        complaints, self.console.complaints = self.console.complaints, []
        assert not complaints, complaints

    def _new(self, size: tuple[int, int], dark: bool) -> Page:
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        self.console.watch(page)
        return page


@pytest.fixture(scope="package")
def pages(browser: Browser) -> Pages:
    return Pages(browser)


@pytest.fixture
def open_page(pages: Pages) -> Iterator[OpenPage]:
    """Opens a page at an address and waits until it is alive; the test fails if a page complained of anything."""
    yield pages.open
    pages.leave()


@pytest.fixture(scope="package")
def plain_server() -> Iterator[tuple[PlainWebhook, Server]]:
    """The simulator on somebody else's webhook, where nothing else of the project runs."""
    (port,) = free_ports(1)
    with (
        PlainWebhook(bot=dealer) as webhook,
        Server(
            Configuration(webhook_url=webhook.url, app_secret=APP_SECRET, port=port, retry_seconds=0.2)
        ) as server,
    ):
        webhook.graph = server.url
        yield webhook, server
        start_anew(webhook, server)


@pytest.fixture
def plain(plain_server: tuple[PlainWebhook, Server]) -> tuple[PlainWebhook, Server]:
    """The same, as at the start."""
    webhook, server = plain_server
    start_anew(webhook, server)
    return webhook, server


@pytest.fixture
def webhook(plain: tuple[PlainWebhook, Server]) -> PlainWebhook:
    return plain[0]


@pytest.fixture
def page(plain: tuple[PlainWebhook, Server], open_page: OpenPage) -> Page:
    """The page with Ana's chat, on the plain webhook."""
    return open_page(f"{plain[1].url}/#ana")


@pytest.fixture(scope="package")
def stack(emulators: Emulators, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Webhook and processor as processes on the emulators."""
    with (
        Processes() as processes,
        Stack(
            processes,
            emulators,
            project=f"browser-{uuid.uuid4().hex[:12]}",
            ports=Ports.free(),
            logs=tmp_path_factory.mktemp("browser-logs"),
            environ=os.environ,
            retry_seconds=0.2,
        ) as running,
    ):
        yield running


def write(page: Page, text: str) -> None:
    """Writes as the person whose chat is open."""
    page.locator("#composer-text").fill(text)
    page.keyboard.press("Enter")
