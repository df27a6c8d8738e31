"""Two to ten cards side by side, all of one kind.

Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-media-carousel-messages
- https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-product-carousel-messages
"""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from wacloud.outbound.media import BareImage, BareVideo, Image, Video
from wacloud.outbound.message import Body, Interactive, Json, NotBlank, Part, Text1, WebLink, limit, unique

MOST_LINE_BREAKS = 2


def _few_lines(text: str) -> str:
    if (breaks := text.count("\n")) > MOST_LINE_BREAKS:
        raise ValueError(f"{breaks} line breaks, at most {MOST_LINE_BREAKS}")
    return text


CardText = Annotated[str, limit(160), NotBlank, AfterValidator(_few_lines)]


class CardButton(Part):
    """A quick reply on a card: `id` and `title` have at most 20 characters."""

    id: Annotated[str, limit(20), NotBlank]
    title: Annotated[str, limit(20), NotBlank]


class ReplyCard(Part):
    """A picture or a video, a text of at most 160 characters and 2 line breaks, and one quick reply or several."""

    header: BareImage | BareVideo
    buttons: Annotated[tuple[CardButton, ...], Field(min_length=1)]
    body: CardText | None = None

    def dump(self) -> Json:
        """Meta calls a card with quick replies a `cta_url` card too."""
        buttons = [{"type": "quick_reply", "quick_reply": button.dump()} for button in self.buttons]
        return {"type": "cta_url", **_above(self.header, self.body), "action": {"buttons": buttons}}


class LinkCard(Part):
    """A picture or a video, a text of at most 160 characters and 2 line breaks, and a button that opens a web page."""

    header: BareImage | BareVideo
    display_text: Annotated[str, limit(20), NotBlank]
    url: WebLink
    body: CardText | None = None

    def dump(self) -> Json:
        """With its button."""
        parameters = {"display_text": self.display_text, "url": self.url}
        action = {"name": "cta_url", "parameters": parameters}
        return {"type": "cta_url", **_above(self.header, self.body), "action": action}


class ProductCard(Part):
    """A product; all cards name the same catalogue."""

    catalog_id: Text1
    product_retailer_id: Text1

    def dump(self) -> Json:
        """Which product."""
        return {"type": "product", "action": self.model_dump()}


def _tag(card: Any) -> str:
    """Which card it is, made or still a mapping: each kind has a field that the others have not."""
    has = card.__contains__ if isinstance(card, Mapping) else lambda field: hasattr(card, field)
    return "<reply>" if has("buttons") else "<product>" if has("product_retailer_id") else "<link>"


Card = Annotated[
    Annotated[ReplyCard, Tag("<reply>")]
    | Annotated[LinkCard, Tag("<link>")]
    | Annotated[ProductCard, Tag("<product>")],
    Discriminator(_tag),
]


class Carousel(Interactive):
    """A body of at most 1,024 characters above the cards; there is neither header nor footer."""

    interactive_kind = "carousel"
    body: Body
    cards: Annotated[tuple[Card, ...], Field(min_length=2, max_length=10)]

    @model_validator(mode="after")
    def _alike(self) -> Self:
        if len({type(card) for card in self.cards}) > 1:
            raise ValueError("cards: all of one kind")
        if len({len(card.buttons) for card in self.cards if isinstance(card, ReplyCard)}) > 1:
            raise ValueError("cards: each with the same number of buttons")
        if len({card.catalog_id for card in self.cards if isinstance(card, ProductCard)}) > 1:
            raise ValueError("cards: all of one catalogue")
        headers = {type(card.header) for card in self.cards if not isinstance(card, ProductCard)}
        if len(headers) > 1:
            raise ValueError("cards: all with an image or all with a video")
        replies = [card for card in self.cards if isinstance(card, ReplyCard)]
        unique("button id", [button.id for card in replies for button in card.buttons])
        return self

    def action(self) -> Json:
        """The cards, numbered from 0."""
        return {"cards": [{"card_index": index, **card.dump()} for index, card in enumerate(self.cards)]}


def _above(header: Image | Video, body: str | None) -> Json:
    return {"header": header.content(), **({"body": {"text": body}} if body else {})}
