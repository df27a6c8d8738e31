"""The faults panel: switches that make it rain, and counters that tell what came of it."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from wacloud_simulator.server import Server

from tests.browser.conftest import write
from tests.support.simulator.plain_webhook import PlainWebhook


@pytest.fixture
def panel(page: Page) -> Page:
    page.get_by_role("button", name="Faults", exact=True).click()
    expect(page.get_by_role("tabpanel", name="Faults")).to_be_visible()
    return page


def counter(page: Page, name: str, value: int | str) -> None:
    expect(page.locator(f"[data-counter={name}] dd")).to_have_text(str(value))


def test_duplicates_reach_the_webhook_and_one_answer_comes_back(panel: Page, webhook: PlainWebhook) -> None:
    panel.get_by_label("Duplicates").fill("4")
    panel.get_by_label("Duplicates").press("Enter")
    expect(panel.get_by_role("button", name="Faults", exact=True)).to_contain_text("duplicates")
    write(panel, "Oi")

    webhook.wait(lambda: len(webhook.messages) == 5)
    expect(panel.locator(".message.theirs .ticks.read")).to_be_visible()
    expect(panel.locator(".message.theirs")).to_have_count(1)
    for name, value in (("written", 1), ("answered", 1), ("replies", 1), ("unanswered", 0), ("waiting", 0)):
        counter(panel, name, value)


def test_every_switch_reaches_the_simulator_and_one_button_turns_all_off(
    panel: Page, plain: tuple[PlainWebhook, Server]
) -> None:
    for label in ("Disorder", "Batches", "Bad signature", "Statuses lost"):
        panel.get_by_label(label).check(force=True)
    panel.get_by_label("Delay, seconds").fill("0.2")
    panel.get_by_label("Delay, seconds").press("Tab")
    panel.get_by_label("A send is").select_option("131047")
    panel.get_by_label("A code is reported").select_option("status")
    panel.get_by_label("For sends to").select_option("chosen")
    panel.get_by_label("For how many sends").fill("3")
    panel.get_by_label("Every nth send").fill("2")
    panel.get_by_role("button", name="Add this fault").click()
    chip = panel.get_by_role("button", name="Faults", exact=True)
    expect(chip).to_contain_text("Sends: 131047")

    world = plain[1].simulation.world
    expect(panel.locator("#send-faults li")).to_have_text(
        "131047 as failed status, every 2nd send, 3 more, to Ana Souza"
    )
    expect(chip).to_contain_text("statuses lost")
    deadline = time.monotonic() + 5
    while not world.faults.sends and time.monotonic() < deadline:
        panel.wait_for_timeout(20)
    faults = world.faults
    assert (faults.disorder, faults.batches, faults.bad_signature, faults.statuses_lost) == (True,) * 4
    (send,) = faults.sends
    assert (send.fault, send.report, send.times, send.every, send.person) == ("131047", "status", 3, 2, "ana")
    assert faults.delay_seconds == 0.2

    panel.get_by_role("button", name="All off", exact=True).click()
    expect(chip).to_contain_text("No faults")
    expect(panel.get_by_label("Bad signature")).not_to_be_checked()
    assert world.faults == type(faults)()


def test_a_bad_signature_is_refused_and_the_message_waits_until_the_fault_ends(
    panel: Page, webhook: PlainWebhook
) -> None:
    panel.get_by_label("Bad signature").check(force=True)
    write(panel, "Oi")
    webhook.wait(lambda: len(webhook.received) >= 2)
    assert not any(received.genuine for received in webhook.received)
    expect(panel.locator(".message.mine .ticks.sent")).to_be_visible()
    counter(panel, "waiting", 1)
    counter(panel, "accepted", 0)

    panel.get_by_label("Bad signature").uncheck(force=True)
    expect(panel.locator(".message.mine .ticks.read")).to_be_visible()
    expect(panel.locator(".message.theirs")).to_have_count(1)
    counter(panel, "waiting", 0)


def test_a_value_that_no_switch_takes_is_explained_and_put_back(panel: Page) -> None:
    panel.get_by_label("Duplicates").fill("1000")
    panel.get_by_label("Duplicates").press("Tab")

    expect(panel.locator(".toast.error")).to_contain_text(
        "Duplicates: Value must be less than or equal to 100"
    )
    expect(panel.get_by_label("Duplicates")).to_have_value("0")


def test_somebody_elses_webhook_cannot_be_stopped_and_the_page_says_so(panel: Page) -> None:
    expect(panel.get_by_text("The webhook was started by somebody else")).to_be_visible()
    expect(panel.get_by_role("button", name="Stop the webhook")).to_have_count(0)


def test_twenty_messages_at_once_get_twenty_answers_and_start_over_empties_all(panel: Page) -> None:
    panel.get_by_role("button", name="Write 20 messages").click()
    counter(panel, "written", 20)
    counter(panel, "replies", 20)
    counter(panel, "waiting", 0)

    panel.get_by_role("button", name="Start over").click()
    expect(panel.locator(".message")).to_have_count(0)
    counter(panel, "written", 0)


def test_a_fault_of_sends_is_added_listed_and_ended(panel: Page) -> None:
    panel.get_by_label("A send is").select_option("131026")
    panel.get_by_label("A code is reported").select_option("status")
    panel.get_by_role("button", name="Add this fault").click()
    write(panel, "Oi")
    expect(panel.locator(".message.theirs .failure")).to_contain_text("131026: Message undeliverable")

    panel.get_by_role("button", name="End 131026").click()
    expect(panel.locator("#send-faults li")).to_have_count(0)
    write(panel, "Oi")
    expect(panel.locator(".message.theirs .ticks.read")).to_be_visible()


def test_the_clock_is_moved_on_and_the_window_closes(panel: Page) -> None:
    write(panel, "Oi")
    expect(panel.locator("#chat-window")).to_contain_text("Open for 24 h")
    panel.get_by_role("button", name="3 days on").click()

    expect(panel.locator("#chat-window")).to_contain_text("Window closed")
    expect(panel.locator("#clock-ahead")).to_contain_text("72 hours ahead")
    panel.get_by_role("button", name="Start over").click()
    expect(panel.locator("#clock-ahead")).to_contain_text("Real time")


def test_a_state_is_saved_as_a_file_and_loaded_again(panel: Page, tmp_path: Path) -> None:
    write(panel, "Reproduz isto")
    expect(panel.locator(".message.theirs .ticks.read")).to_be_visible()
    with panel.expect_download() as download:
        panel.get_by_role("link", name="Save as a file").click()
    file = tmp_path / "state.json"
    download.value.save_as(file)
    panel.get_by_role("button", name="Start over").click()
    expect(panel.locator(".message")).to_have_count(0)

    panel.locator("#state-file").set_input_files(file)
    expect(panel.locator(".message.mine .text")).to_have_text("Reproduz isto")
    expect(panel.locator(".toast")).to_contain_text(["state.json is loaded"])


def test_a_person_blocks_the_business_and_changes_their_number(page: Page, webhook: PlainWebhook) -> None:
    menu = page.get_by_role("button", name="What this person does")
    menu.click()
    page.get_by_role("menuitem", name="Block the business").click()
    expect(page.locator("#chat-person")).to_contain_text("has blocked the business")
    menu.click()
    page.get_by_role("menuitem", name="Change number or username").click()
    page.get_by_label("Phone number; empty hides it").fill("+55 11 99999-0077")
    page.get_by_role("button", name="Change", exact=True).click()

    expect(page.locator("#chat-person")).to_contain_text("+55 11 99999-0077")
    webhook.wait(lambda: len(webhook.messages) == 1)
    assert webhook.messages[0]["system"]["type"] == "user_changed_number"


def test_a_person_comes_through_an_ad(page: Page, webhook: PlainWebhook) -> None:
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("menuitem", name="Come through an ad").click()

    expect(page.locator(".message.mine")).to_contain_text("Came through an ad: Chat with us")
    expect(page.locator("#chat-window")).to_contain_text("Free for 72 h")
    assert webhook.messages[0]["referral"]["ctwa_clid"]
