"""A person at the phone: writes, taps, replies, reacts, and sees what comes, without a reload."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from wacloud_simulator.samples import png
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import free_ports
from tests.browser.conftest import OpenPage, write
from tests.support.simulator.plain_webhook import PlainWebhook

ANA = {"to": "5511999990001"}


def last(page: Page, side: str = "theirs") -> str:
    return f".message.{side} >> nth=-1"


def test_a_person_writes_gets_buttons_taps_one_chooses_from_a_list_and_sees_blue_ticks(page: Page) -> None:
    write(page, "Oi! Tem *Civic*?")

    own = page.locator(".message.mine").first
    expect(own.locator("strong")).to_have_text("Civic")
    page.get_by_role("button", name="Ver carros").click()
    page.locator(".tap:has(.icon-list)").click()
    dialog = page.get_by_role("dialog", name="Ver carros")
    expect(dialog).to_contain_text("R$ 139.900")
    dialog.get_by_role("button", name="Honda Civic 2023").click()

    expect(dialog).to_have_count(0)
    expect(page.locator(last(page))).to_contain_text("Ótima escolha: Honda Civic 2023")
    expect(own.locator(".ticks.read [aria-label=Read]")).to_be_visible()
    expect(page.locator(".message.mine .ticks.read")).to_have_count(3)
    expect(page.locator(last(page)).locator(".ticks.read")).to_be_visible()


def test_a_flow_is_filled_and_its_answer_arrives_as_the_json_string_of_an_nfm_reply(
    page: Page, webhook: PlainWebhook
) -> None:
    write(page, "Oi")
    page.get_by_role("button", name="Simular").click()
    page.locator(".tap:has(.icon-flow)").click()
    area = page.get_by_label("response_json")
    area.fill("{nonsense")
    page.get_by_role("button", name="Send").last.click()
    expect(page.get_by_role("alert").filter(has_text="no JSON")).to_be_visible()
    area.fill('{"entrada": 20000}')
    page.get_by_role("dialog").get_by_role("button", name="Send").click()

    expect(page.locator(last(page))).to_contain_text('Recebido: {"entrada":20000}')
    reply = webhook.messages[-1]["interactive"]["nfm_reply"]
    assert json.loads(reply["response_json"]) == {"entrada": 20000}


def test_what_is_in_the_attach_menu_reaches_the_webhook_as_its_type(
    page: Page, webhook: PlainWebhook, tmp_path: Path
) -> None:
    def attach(name: str) -> None:
        page.get_by_role("button", name="Attach").click()
        page.get_by_role("menuitem", name=name).click()

    attach("Photo, a sample")
    attach("Document, a sample")
    attach("Sticker")
    page.get_by_role("button", name="Send a voice message").click()
    for name in ("Location…", "Contact…", "Anything, as JSON…"):
        attach(name)
        page.get_by_role("dialog").get_by_role("button", name="Send").click()
    picture = tmp_path / "carro.png"
    picture.write_bytes(png(64, 48))
    page.get_by_role("button", name="Attach").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Photo from a file…").click()
    chooser.value.set_files(picture)

    types = ["image", "document", "sticker", "audio", "location", "contacts", "order", "image"]
    expect(page.locator(".message.mine")).to_have_count(len(types))
    webhook.wait(lambda: len(webhook.messages) == len(types))
    assert [message["type"] for message in webhook.messages] == types
    expect(page.locator(".message.mine img").last).to_have_js_property("naturalWidth", 64)
    expect(page.locator("audio")).to_be_visible()
    assert webhook.messages[3]["audio"]["voice"] is True


def test_a_voice_message_is_recorded_where_there_is_a_microphone_and_escape_throws_it_away(
    page: Page, webhook: PlainWebhook
) -> None:
    page.context.grant_permissions(["microphone"])
    try:
        voice = page.get_by_role("button", name="Send a voice message")
        voice.click()
        expect(voice).to_have_attribute("aria-pressed", "true")
        voice.press("Escape")
        expect(voice).to_have_attribute("aria-pressed", "false")
        voice.click()
        expect(voice).to_have_attribute("aria-pressed", "true")
        page.wait_for_timeout(300)
        voice.click()
        webhook.wait(lambda: len(webhook.messages) == 1)
    finally:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    audio = webhook.messages[0]["audio"]
    assert audio["voice"] is True
    assert audio["mime_type"] in ("audio/ogg", "audio/mp4")
    recorded = page.request.get(re.sub("#.*", f"api/media/{audio['id']}", page.url)).body()
    assert recorded[4:8] == b"ftyp" or recorded[:4] == b"OggS"
    expect(page.locator(".message.mine")).to_have_count(1)


def test_an_emoji_is_put_where_the_cursor_is(page: Page) -> None:
    page.locator("#composer-text").fill("Oi ")
    page.get_by_role("button", name="Emoji").click()
    page.get_by_role("menuitem", name="🚗").click()
    page.keyboard.press("Enter")

    expect(page.locator(".message.mine .text")).to_have_text("Oi 🚗")


def test_a_reply_quotes_what_it_answers_and_names_it_to_the_webhook(
    page: Page, webhook: PlainWebhook
) -> None:
    write(page, "Oi")
    answer = page.locator(".message.theirs")
    answer.hover()
    answer.get_by_role("button", name="What to do with this message").click()
    page.get_by_role("menuitem", name="Reply").click()
    expect(page.locator("#reply-bar")).to_contain_text("Olá! Você escreveu: Oi")
    write(page, "Quero saber mais")

    expect(page.locator(".message.mine").last.locator(".quote")).to_contain_text("Você escreveu")
    expect(page.locator("#reply-bar")).to_be_hidden()
    webhook.wait(lambda: len(webhook.messages) == 2)
    context = webhook.messages[1]["context"]
    assert context == {"from": "15550783881", "id": answer.first.get_attribute("data-id")}


def test_reactions_of_both_sides_show_and_can_be_taken_back(page: Page, webhook: PlainWebhook) -> None:
    write(page, "Oi")
    answer = page.locator(".message.theirs").first
    answer.get_by_role("button", name="What to do with this message").click()
    page.get_by_role("menuitem", name="React with ❤️").click()
    expect(answer.locator(".reactions")).to_have_text("❤️")
    webhook.wait(lambda: len(webhook.messages) == 2)
    assert webhook.messages[1]["reaction"]["emoji"] == "❤️"
    answer.get_by_role("button", name="What to do with this message").click()
    page.get_by_role("menuitem", name="Take back ❤️").click()
    expect(answer.locator(".reactions")).to_have_count(0)

    webhook.call(
        {**ANA, "type": "reaction", "reaction": {"message_id": webhook.messages[0]["id"], "emoji": "👍"}}
    )
    expect(page.locator(".message.mine .reactions")).to_have_text("👍")


def test_everything_a_business_can_send_is_drawn(page: Page, webhook: PlainWebhook) -> None:
    write(page, "Oi")
    expect(page.locator(".message.theirs")).to_have_count(1)

    def send(kind: str, content: object) -> None:
        webhook.call({**ANA, "type": kind, kind: content})
        status, body = webhook.calls[-1]
        assert status == 200, body

    send("text", {"body": "_um_ ~dois~ ```três``` https://example.com/carros."})
    send("location", {"latitude": -23.5, "longitude": -46.6, "name": "Loja", "address": "Av. Paulista, 1578"})
    name = {"formatted_name": "Paula Ribeiro", "first_name": "Paula"}
    send("contacts", [{"name": name, "phones": [{"phone": "+55 11 99999-0042"}]}])
    link = {"display_text": "Abrir o site", "url": "https://example.com"}
    action = {"name": "cta_url", "parameters": link}
    footer = {"text": "Rodapé"}
    send("interactive", {"type": "cta_url", "body": {"text": "Veja"}, "footer": footer, "action": action})
    ask = {"name": "send_location"}
    send(
        "interactive",
        {"type": "location_request_message", "body": {"text": "Onde você está?"}, "action": ask},
    )
    send("template", {"name": "continuar_conversa", "language": {"code": "pt_BR"}})

    texts = page.locator(".message.theirs")
    expect(texts).to_have_count(7)
    formatted = page.locator(".message.theirs").nth(1)
    for tag, text in (("em", "um"), ("s", "dois"), ("code", "três"), ("a", "https://example.com/carros")):
        expect(formatted.locator(f".text {tag}")).to_have_text(text)
    expect(page.locator(".place")).to_contain_text("Av. Paulista")
    expect(page.locator(".contact")).to_contain_text("+55 11 99999-0042")
    expect(page.get_by_role("link", name="Abrir o site")).to_have_attribute("href", "https://example.com")
    page.get_by_role("button", name="Send location").click()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Continuar", exact=True).click()
    webhook.wait(lambda: len(webhook.messages) == 3)
    assert webhook.messages[1]["type"] == "location"
    assert webhook.messages[2]["button"] == {"payload": "Continuar", "text": "Continuar"}


def test_text_is_text_and_never_markup_of_the_page(page: Page) -> None:
    write(page, "<img src=x onerror=alert(1)><b>oi</b>")

    expect(page.locator(".message.mine .text")).to_have_text("<img src=x onerror=alert(1)><b>oi</b>")
    expect(page.locator(".message.mine img, .message.mine b")).to_have_count(0)


def test_a_send_that_meta_accepts_and_then_fails_is_marked_with_the_reason(
    page: Page, webhook: PlainWebhook
) -> None:
    write(page, "Oi")
    webhook.call(
        {**ANA, "type": "document", "document": {"link": "https://unreachable.example/proposta.pdf"}}
    )

    expect(page.locator(".message.theirs .failure")).to_contain_text("131053")
    expect(page.locator(".message.theirs .ticks.failed")).to_be_visible()


def test_typing_shows_until_the_answer_is_there(
    page: Page, webhook: PlainWebhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "bot", lambda _: [])
    write(page, "Oi")
    webhook.wait(lambda: len(webhook.messages) == 1)
    webhook.call(
        {"status": "read", "message_id": webhook.messages[0]["id"], "typing_indicator": {"type": "text"}}
    )
    expect(page.get_by_label("The business is typing")).to_be_visible()
    expect(page.locator("#chat-person")).to_contain_text("is typing…")
    expect(page.locator(".message.mine .ticks.read")).to_be_visible()

    webhook.call({**ANA, "type": "text", "text": {"body": "Pronto"}})
    expect(page.locator(".message.theirs")).to_have_text(re.compile("Pronto"))
    expect(page.get_by_label("The business is typing")).to_have_count(0)


def test_several_people_write_at_once_and_what_is_unread_is_counted(page: Page) -> None:
    for key in ("bruno", "carla"):
        page.request.post(
            re.sub("#.*", f"api/people/{key}/messages", page.url), data={"type": "text", "text": f"Sou {key}"}
        )
    bruno = page.locator(".person", has_text="Bruno Lima")
    expect(bruno.locator(".unread")).to_have_text("1")
    expect(page.locator(".person", has_text="Carla Dias")).to_contain_text("username")
    expect(page.locator(".message")).to_have_count(0)

    bruno.click()
    expect(page.locator(".message.theirs")).to_contain_text("Sou bruno")
    expect(bruno.locator(".unread")).to_have_count(0)
    page.get_by_role("searchbox", name="Search people").fill("carla")
    expect(page.locator(".person")).to_have_count(1)


def test_somebody_new_is_known_by_a_username_only_and_is_answered_by_user_id(
    page: Page, webhook: PlainWebhook
) -> None:
    page.get_by_role("button", name="Somebody new").click()
    page.get_by_label("Name", exact=True).fill("Eva Martins")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert").filter(has_text="a username, or both")).to_be_visible()
    page.get_by_label("Username", exact=True).fill("eva.martins")
    page.get_by_role("button", name="Add").click()

    expect(page.locator("#chat-person")).to_contain_text("@eva.martins")
    write(page, "Oi")
    expect(page.locator(".message.theirs")).to_have_count(1)
    assert "from" not in webhook.messages[0]
    assert webhook.messages[0]["from_user_id"].startswith("BR.")


def test_a_closed_window_shows_and_refuses_all_but_templates(page: Page, webhook: PlainWebhook) -> None:
    write(page, "Oi")
    expect(page.locator(".message.theirs")).to_have_count(1)
    page.get_by_role("button", name="24-hour window: Open").click()
    expect(page.get_by_role("button", name="24-hour window: Window closed")).to_be_disabled()

    webhook.call({**ANA, "type": "text", "text": {"body": "Olá?"}})
    assert webhook.calls[-1][1]["error"]["code"] == 131047
    assert webhook.calls[-1][0] == 400


def test_two_pages_show_the_same_and_a_reset_empties_both(
    page: Page, open_page: OpenPage, plain: tuple[PlainWebhook, Server]
) -> None:
    other = open_page(f"{plain[1].url}/#ana")
    write(page, "Oi")
    expect(other.locator(".message.mine")).to_contain_text("Oi")
    expect(other.locator(".message.theirs")).to_have_count(1)

    plain[1].simulation.reset()
    for each in (page, other):
        expect(each.locator(".message")).to_have_count(0)


def test_an_open_page_says_that_the_simulator_is_gone_and_goes_on_with_the_next_one(browser: Browser) -> None:
    (port,) = free_ports(1)
    configuration = Configuration(webhook_url="http://127.0.0.1:9/", app_secret="s", port=port)
    page = browser.new_page()
    with Server(configuration) as server:
        page.goto(f"{server.url}/#ana")
        page.wait_for_selector("[data-ready]")
        write(page, "de antes")
        expect(page.locator(".message.mine")).to_have_count(1)
    gone = page.get_by_text("The simulator does not answer.")
    expect(gone).to_be_visible()

    with Server(configuration) as server:
        expect(gone).to_be_hidden()
        expect(page.locator(".message.mine")).to_have_count(0)
        write(page, "de depois")
        expect(page.locator(".message.mine")).to_contain_text("de depois")
        page.close()


def test_a_tap_is_heard_though_the_ticks_change_between_the_fingers_down_and_up(page: Page) -> None:
    write(page, "Oi!")
    button = page.get_by_role("button", name="Ver carros")
    button.hover()
    page.mouse.down()
    expect(page.locator(last(page)).locator(".ticks.read")).to_be_visible()
    page.mouse.up()
    expect(page.locator(last(page, "mine"))).to_contain_text("Ver carros")
