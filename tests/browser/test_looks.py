"""Phone width, the keyboard alone, light and dark, and an accessibility run without serious findings."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from wacloud_simulator.server import Server

from tests.browser.conftest import PHONE, OpenPage, write
from tests.support.simulator.plain_webhook import PlainWebhook

Plain = tuple[PlainWebhook, Server]


def serious(page: Page, *rules: str) -> list[str]:
    """What axe finds serious or critical, with the element it is about; by all rules or those named."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_in_chat_timeline_traffic_faults_menu_and_dialog(
    open_page: OpenPage, plain: Plain, dark: bool
) -> None:
    page = open_page(f"{plain[1].url}/#ana", dark=dark)
    # What is not a matter of colour is the same in the dark.
    rules = ["color-contrast"] if dark else []
    write(page, "Oi https://example.com ```x```")
    page.get_by_role("button", name="Ver carros").click()
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("menuitem", name="Document, a sample").click()
    page.get_by_role("button", name="Send a voice message").click()
    expect(page.locator(".message.theirs")).to_have_count(4)
    page.locator(".message.mine footer").first.click()
    page.get_by_role("button", name="posted message: text").click()
    assert serious(page, *rules) == []
    page.get_by_role("tab", name="Traffic").click()
    page.locator(".row-exchange").last.click()
    page.get_by_role("button", name="What to do with this message").first.click()
    assert serious(page, *rules) == []
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Faults").click()
    page.get_by_label("Disorder").check(force=True)
    expect(page.locator("[data-counter=written] dd")).to_have_text("4")
    assert serious(page, *rules) == []
    page.locator(".tap:has(.icon-list)").click()
    assert serious(page, *rules) == []


def test_at_phone_width_one_pane_shows_at_a_time_and_nothing_is_wider_than_the_phone(
    open_page: OpenPage, plain: Plain
) -> None:
    page = open_page(plain[1].url, size=PHONE)
    people, chat, inspector = (
        page.get_by_role(role, name=name)
        for role, name in (("navigation", "People"), ("region", "Chat"), ("complementary", "Inspector"))
    )

    def only(shown: object) -> None:
        for pane in (people, chat, inspector):
            if pane is shown:
                expect(pane).to_be_visible()
            else:
                expect(pane).to_be_hidden()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE[0], f"{width} pixels wide"

    only(people)
    page.locator(".person", has_text="Bruno").click()
    only(chat)
    write(page, "Uma mensagem bem comprida, " * 6 + "x" * 120)
    expect(page.locator(".message.theirs .ticks.read")).to_be_visible()
    only(chat)
    page.locator(".message.mine .text").click()
    only(inspector)
    expect(page.locator(".waterfall")).to_be_visible()
    page.get_by_role("button", name="posted message: text").click()
    only(inspector)
    for tab in ("Traffic", "Faults"):
        page.get_by_role("tab", name=tab).click()
        only(inspector)
    assert serious(page) == []
    page.get_by_role("button", name="Close the inspector").click()
    only(chat)
    page.get_by_role("button", name="Back to the people").click()
    only(people)


def test_the_keyboard_alone_writes_reads_replies_inspects_and_changes_the_chat(
    open_page: OpenPage, plain: Plain
) -> None:
    page = open_page(f"{plain[1].url}/#ana")
    page.locator("#composer-text").focus()
    page.keyboard.type("Primeira linha")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("segunda")
    page.keyboard.press("Enter")
    expect(page.locator(".message.mine .text")).to_have_text("Primeira linha\nsegunda")
    expect(page.locator(".message.theirs .ticks.read")).to_be_visible()

    page.keyboard.press("ArrowUp")
    expect(page.locator(".message.theirs")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".message.mine")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".waterfall")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_role("menuitem", name="React with 👍")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("menuitem", name="React with ❤️")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator(".message.mine").focus()
    page.keyboard.press("r")
    expect(page.locator("#reply-bar")).to_be_visible()
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#reply-bar")).to_be_hidden()

    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#chat-person")).to_contain_text("Bruno Lima")
    expect(page.locator("#composer-text")).to_be_focused()
    page.get_by_role("tab", name="Timeline").focus()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search people")).to_be_focused()
    page.get_by_role("tab", name="Timeline").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Traffic")).to_be_focused()
    expect(page.locator("#panel-traffic")).to_be_visible()


def test_light_and_dark_follow_the_system_until_somebody_chooses(open_page: OpenPage, plain: Plain) -> None:
    page = open_page(plain[1].url, dark=True)
    people = page.locator("#people")
    expect(people).not_to_have_css("background-color", "rgb(255, 255, 255)")

    page.get_by_role("button", name="Light or dark").click()
    expect(people).to_have_css("background-color", "rgb(255, 255, 255)")
    page.reload()
    page.wait_for_selector("[data-ready]")
    expect(people).to_have_css("background-color", "rgb(255, 255, 255)")
