"""The inspector: a message's way, the bodies both ways, and what can be done with them."""

import re
import subprocess
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.conftest import write
from tests.support.simulator.plain_webhook import PlainWebhook


def open_timeline(page: Page) -> None:
    """Of Ana's first message, once it is answered and read."""
    write(page, "Oi, tudo bem?")
    expect(page.locator(".message.theirs .ticks.read")).to_be_visible()
    page.locator(".message.mine .text").click()
    expect(page.locator("#panel-timeline .waterfall")).to_be_visible()


def open_exchange(page: Page, about: str) -> None:
    page.get_by_role("tab", name="Traffic").click()
    page.locator(".row-exchange", has_text=about).last.click()


def test_the_timeline_shows_each_stage_with_its_duration_and_each_step_in_order(page: Page) -> None:
    open_timeline(page)

    stages = page.locator(".waterfall .stage").all_inner_texts()
    assert stages == ["posted", "accepted", "seen", "answered", "delivered", "read"]
    for took in page.locator(".waterfall .took").all_inner_texts():
        assert re.fullmatch(r"[\d.]+ m?s", took), took
    steps = page.locator(".steps .what").all_inner_texts()
    expected = ["written", "posted message: text", "answered 200", "called typing"]
    assert steps[:4] == expected
    assert steps.index("called send interactive (button)") < steps.index("posted status: sent")
    after = page.locator(".steps time").all_inner_texts()
    seconds = [float(text[1:].split()[0]) * (1 if text.endswith(" s") else 0.001) for text in after]
    assert seconds == sorted(seconds)
    assert seconds[-1] > 0.5


def test_the_timeline_grows_by_itself_while_it_is_open(page: Page, webhook: PlainWebhook) -> None:
    open_timeline(page)
    count = page.locator(".steps li").count()

    webhook.call({"to": "5511999990001", "type": "text", "text": {"body": "Mais uma coisa"}})
    expect(page.locator(".steps .what", has_text="called send text")).to_be_visible()
    assert page.locator(".steps li").count() > count


def test_a_step_leads_to_the_json_that_went_over_the_wire_pretty_and_raw(page: Page) -> None:
    open_timeline(page)
    page.get_by_role("button", name="posted message: text").click()

    body = page.locator("details.body[open]")
    expect(body.locator(".json").first).to_contain_text('"body": "Oi, tudo bem?"')
    body.get_by_label("Raw bytes").check()
    expect(body.locator(".json").first).to_contain_text('{"object":"whatsapp_business_account"')
    body.locator(".headers summary").click()
    expect(body).to_contain_text(re.compile("X-Hub-Signature-256.*sha256=[0-9a-f]{64}", re.DOTALL))


def test_traffic_is_searched_by_what_is_inside_the_bodies(page: Page) -> None:
    write(page, "abacaxi")
    expect(page.locator(".message.theirs .ticks.read")).to_be_visible()
    write(page, "banana")
    expect(page.locator(".message.theirs .ticks.read")).to_have_count(2)
    page.get_by_role("tab", name="Traffic").click()
    expect(page.locator(".row-exchange")).to_have_count(12)

    page.get_by_role("searchbox", name="Search the traffic").fill("Abacaxi")
    expect(page.locator(".row-exchange")).to_have_count(2)
    expect(page.locator(".row-exchange").last).to_contain_text("message: text")
    page.get_by_role("searchbox", name="Search the traffic").fill("nada disso")
    expect(page.get_by_text("Nothing holds that text.")).to_be_visible()


def test_send_again_and_send_as_duplicate_post_the_very_same_bytes(page: Page, webhook: PlainWebhook) -> None:
    write(page, "Olá! 👋 a/b")
    expect(page.locator(".message.theirs .ticks.read")).to_be_visible()
    open_exchange(page, "message: text")
    page.get_by_role("button", name="Send again").click()
    page.get_by_role("button", name="Send as duplicate").click()

    first = next(received for received in webhook.received if received.messages)
    assert rb"Ol\u00e1! \ud83d\udc4b a\/b" in first.raw
    webhook.wait(lambda: len([received for received in webhook.received if received.messages]) == 5)
    copies = [received for received in webhook.received if received.messages]
    assert {copy.raw for copy in copies} == {first.raw}
    assert all(copy.genuine for copy in copies)
    expect(page.locator(".message.theirs")).to_have_count(1)
    page.get_by_role("button", name="All traffic").click()
    expect(page.locator(".row-exchange", has_text="copy 3 of 3")).to_be_visible()


