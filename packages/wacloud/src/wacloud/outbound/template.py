"""Templates: the only messages that pass outside the 24-hour window.

The components are Meta's own, so that a list in Meta's JSON may stand in place of the objects.
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
- https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from wacloud.outbound.media import BareDocument, BareImage, BareVideo
from wacloud.outbound.message import Json, NotBlank, Outbound, Part, Text1, limit
from wacloud.outbound.place import Location as Place


class TextParameter(Part):
    """Text; `parameter_name` where the template's parameters are named."""

    type: Literal["text"] = "text"
    text: Text1
    parameter_name: Text1 | None = None


class Currency(Part):
    """An amount, times 1,000, of an ISO 4217 currency, and how it reads."""

    fallback_value: Text1
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    amount_1000: int


class CurrencyParameter(Part):
    """An amount of money."""

    type: Literal["currency"] = "currency"
    currency: Currency
    parameter_name: Text1 | None = None


class DateTime(Part):
    """A date as it reads.  The Cloud API shows `fallback_value`, whatever else is given; Meta's own examples give it."""

    fallback_value: Text1
    calendar: str | None = None
    day_of_month: int | None = None
    day_of_week: int | str | None = None
    hour: int | None = None
    minute: int | None = None
    month: int | None = None
    year: int | None = None


class DateTimeParameter(Part):
    """A date."""

    type: Literal["date_time"] = "date_time"
    date_time: DateTime
    parameter_name: Text1 | None = None


class ImageParameter(Part):
    """A picture."""

    type: Literal["image"] = "image"
    image: BareImage


class VideoParameter(Part):
    """A video."""

    type: Literal["video"] = "video"
    video: BareVideo


class DocumentParameter(Part):
    """A PDF."""

    type: Literal["document"] = "document"
    document: BareDocument


class LocationParameter(Part):
    """A place."""

    type: Literal["location"] = "location"
    location: Place


class ProductReference(Part):
    """A product of a catalogue."""

    product_retailer_id: Text1
    catalog_id: Text1


class ProductParameter(Part):
    """A product, in the header of a single-product template or of a product card."""

    type: Literal["product"] = "product"
    product: ProductReference


class Expiration(Part):
    """When an offer ends: milliseconds since 1970, UTC."""

    expiration_time_ms: Annotated[int, Field(ge=0)]


class OfferParameter(Part):
    """The end of a limited-time offer."""

    type: Literal["limited_time_offer"] = "limited_time_offer"
    limited_time_offer: Expiration


class PayloadParameter(Part):
    """What comes back when a quick-reply button is tapped."""

    type: Literal["payload"] = "payload"
    payload: Text1


class CouponParameter(Part):
    """The code that a copy-code button copies: at most 20 characters."""

    type: Literal["coupon_code"] = "coupon_code"
    coupon_code: Annotated[str, limit(20), NotBlank]


class Action(Part):
    """What a catalogue, product-list, flow or payment button needs."""

    thumbnail_product_retailer_id: Text1 | None = None
    sections: tuple[Mapping[str, Any], ...] | None = None
    flow_token: Text1 | None = None
    flow_action_data: Mapping[str, Any] | None = None
    order_details: Mapping[str, Any] | None = None


class ActionParameter(Part):
    """The parameter of a catalogue, product-list, flow or payment button."""

    type: Literal["action"] = "action"
    action: Action


def _lowered(value: Any) -> Any:
    """Meta's pages write a component's type in both cases."""
    return value.lower() if isinstance(value, str) else value


def _tag(value: Any) -> str | None:
    """Which component or parameter it is, made or still in Meta's JSON."""
    kind = value.get("type") if isinstance(value, Mapping) else getattr(value, "type", None)
    return f"<{kind.lower()}>" if isinstance(kind, str) else None


