"""Each limit of Meta's is checked when the message is made, and the error names field, limit and length."""

from collections.abc import Callable

import pytest
from wacloud import outbound as o
from wacloud.errors import InvalidMessageError, WhatsAppError

BUTTON = {"id": "a", "title": "Sim"}
LINK = "https://example.com/x"
CARD = {"header": o.Image(id="1"), "display_text": "Ver", "url": LINK}


def rows(count: int) -> list[o.Row]:
    return [o.Row(id=str(number), title="Carro") for number in range(count)]


def buttons(*titles: str) -> o.ReplyButtons:
    return o.ReplyButtons(body="Oi", buttons=[{"id": title, "title": title} for title in titles])


def menu(**changed: object) -> o.ListMenu:
    return o.ListMenu(**{"body": "Oi", "button": "Ver", "sections": [o.Section(rows=rows(1))], **changed})


def link(**changed: object) -> o.CallToAction:
    return o.CallToAction(**{"body": "Oi", "display_text": "Ver", "url": LINK, **changed})


def flow(**changed: object) -> o.Flow:
    return o.Flow(**{"body": "Oi", "flow_cta": "Abrir", "flow_id": "1", **changed})


def carousel(*cards: object) -> o.Carousel:
    return o.Carousel(body="Oi", cards=cards)


def reply_card(index: int, **changed: object) -> o.ReplyCard:
    button = {"id": f"c{index}", "title": "Quero"}
    return o.ReplyCard(**{"header": o.Image(id="1"), "buttons": [button], **changed})


def template(*components: object) -> o.Template:
    return o.Template(name="t", language="pt_BR", components=components)


def coupon(code: str) -> object:
    parameters = [{"type": "coupon_code", "coupon_code": code}]
    return {"type": "button", "sub_type": "copy_code", "index": 0, "parameters": parameters}


