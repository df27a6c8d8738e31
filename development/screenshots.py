"""Takes the pictures of docs/screenshots/ from the real local system: `python -m development.screenshots`.

Emulators, webhook, processor and simulator run as in `make run`; a headless Chromium of this machine looks on.
"""

import os
import sys
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from development.emulators import start_emulators
from development.processes import Processes, StartError
from development.stack import Ports, Stack
from tests.support.browser.chromium import FLAGS, MISSING, find_chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
LARGEST = 200_000


def write(page: Page, text: str) -> None:
    """Writes as the person whose chat is open, and waits for the answer to be read."""
    answers = page.locator(".message.theirs .ticks.read").count()
    page.locator("#composer-text").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".message.theirs .ticks.read")).not_to_have_count(answers, timeout=20_000)


def greet(page: Page) -> None:
    """A person writes and taps the first button."""
    write(page, "Oi! Estou procurando um carro 🚗")
    answers = page.locator(".message.theirs .ticks.read").count()
    page.locator(".message.theirs .tap").first.click()
    expect(page.locator(".message.theirs .ticks.read")).not_to_have_count(answers, timeout=20_000)


def talk(page: Page) -> None:
    """A conversation that everybody knows."""
    greet(page)
    write(page, "Um *Civic* ou um HR-V, até R$ 140.000")


def timeline(page: Page) -> None:
    """The chat, and the first message's way."""
    greet(page)
    page.locator(".message.mine footer").first.click()
    expect(page.locator(".waterfall .stage").last).to_have_text("read")


def faults(page: Page) -> None:
    """Copies of everything, and a processor that was killed: the queue grows."""
    talk(page)
    page.get_by_role("button", name="Faults", exact=True).click()
    page.get_by_label("Duplicates").fill("3")
    page.get_by_label("Duplicates").press("Enter")
    page.get_by_role("button", name="Kill the processor").click()
    expect(page.get_by_role("button", name="Start the processor")).to_be_enabled()
    for text in ("Alguém aí?", "Posso ir à loja no sábado?"):
        page.locator("#composer-text").fill(text)
        page.keyboard.press("Enter")
    expect(page.locator("[data-counter=unanswered] dd")).to_have_text("2", timeout=10_000)
    expect(page.locator("[data-counter=whatsapp_duplicate_messages_total] dd")).to_have_text("6")
    page.locator("#counters").scroll_into_view_if_needed()
    page.locator("#panel-faults").evaluate("panel => panel.scrollTop = panel.scrollHeight")


def traffic(page: Page) -> None:
    """The bodies that went over the wire."""
    talk(page)
    page.get_by_role("tab", name="Traffic").click()
    page.locator(".row-exchange", has_text="send interactive").first.click()
    expect(page.locator("#exchange-detail .json").first).to_be_visible()


@dataclass(frozen=True)
class Scene:
    """What happens on whose phone, and how large and how bright it is. The bot knows each person once."""

    play: Callable[[Page], None]
    person: str
    width: int = 1280
    height: int = 800
    dark: bool = False


# The first one finds the services cold; where durations are shown they should be warm.
SCENES = {
    "traffic": Scene(traffic, "carla"),
    "phone": Scene(talk, "diego", width=390, height=780),
    "faults": Scene(faults, "bruno", height=900, dark=True),
    "timeline": Scene(timeline, "ana"),
}


def take(browser: Browser, stack: Stack, name: str) -> Path:
    """One picture, from a world as at the start."""
    scene = SCENES[name]
    stack.simulator.simulation.reset()
    stack.start("processor")
    context = browser.new_context(
        viewport={"width": scene.width, "height": scene.height},
        color_scheme="dark" if scene.dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{stack.simulator.url}/#{scene.person}")
    page.wait_for_selector("[data-ready]")
    scene.play(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main(names: list[str]) -> int:
    """Takes the pictures that are named, or all."""
    executable = find_chromium()
    if executable is None:
        print(MISSING, file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as logs, Processes() as processes:
        emulators = start_emulators(processes, environ=os.environ, logs=Path(logs))
        project = f"pictures-{uuid.uuid4().hex[:8]}"
        stack = Stack(
            processes, emulators, project=project, ports=Ports.free(), logs=Path(logs), environ=os.environ
        )
        with stack, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
            for name in names or list(SCENES):
                path = take(browser, stack, name)
                size = path.stat().st_size
                print(f"{path.relative_to(ROOT)}: {size // 1000} kB")
                if size > LARGEST:
                    print(f"that is more than {LARGEST // 1000} kB", file=sys.stderr)
                    return 1
            browser.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except StartError as error:
        sys.exit(str(error))