def test_an_edited_body_is_signed_anew_and_as_a_new_message_enters_the_chat(
    page: Page, webhook: PlainWebhook
) -> None:
    write(page, "Quero um carro")
    expect(page.locator(".message.theirs")).to_have_count(1)
    open_exchange(page, "message: text")
    page.get_by_role("button", name="Edit and send").click()
    area = page.get_by_role("textbox", name="Body")
    area.fill(area.input_value().replace("Quero um carro", "Quero dois carros, já"))
    page.get_by_role("button", name="Give every message a new id").click()
    page.get_by_role("button", name="Sign and send").click()

    expect(page.locator(".message.mine")).to_have_count(2)
    expect(page.locator(".message.theirs").last).to_contain_text("Quero dois carros, já")
    received = [item for item in webhook.received if item.messages]
    assert all(item.genuine for item in received)
    assert received[1].messages[0]["text"]["body"] == "Quero dois carros, já"
    assert rb"j\u00e1" in received[1].raw
    assert received[0].messages[0]["id"] != received[1].messages[0]["id"]
    expect(page.locator(".message.mine").last.locator(".ticks.read")).to_be_visible()


def test_a_body_that_is_wrong_on_purpose_goes_out_as_it_is(page: Page, webhook: PlainWebhook) -> None:
    write(page, "Oi")
    expect(page.locator(".message.theirs")).to_have_count(1)
    open_exchange(page, "message: text")
    page.get_by_role("button", name="Edit and send").click()
    page.get_by_role("textbox", name="Body").fill('{"object": "page", "entry": [], ')
    page.get_by_role("button", name="Sign and send").click()

    webhook.wait(
        lambda: any(received.raw == b'{"object": "page", "entry": [], ' for received in webhook.received)
    )
    assert all(received.genuine for received in webhook.received)


def test_the_curl_command_posts_the_same_bytes_with_a_valid_signature(
    page: Page, webhook: PlainWebhook
) -> None:
    write(page, 'It\'s é / "aspas" $HOME `x`')
    expect(page.locator(".message.theirs")).to_have_count(1)
    open_exchange(page, "message: text")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("curl command copied")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")

    seen = len(webhook.received)
    subprocess.run(["bash", "-c", command + " --silent --noproxy '*'"], check=True, timeout=10)
    webhook.wait(lambda: len(webhook.received) > seen)
    sent = next(received for received in webhook.received if received.messages)
    copied = [received for received in webhook.received[seen:] if received.messages]
    assert [item.raw for item in copied] == [sent.raw]
    assert copied[0].genuine


def test_a_call_of_the_graph_api_is_copied_without_its_token(page: Page) -> None:
    write(page, "Oi")
    expect(page.locator(".message.theirs")).to_have_count(1)
    open_exchange(page, "send interactive")
    expect(page.get_by_role("button", name="Send again")).to_have_count(0)
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("curl command copied")).to_be_visible()

    command = page.evaluate("navigator.clipboard.readText()")
    assert '-H "Authorization: Bearer $WHATSAPP_ACCESS_TOKEN"' in command
    assert "/v25.0/106540352242922/messages" in command


def test_a_timeline_can_be_asked_for_by_anybodys_message_id(page: Page) -> None:
    write(page, "Oi")
    expect(page.locator(".message.theirs .ticks.read")).to_be_visible()
    reply = page.locator(".message.theirs").get_attribute("data-id") or ""

    base = page.url.split("#")[0]
    found = page.request.get(f"{base}api/timelines/{quote(reply, safe='')}").json()
    assert found["message"]["content"] == {"body": "Oi"}
    assert [answer["id"] for answer in found["replies"]] == [reply]