HeaderParameter = Annotated[
    Annotated[TextParameter, Tag("<text>")]
    | Annotated[ImageParameter, Tag("<image>")]
    | Annotated[VideoParameter, Tag("<video>")]
    | Annotated[DocumentParameter, Tag("<document>")]
    | Annotated[LocationParameter, Tag("<location>")]
    | Annotated[ProductParameter, Tag("<product>")],
    Discriminator(_tag),
]
BodyParameter = Annotated[
    Annotated[TextParameter, Tag("<text>")]
    | Annotated[CurrencyParameter, Tag("<currency>")]
    | Annotated[DateTimeParameter, Tag("<date_time>")],
    Discriminator(_tag),
]
ButtonParameter = Annotated[
    Annotated[PayloadParameter, Tag("<payload>")]
    | Annotated[TextParameter, Tag("<text>")]
    | Annotated[CouponParameter, Tag("<coupon_code>")]
    | Annotated[ActionParameter, Tag("<action>")],
    Discriminator(_tag),
]


class HeaderComponent(Part):
    """The header's one parameter."""

    type: Annotated[Literal["header"], BeforeValidator(_lowered)] = "header"
    parameters: Annotated[tuple[HeaderParameter, ...], limit(1)]


class BodyComponent(Part):
    """The body's parameters, in order or named."""

    type: Annotated[Literal["body"], BeforeValidator(_lowered)] = "body"
    parameters: tuple[BodyParameter, ...] = ()


class ButtonComponent(Part):
    """What a button needs; `index` counts the template's buttons from 0."""

    type: Annotated[Literal["button"], BeforeValidator(_lowered)] = "button"
    sub_type: Annotated[
        Literal["quick_reply", "url", "copy_code", "catalog", "mpm", "flow", "voice_call", "order_details"],
        BeforeValidator(_lowered),
    ]
    index: Annotated[int, Field(ge=0, le=9)]
    parameters: tuple[ButtonParameter, ...] = ()

    def dump(self) -> Json:
        """Meta's pages want the index as a string."""
        return {**super().dump(), "index": str(self.index)}


class OfferComponent(Part):
    """The limited-time offer of an offer template."""

    type: Annotated[Literal["limited_time_offer"], BeforeValidator(_lowered)] = "limited_time_offer"
    parameters: Annotated[tuple[OfferParameter, ...], limit(1)]


CardComponent = Annotated[
    Annotated[HeaderComponent, Tag("<header>")]
    | Annotated[BodyComponent, Tag("<body>")]
    | Annotated[ButtonComponent, Tag("<button>")],
    Discriminator(_tag),
]


class TemplateCard(Part):
    """One card of a carousel template."""

    card_index: Annotated[int, Field(ge=0, le=9)]
    components: tuple[CardComponent, ...]

    def dump(self) -> Json:
        """With its components."""
        return {"card_index": self.card_index, "components": [part.dump() for part in self.components]}


class CarouselComponent(Part):
    """At most ten cards."""

    type: Annotated[Literal["carousel"], BeforeValidator(_lowered)] = "carousel"
    cards: Annotated[tuple[TemplateCard, ...], limit(10)]

    def dump(self) -> Json:
        """With its cards."""
        return {"type": self.type, "cards": [card.dump() for card in self.cards]}


Component = Annotated[
    Annotated[HeaderComponent, Tag("<header>")]
    | Annotated[BodyComponent, Tag("<body>")]
    | Annotated[ButtonComponent, Tag("<button>")]
    | Annotated[OfferComponent, Tag("<limited_time_offer>")]
    | Annotated[CarouselComponent, Tag("<carousel>")],
    Discriminator(_tag),
]


class Template(Outbound):
    """An approved template of the account, in one of its languages (`pt_BR`), filled in."""

    kind = "template"
    name: Annotated[str, limit(512), NotBlank]
    language: Text1
    components: tuple[Component, ...] = ()

    def payload(self) -> Json:
        """As Meta wants it."""
        parts = [component.dump() for component in self.components]
        language = {"code": self.language}
        return {"name": self.name, "language": language, **({"components": parts} if parts else {})}
