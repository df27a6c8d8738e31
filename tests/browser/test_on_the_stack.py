"""The page before the real system: webhook and processor as processes, on Google's emulators."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from development.stack import PROCESSOR, WEBHOOK, Stack
from tests.browser.conftest import OpenPage, write


@pytest.fixture
def page(stack: Stack, open_page: OpenPage) -> Page:
    """The chat of somebody nobody has heard of."""
    stack.simulator.simulation.reset()
    for name in (WEBHOOK, PROCESSOR):
        stack.start(name)
    answer = httpx.post(f"{stack.simulator.url}/api/people", json={"name": "Bia", "username": "bia.nunes"})
    return open_page(f"{stack.simulator.url}/#{answer.json()['key']}")


def counter(page: Page, name: str, value: int, *, seconds: float = 15) -> None:
    expect(page.locator(f"[data-counter={name}] dd")).to_have_text(str(value), timeout=seconds * 1000)


def total(url: str, name: str) -> int:
    """A counter on a service's own /metrics, summed over its labels."""
    text = httpx.get(url).text
    return round(
        sum(float(value) for value in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", text, re.MULTILINE))
    )


def test_a_person_writes_taps_the_bots_button_and_sees_the_answer_and_blue_ticks(page: Page) -> None:
    write(page, "Oi")
    first = page.locator(".message.theirs .tap").first
    title = first.inner_text().strip()
    first.click()

    expect(page.locator(".message.mine").last.locator(".text")).to_have_text(title)
    expect(page.locator(".message.theirs").nth(1)).to_be_visible()
    expect(page.locator(".message.mine .ticks.read")).to_have_count(2)
    expect(page.locator(".message.theirs .ticks.read").first).to_be_visible()

    page.locator(".message.mine footer").first.click()
    stages = page.locator(".waterfall .stage")
    expect(stages.last).to_have_text("read")
    assert {"posted", "claimed", "published", "accepted", "pushed", "planned", "answered", "delivered"} <= {
        *stages.all_inner_texts()
    }
    order = [stages.all_inner_texts().index(stage) for stage in ("posted", "claimed", "published", "pushed", "planned", "answered", "delivered")]  # fmt: skip
    assert order == sorted(order)


def test_a_duplicate_yields_one_answer_and_the_counters_agree_with_metrics(page: Page, stack: Stack) -> None:
    page.get_by_role("button", name="Faults", exact=True).click()
    urls = stack.simulator.configuration.metrics_urls
    before = {
        (name, metric): total(urls[name], metric)
        for name, metric in (
            (WEBHOOK, "whatsapp_messages_received_total"),
            (WEBHOOK, "whatsapp_duplicate_messages_total"),
            (PROCESSOR, "whatsapp_messages_sent_total"),
        )
    }
    page.get_by_label("Duplicates").fill("3")
    page.get_by_label("Duplicates").press("Enter")
    expect(page.get_by_role("button", name="Faults", exact=True)).to_contain_text("duplicates")
    write(page, "Oi")

    expect(page.locator(".message.theirs .ticks.read")).to_be_visible()
    counter(page, "waiting", 0)
    counter(page, "whatsapp_messages_received_total", 1)
    counter(page, "whatsapp_duplicate_messages_total", 3)
    counter(page, "whatsapp_messages_sent_total", 1)
    expect(page.locator(".message.theirs")).to_have_count(1)
    for (name, metric), value in before.items():
        shown = page.locator(f"[data-counter={metric}] dd").inner_text()
        assert total(urls[name], metric) - value == int(shown), metric


def test_while_the_processor_is_killed_the_queue_grows_and_drains_with_one_reply_each(page: Page) -> None:
    page.get_by_role("button", name="Faults", exact=True).click()
    page.get_by_role("button", name="Kill the processor").click()
    expect(page.get_by_role("button", name="Start the processor")).to_be_enabled()
    expect(page.locator("#lamps")).to_contain_text("processor is stopped")
    for number in range(3):
        write(page, f"Mensagem {number}")
    counter(page, "accepted", 3)
    counter(page, "unanswered", 3)
    expect(page.locator(".message.theirs")).to_have_count(0)
    expect(page.locator(".message.mine .ticks.delivered")).to_have_count(3)

    page.get_by_role("button", name="Start the processor").click()
    counter(page, "unanswered", 0, seconds=40)
    counter(page, "answered", 3)
    counter(page, "whatsapp_messages_received_total", 3)
    answered = page.locator(".message.theirs").count()
    counter(page, "whatsapp_messages_sent_total", answered)
    expect(page.locator("#lamps")).to_contain_text("processor runs")


def test_a_cut_connection_after_the_send_was_accepted_is_settled_without_a_second_answer(page: Page) -> None:
    page.get_by_role("button", name="Faults", exact=True).click()
    page.get_by_label("For how many sends").fill("1")
    page.get_by_label("A send is").select_option("accepts_and_drops")
    page.get_by_role("button", name="Add this fault").click()
    expect(page.get_by_role("button", name="Faults", exact=True)).to_contain_text("accepts and drops")
    write(page, "Oi")

    expect(page.locator(".message.theirs .ticks.read")).to_be_visible()
    counter(page, "unanswered", 0)
    counter(page, "whatsapp_sends_ambiguous_total", 1)
    expect(page.get_by_role("button", name="Faults", exact=True)).to_contain_text("No faults")
    expect(page.locator(".message.theirs")).to_have_count(1)