# What is refused, the whole message of the error, and the longest that passes.
LIMITS: dict[str, tuple[Callable[[], object], str, Callable[[], object]]] = {
    "text": (
        lambda: o.Text(body="x" * 4097),
        "body: 4097 characters, at most 4096",
        lambda: o.Text(body="x" * 4096),
    ),
    "empty text": (lambda: o.Text(body=""), "body: 0 characters, at least 1", lambda: o.Text(body="x")),
    "half an emoji": (
        lambda: o.Text(body="Oi \ud83d"),
        "body: holds half a character (a lone surrogate)",
        lambda: o.Text(body="Oi 🚗"),
    ),
    "blank text": (lambda: o.Text(body=" \n"), "body: only white space", lambda: o.Text(body=" x")),
    "image caption": (
        lambda: o.Image(id="1", caption="x" * 1025),
        "caption: 1025 characters, at most 1024",
        lambda: o.Image(id="1", caption="x" * 1024),
    ),
    "video caption": (
        lambda: o.Video(id="1", caption="x" * 1025),
        "caption: 1025 characters, at most 1024",
        lambda: o.Video(id="1", caption="x" * 1024),
    ),
    "document caption": (
        lambda: o.Document(id="1", caption="x" * 1025),
        "caption: 1025 characters, at most 1024",
        lambda: o.Document(id="1", caption="x" * 1024),
    ),
    "button title": (
        lambda: buttons("Sim", "x" * 24),
        "buttons[1].title: 24 characters, at most 20",
        lambda: buttons("Sim", "x" * 20),
    ),
    "button id": (
        lambda: o.ReplyButtons(body="Oi", buttons=[{"id": "x" * 257, "title": "Sim"}]),
        "buttons[0].id: 257 characters, at most 256",
        lambda: o.ReplyButtons(body="Oi", buttons=[{"id": "x" * 256, "title": "Sim"}]),
    ),
    "a button by itself": (
        lambda: o.ReplyButton(id="a", title="x" * 21),
        "title: 21 characters, at most 20",
        lambda: o.ReplyButton(id="a", title="x" * 20),
    ),
    "number of buttons": (
        lambda: buttons("1", "2", "3", "4"),
        "buttons: 4 items, at most 3",
        lambda: buttons("1", "2", "3"),
    ),
    "no button": (buttons, "buttons: 0 items, at least 1", lambda: buttons("1")),
    "button titles": (
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON, {"id": "b", "title": "Sim"}]),
        "the button title 'Sim' comes twice",
        lambda: buttons("Sim", "Não"),
    ),
    "button ids": (
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON, {"id": "a", "title": "Não"}]),
        "the button id 'a' comes twice",
        lambda: buttons("Sim", "Não"),
    ),
    "buttons body": (
        lambda: o.ReplyButtons(body="x" * 1025, buttons=[BUTTON]),
        "body: 1025 characters, at most 1024",
        lambda: o.ReplyButtons(body="x" * 1024, buttons=[BUTTON]),
    ),
    "buttons header": (
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON], header="x" * 61),
        "header: 61 characters, at most 60",
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON], header="x" * 60),
    ),
    "caption in a header": (
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON], header=o.Image(id="1", caption="x")),
        "header: media in a header has no caption: the body is its text",
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON], header=o.Document(id="1")),
    ),
    "a header of another kind": (
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON], header=o.Sticker(id="1")),
        "header: must be text, an Image, a Video or a Document",
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON], header=o.Video(id="1")),
    ),
    "buttons footer": (
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON], footer="x" * 61),
        "footer: 61 characters, at most 60",
        lambda: o.ReplyButtons(body="Oi", buttons=[BUTTON], footer="x" * 60),
    ),
    "list body": (
        lambda: menu(body="x" * 4097),
        "body: 4097 characters, at most 4096",
        lambda: menu(body="x" * 4096),
    ),
    "list header": (
        lambda: menu(header="x" * 61),
        "header: 61 characters, at most 60",
        lambda: menu(header="x" * 60),
    ),
    "list footer": (
        lambda: menu(footer="x" * 61),
        "footer: 61 characters, at most 60",
        lambda: menu(footer="x" * 60),
    ),
    "list button": (
        lambda: menu(button="x" * 21),
        "button: 21 characters, at most 20",
        lambda: menu(button="x" * 20),
    ),
    "section title": (
        lambda: o.Section(title="x" * 25, rows=rows(1)),
        "title: 25 characters, at most 24",
        lambda: o.Section(title="x" * 24, rows=rows(1)),
    ),
    "missing section title": (
        lambda: menu(sections=[o.Section(title="A", rows=rows(1)), {"rows": [{"id": "z", "title": "Z"}]}]),
        "each section needs a title when there are several",
        lambda: menu(sections=[o.Section(title="A", rows=rows(1))]),
    ),
    "row id": (
        lambda: menu(sections=[{"rows": [{"id": "x" * 201, "title": "A"}]}]),
        "sections[0].rows[0].id: 201 characters, at most 200",
        lambda: menu(sections=[{"rows": [{"id": "x" * 200, "title": "A"}]}]),
    ),
    "row title": (
        lambda: menu(sections=[{"rows": [{"id": "a", "title": "x" * 25}]}]),
        "sections[0].rows[0].title: 25 characters, at most 24",
        lambda: menu(sections=[{"rows": [{"id": "a", "title": "x" * 24}]}]),
    ),
    "row description": (
        lambda: menu(sections=[{"rows": [{"id": "a", "title": "A", "description": "x" * 73}]}]),
        "sections[0].rows[0].description: 73 characters, at most 72",
        lambda: menu(sections=[{"rows": [{"id": "a", "title": "A", "description": "x" * 72}]}]),
    ),
    "rows over all sections": (
        lambda: menu(
            sections=[
                o.Section(title="A", rows=rows(8)),
                o.Section(title="B", rows=[o.Row(id=f"b{number}", title="B") for number in range(3)]),
            ]
        ),
        "11 rows over all sections, at most 10",
        lambda: menu(sections=[o.Section(rows=rows(10))]),
    ),
    "row ids": (
        lambda: menu(sections=[o.Section(rows=[*rows(1), *rows(1)])]),
        "the row id '0' comes twice",
        lambda: menu(sections=[o.Section(rows=rows(2))]),
    ),
    "link body": (
        lambda: link(body="x" * 1025),
        "body: 1025 characters, at most 1024",
        lambda: link(body="x" * 1024),
    ),
    "link text": (
        lambda: link(display_text="x" * 21),
        "display_text: 21 characters, at most 20",
        lambda: link(display_text="x" * 20),
    ),
    "link header": (
        lambda: link(header="x" * 61),
        "header: 61 characters, at most 60",
        lambda: link(header="x" * 60),
    ),
    "link footer": (
        lambda: link(footer="x" * 61),
        "footer: 61 characters, at most 60",
        lambda: link(footer="x" * 60),
    ),
    "flow button": (
        lambda: flow(flow_cta="x" * 31),
        "flow_cta: 31 characters, at most 30",
        lambda: flow(flow_cta="x" * 30),
    ),
    "flow by two names": (
        lambda: flow(flow_name="a"),
        "exactly one of flow_id and flow_name is needed",
        lambda: flow(flow_id=None, flow_name="a"),
    ),
    "flow data without a screen": (
        lambda: flow(data={"a": 1}),
        "data needs the screen that shows it",
        lambda: flow(data={"a": 1}, screen="A"),
    ),
    "flow with a screen it does not choose": (
        lambda: flow(screen="A", flow_action="data_exchange"),
        "screen and data go with flow_action 'navigate' only",
        lambda: flow(flow_action="data_exchange"),
    ),
    "location request": (
        lambda: o.LocationRequest(body="x" * 1025),
        "body: 1025 characters, at most 1024",
        lambda: o.LocationRequest(body="x" * 1024),
    ),
    "products": (
        lambda: o.ProductList(
            catalog_id="1", header="A", body="B", sections=[{"products": [str(n) for n in range(31)]}]
        ),
        "31 products over all sections, at most 30",
        lambda: o.ProductList(
            catalog_id="1", header="A", body="B", sections=[{"products": [str(n) for n in range(30)]}]
        ),
    ),
    "one card": (
        lambda: carousel(CARD),
        "cards: 1 items, at least 2",
        lambda: carousel(CARD, CARD),
    ),
    "eleven cards": (
        lambda: carousel(*[CARD] * 11),
        "cards: 11 items, at most 10",
        lambda: carousel(*[CARD] * 10),
    ),
    "card text": (
        lambda: o.LinkCard(**CARD, body="x" * 161),
        "body: 161 characters, at most 160",
        lambda: o.LinkCard(**CARD, body="x" * 160),
    ),
    "lines of a card": (
        lambda: o.LinkCard(**CARD, body="a\nb\nc\nd"),
        "body: 3 line breaks, at most 2",
        lambda: o.LinkCard(**CARD, body="a\n\nb"),
    ),
    "card button id": (
        lambda: o.CardButton(id="x" * 21, title="Quero"),
        "id: 21 characters, at most 20",
        lambda: o.CardButton(id="x" * 20, title="Quero"),
    ),
    "card button title": (
        lambda: o.CardButton(id="a", title="x" * 21),
        "title: 21 characters, at most 20",
        lambda: o.CardButton(id="a", title="x" * 20),
    ),
    "cards of two kinds": (
        lambda: carousel(o.LinkCard(**CARD), reply_card(1)),
        "cards: all of one kind",
        lambda: carousel(reply_card(0), reply_card(1)),
    ),
    "cards of two catalogues": (
        lambda: carousel(*(o.ProductCard(catalog_id=str(n), product_retailer_id="a") for n in range(2))),
        "cards: all of one catalogue",
        lambda: carousel(*(o.ProductCard(catalog_id="1", product_retailer_id=str(n)) for n in range(2))),
    ),
    "cards with and without film": (
        lambda: carousel(reply_card(0), reply_card(1, header=o.Video(id="1"))),
        "cards: all with an image or all with a video",
        lambda: carousel(*(reply_card(n, header=o.Video(id="1")) for n in range(2))),
    ),
    "cards of unlike numbers of buttons": (
        lambda: carousel(
            reply_card(0), reply_card(1, buttons=[{"id": str(n), "title": "Oi"} for n in range(2)])
        ),
        "cards: each with the same number of buttons",
        lambda: carousel(reply_card(0), reply_card(1)),
    ),
    "coupon code": (
        lambda: template(coupon("x" * 21)),
        "components[0].parameters[0].coupon_code: 21 characters, at most 20",
        lambda: template(coupon("x" * 20)),
    ),
    "template name": (
        lambda: o.Template(name="x" * 513, language="pt_BR"),
        "name: 513 characters, at most 512",
        lambda: o.Template(name="x" * 512, language="pt_BR"),
    ),
    "a component nobody knows": (
        lambda: template({"type": "foot"}),
        "components[0]: type <foot> is not one of '<header>', '<body>', '<button>', '<limited_time_offer>', "
        "'<carousel>', '<tap_target_configuration>', '<order_status>'",
        lambda: template({"type": "body"}),
    ),
    "a component without a type": (
        lambda: template({"parameters": []}),
        "components[0]: its type is missing",
        lambda: template({"type": "body", "parameters": []}),
    ),
    "an http image deep in a template": (
        lambda: template(
            {"type": "header", "parameters": [{"type": "image", "image": {"link": "http://x.com/a"}}]}
        ),
        "components[0].parameters[0].image.link: must begin with https:// and name a host",
        lambda: template(
            {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://x.com/a"}}]}
        ),
    ),
    "latitude": (
        lambda: o.Location(latitude=90.1, longitude=0),
        "latitude: Input should be less than or equal to 90",
        lambda: o.Location(latitude=-90, longitude=180),
    ),
    "a name of one part": (
        lambda: o.Name(formatted_name="Ana"),
        "needs a first, middle or last name, a prefix or a suffix beside formatted_name",
        lambda: o.Name(formatted_name="Ana", last_name="Silva"),
    ),
    "a field nobody knows": (
        lambda: o.Text(body="Oi", size=3),
        "size: no such field",
        lambda: o.Text(body="Oi"),
    ),
    "a field that is missing": (o.Text, "body: missing", lambda: o.Text(body="Oi")),
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_meta_would_refuse_is_refused_with_field_limit_and_length(name: str) -> None:
    make, said, _ = LIMITS[name]
    with pytest.raises(InvalidMessageError) as refused:
        make()
    assert str(refused.value) == said


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_just_within_the_limit_passes(name: str) -> None:
    LIMITS[name][2]()


@pytest.mark.parametrize("kind", [o.Image, o.Video, o.Audio, o.Document, o.Sticker])
@pytest.mark.parametrize(
    "address",
    ["http://example.com/a", "ftp://example.com/a", "https://", "https:///a", "/a", "https://a b", ""],
)
def test_a_file_is_fetched_from_an_https_address_only(kind: type[o.Image], address: str) -> None:
    with pytest.raises(InvalidMessageError, match=r"^link: "):
        kind(link=address)


@pytest.mark.parametrize("kind", [o.Image, o.Video, o.Audio, o.Document, o.Sticker])
def test_a_file_has_exactly_one_source(kind: type[o.Image]) -> None:
    for given in ({}, {"id": "1", "link": LINK}):
        with pytest.raises(InvalidMessageError, match="exactly one of id and link is needed"):
            kind(**given)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(InvalidMessageError) as refused:
        o.ReplyButtons(body="x" * 1025, buttons=[{"id": "a", "title": "x" * 21}, {"id": ""}], footer="x" * 61)
    assert refused.value.problems == (
        ("body", "1025 characters, at most 1024"),
        ("buttons[0].title", "21 characters, at most 20"),
        ("buttons[1].id", "0 characters, at least 1"),
        ("buttons[1].title", "missing"),
        ("footer", "61 characters, at most 60"),
    )


def test_the_error_is_a_value_error_and_one_of_this_packages() -> None:
    with pytest.raises(ValueError, match="at most 4096") as refused:
        o.Text(body="x" * 5000)
    assert isinstance(refused.value, WhatsAppError)
    assert refused.value.kind == "invalid"
