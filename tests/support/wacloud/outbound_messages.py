"""Every outbound message there can be, as hypothesis draws it, and the way back from its JSON."""

from typing import Any

from hypothesis import strategies as st
from wacloud import outbound as o

Json = dict[str, Any]


def words(most: int) -> st.SearchStrategy[str]:
    """Any text of up to `most` characters that has a visible one: accents, emoji, right-to-left."""
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=most).filter(str.strip)


def plain_line(most: int) -> st.SearchStrategy[str]:
    """A header or a parameter: one line, without formatting and without many spaces in a row."""
    allowed = st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\t *_~`")
    return st.text(allowed, min_size=1, max_size=most).filter(str.strip)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Given or not."""
    return st.none() | strategy


ids = st.text("0123456789", min_size=1, max_size=20)
links = st.builds("https://{}.example.com/{}".format, st.text("abc", min_size=1, max_size=9), ids)


def media(kind: type[o.Outbound], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """By id or by link."""
    return st.builds(kind, id=ids, **fields) | st.builds(kind, link=links, **fields)


images = media(o.Image)
headers = maybe(plain_line(60) | images | media(o.Video) | media(o.Document))
footers = maybe(words(60))
bodies = words(1024)


def by(field: str) -> Any:
    """A key for lists that are unique in a field."""
    return lambda part: getattr(part, field)


buttons = st.lists(
    st.builds(o.ReplyButton, id=words(256), title=words(20)),
    min_size=1,
    max_size=3,
    unique_by=(by("id"), by("title")),
)
rows = st.lists(
    st.builds(o.Row, id=words(200), title=words(24), description=maybe(words(72))),
    min_size=1,
    max_size=10,
    unique_by=by("id"),
)


@st.composite
def menus(draw: st.DrawFn) -> o.ListMenu:
    """Rows, cut into sections."""
    all_rows = draw(rows)
    cut = draw(st.integers(0, len(all_rows)))
    parts = [part for part in (all_rows[:cut], all_rows[cut:]) if part]
    titles = words(24) if len(parts) > 1 else maybe(words(24))
    sections = [o.Section(rows=part, title=draw(titles)) for part in parts]
    header, footer = draw(maybe(plain_line(60))), draw(footers)
    return o.ListMenu(
        body=draw(words(4096)), button=draw(words(20)), sections=sections, header=header, footer=footer
    )


@st.composite
def carousels(draw: st.DrawFn) -> o.Carousel:
    """Cards that are alike."""
    count = draw(st.integers(2, 10))
    kind = draw(st.sampled_from(["reply", "link", "product"]))
    pictures = draw(st.sampled_from([images, media(o.Video)]))
    text = maybe(words(160).filter(lambda text: text.count("\n") <= 2))
    cards: list[object] = []
    each = draw(st.integers(1, 3))
    for card in range(count):
        if kind == "product":
            cards.append(o.ProductCard(catalog_id="1", product_retailer_id=draw(words(20))))
        elif kind == "link":
            url = draw(links)
            cards.append(
                o.LinkCard(header=draw(pictures), body=draw(text), display_text=draw(words(20)), url=url)
            )
        else:
            replies = [o.CardButton(id=f"{card}-{n}", title=draw(words(20))) for n in range(each)]
            cards.append(o.ReplyCard(header=draw(pictures), body=draw(text), buttons=replies))
    return o.Carousel(body=draw(bodies), cards=cards)


texts = st.builds(o.TextParameter, text=plain_line(40), parameter_name=maybe(words(10)))
money = st.builds(
    o.CurrencyParameter,
    currency=st.builds(
        o.Currency, fallback_value=plain_line(10), code=st.just("BRL"), amount_1000=st.integers()
    ),
)
dates = st.builds(o.DateTimeParameter, date_time=st.builds(o.DateTime, fallback_value=plain_line(10)))
places = st.builds(
    o.Location,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    name=maybe(words(20)),
    address=maybe(words(20)),
)
header_parts = st.builds(
    o.HeaderComponent,
    parameters=st.tuples(
        texts
        | st.builds(o.ImageParameter, image=images)
        | st.builds(o.LocationParameter, location=places)
        | st.builds(o.DocumentParameter, document=media(o.Document, filename=maybe(words(10))))
    ),
)
body_parts = st.builds(o.BodyComponent, parameters=st.lists(texts | money | dates, max_size=4))
button_parts = st.builds(
    o.ButtonComponent,
    sub_type=st.sampled_from(["quick_reply", "url", "copy_code", "flow"]),
    index=st.integers(0, 9),
    parameters=st.tuples(
        st.builds(o.PayloadParameter, payload=words(256))
        | st.builds(o.CouponParameter, coupon_code=words(20))
        | st.builds(o.ActionParameter, action=st.builds(o.Action, flow_token=words(20)))
    ),
)
cards = st.builds(
    o.TemplateCard,
    card_index=st.integers(0, 9),
    components=st.lists(header_parts | body_parts | button_parts, max_size=3),
)
templates = st.builds(
    o.Template,
    name=words(512),
    language=st.just("pt_BR"),
    components=st.lists(
        header_parts
        | body_parts
        | button_parts
        | st.builds(o.CarouselComponent, cards=st.lists(cards, min_size=1, max_size=3)),
        max_size=4,
    ),
)
contacts = st.builds(
    o.Contact,
    name=st.builds(o.Name, formatted_name=words(40), first_name=words(20)),
    phones=st.lists(st.builds(o.Phone, phone=words(20), wa_id=maybe(ids)), max_size=2),
    emails=st.lists(st.builds(o.Email, email=words(20)), max_size=2),
    urls=st.lists(st.builds(o.Link, url=links), max_size=2),
    org=maybe(st.builds(o.Organization, company=words(20))),
    birthday=maybe(st.dates()),
)

MESSAGES = st.one_of(
    st.builds(o.Text, body=words(4096), preview_url=st.booleans()),
    media(o.Image, caption=maybe(words(1024))),
    media(o.Video, caption=maybe(words(1024))),
    media(o.Audio, voice=maybe(st.booleans())),
    media(o.Document, caption=maybe(words(1024)), filename=maybe(words(40))),
    media(o.Sticker),
    places,
    st.builds(o.Contacts, contacts=st.lists(contacts, min_size=1, max_size=3)),
    st.builds(o.Reaction, message_id=words(40), emoji=st.sampled_from(["", "👍", "👩🏽‍🚀"])),
    st.builds(o.ReplyButtons, body=bodies, buttons=buttons, header=headers, footer=footers),
    menus(),
    st.builds(o.CallToAction, body=bodies, display_text=words(20), url=links, header=headers, footer=footers),
    st.builds(
        o.Flow,
        body=bodies,
        flow_cta=words(30),
        flow_name=words(20),
        screen=words(20),
        data=maybe(st.dictionaries(words(5), st.integers() | st.none(), min_size=1, max_size=2)),
        header=headers,
    ),
    st.builds(o.LocationRequest, body=bodies),
    st.builds(o.AddressRequest, body=bodies, country=st.sampled_from(["IN", "SG"]), header=headers),
    st.builds(o.Product, catalog_id=ids, product_retailer_id=words(20), body=maybe(bodies), footer=footers),
    st.builds(
        o.ProductList,
        catalog_id=ids,
        header=plain_line(60),
        body=bodies,
        sections=st.lists(
            st.builds(o.ProductSection, title=words(24), products=st.lists(ids, min_size=1, max_size=3)),
            min_size=1,
            max_size=10,
        ),
    ),
    st.builds(o.Catalog, body=bodies, thumbnail_product_retailer_id=maybe(ids), footer=footers),
    carousels(),
    templates,
)

_MEDIA: dict[str, type[o.Outbound]] = {
    kind.kind: kind for kind in (o.Image, o.Video, o.Audio, o.Document, o.Sticker)
}


def read_back(content: Json) -> o.Outbound:
    """The message that has this JSON."""
    kind = content["type"]
    given = content[kind]
    match kind:
        case "contacts":
            return o.Contacts(contacts=given)
        case "template":
            language = given["language"]["code"]
            return o.Template(**{**given, "language": language})
        case "interactive":
            return _interactive(given)
        case _:
            plain = {"text": o.Text, "location": o.Location, "reaction": o.Reaction}
            return {**plain, **_MEDIA}[kind](**given)


def _interactive(given: Json) -> o.Outbound:
    around = {part: given[part]["text"] for part in ("body", "footer") if part in given}
    if "header" in given:
        around["header"] = _header(given["header"])
    action = given["action"]
    named = action.get("parameters", {})
    match given["type"]:
        case "button":
            return o.ReplyButtons(**around, buttons=[button["reply"] for button in action["buttons"]])
        case "list":
            return o.ListMenu(**around, **action)
        case "cta_url":
            return o.CallToAction(**around, **named)
        case "flow":
            fields = {key: value for key, value in named.items() if key != "flow_message_version"}
            payload = fields.pop("flow_action_payload", {})
            return o.Flow(**around, **fields, **payload)
        case "location_request_message":
            return o.LocationRequest(**around)
        case "address_message":
            return o.AddressRequest(**around, **named)
        case "product":
            return o.Product(**around, **action)
        case "product_list":
            sections = [
                {
                    "title": part.get("title"),
                    "products": [item["product_retailer_id"] for item in part["product_items"]],
                }
                for part in action["sections"]
            ]
            return o.ProductList(**around, catalog_id=action["catalog_id"], sections=sections)
        case "catalog_message":
            return o.Catalog(**around, **named)
        case _:
            return o.Carousel(**around, cards=[_card(card) for card in action["cards"]])


def _card(card: Json) -> object:
    action = card["action"]
    if card["type"] == "product":
        return o.ProductCard(**action)
    above = {"header": _header(card["header"]), "body": card.get("body", {}).get("text")}
    if "buttons" in action:
        return o.ReplyCard(**above, buttons=[button["quick_reply"] for button in action["buttons"]])
    return o.LinkCard(**above, **action["parameters"])


def _header(header: Json) -> str | o.Outbound:
    kind = header["type"]
    return str(header["text"]) if kind == "text" else _MEDIA[kind](**header[kind])
