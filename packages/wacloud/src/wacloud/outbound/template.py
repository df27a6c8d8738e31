"""Templates: the only messages that pass outside the 24-hour window.

The components are Meta's own, so that a list in Meta's JSON may stand in place of the objects.
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
- https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from wacloud.outbound.message import Json, NotBlank, Outbound, Part, Text1, limit
from wacloud.outbound.template_parameters import (
    BodyParameter,
    ButtonParameter,
    HeaderParameter,
    OfferParameter,
    OrderStatusParameter,
    TapTargetParameter,
    tag_of,
)


def _lowered(value: Any) -> Any:
    """Meta's pages write a component's type in both cases."""
    return value.lower() if isinstance(value, str) else value


class HeaderComponent(Part):
    """The header's one parameter."""

    type: Annotated[Literal["header"], BeforeValidator(_lowered)] = "header"
    parameters: Annotated[tuple[HeaderParameter, ...], limit(1)]


class BodyComponent(Part):
    """The body's parameters, in order or named."""

    type: Annotated[Literal["body"], BeforeValidator(_lowered)] = "body"
    parameters: tuple[BodyParameter, ...] = ()


class ButtonComponent(Part):
    """What a button needs; `index` counts the template's buttons from 0, and only a call button may go without."""

    type: Annotated[Literal["button"], BeforeValidator(_lowered)] = "button"
    sub_type: Annotated[
        Literal[
            "quick_reply",
            "url",
            "copy_code",
            "catalog",
            "mpm",
            "flow",
            "voice_call",
            "order_details",
            "request_contact_info",
        ],
        BeforeValidator(_lowered),
    ]
    index: Annotated[int, Field(ge=0, le=9)] | None = None
    parameters: tuple[ButtonParameter, ...] = ()

    @model_validator(mode="after")
    def _indexed(self) -> Self:
        if self.index is None and self.sub_type != "voice_call":
            raise ValueError("index: missing")
        return self

    def dump(self) -> Json:
        """Meta's pages want the index as a string."""
        index = {} if self.index is None else {"index": str(self.index)}
        return {**super().dump(), **index}


class OfferComponent(Part):
    """The limited-time offer of an offer template."""

    type: Annotated[Literal["limited_time_offer"], BeforeValidator(_lowered)] = "limited_time_offer"
    parameters: Annotated[tuple[OfferParameter, ...], limit(1)]


class TapTargetComponent(Part):
    """The page that opens when the message is tapped."""

    type: Annotated[Literal["tap_target_configuration"], BeforeValidator(_lowered)] = (
        "tap_target_configuration"
    )
    parameters: Annotated[tuple[TapTargetParameter, ...], limit(1)]


class OrderStatusComponent(Part):
    """What has become of an order."""

    type: Annotated[Literal["order_status"], BeforeValidator(_lowered)] = "order_status"
    parameters: Annotated[tuple[OrderStatusParameter, ...], limit(1)]


CardComponent = Annotated[
    Annotated[HeaderComponent, Tag("<header>")]
    | Annotated[BodyComponent, Tag("<body>")]
    | Annotated[ButtonComponent, Tag("<button>")],
    Discriminator(tag_of),
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
    | Annotated[CarouselComponent, Tag("<carousel>")]
    | Annotated[TapTargetComponent, Tag("<tap_target_configuration>")]
    | Annotated[OrderStatusComponent, Tag("<order_status>")],
    Discriminator(tag_of),
]


class Template(Outbound):
    """An approved template of the account, in one of its languages (`en_US`), filled in."""

    kind = "template"
    name: Annotated[str, limit(512), NotBlank]
    language: Text1
    components: tuple[Component, ...] = ()

    def payload(self) -> Json:
        """As Meta wants it."""
        parts = [component.dump() for component in self.components]
        language = {"code": self.language}
        return {"name": self.name, "language": language, **({"components": parts} if parts else {})}
