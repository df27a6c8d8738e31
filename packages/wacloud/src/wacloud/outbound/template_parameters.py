"""What fills a template in: the parameters of its header, its body and its buttons.

A list in Meta's JSON may stand in place of the objects.  Where they go is told in `template`.
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
- https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from wacloud.outbound.media import BareDocument, BareImage, BareVideo, Gif
from wacloud.outbound.message import NotBlank, Part, Text1, WebLink, limit
from wacloud.outbound.place import Location as Place

_FORBIDDEN = re.compile(r"[\n\r\t]| {5}")


def _one_line(text: str) -> str:
    if _FORBIDDEN.search(text):
        raise ValueError("a parameter has no line break, no tab and at most four spaces in a row")
    return text


ParameterText = Annotated[Text1, AfterValidator(_one_line)]


class TextParameter(Part):
    """Text on one line; `parameter_name` where the template's parameters are named.

    `payment_link_preview` goes with the URL button of a payment link.
    """

    type: Literal["text"] = "text"
    text: ParameterText
    parameter_name: Text1 | None = None
    payment_link_preview: Any = None


class Currency(Part):
    """An amount, times 1,000, of an ISO 4217 currency, and how it reads."""

    fallback_value: ParameterText
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    amount_1000: int


class CurrencyParameter(Part):
    """An amount of money."""

    type: Literal["currency"] = "currency"
    currency: Currency
    parameter_name: Text1 | None = None


class DateTime(Part):
    """A date as it reads.  The Cloud API shows `fallback_value`, whatever else is given; Meta's own examples give it."""

    fallback_value: ParameterText
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


class GifParameter(Part):
    """A moving picture."""

    type: Literal["gif"] = "gif"
    gif: Gif


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


class CallMinutesParameter(Part):
    """Minutes for which a call button works: 1 to 43,200 (30 days)."""

    type: Literal["ttl_minutes"] = "ttl_minutes"
    ttl_minutes: Annotated[int, Field(ge=1, le=43_200)]


class GroupParameter(Part):
    """The group that an invitation is for."""

    type: Literal["group_id"] = "group_id"
    group_id: Text1
    parameter_name: Text1 | None = None


class TapTarget(Part):
    """The page that opens when the message itself is tapped, and its title."""

    url: WebLink
    title: Text1


class TapTargetParameter(Part):
    """Where a tap on the message leads."""

    type: Literal["tap_target_configuration"] = "tap_target_configuration"
    tap_target_configuration: Annotated[tuple[TapTarget, ...], limit(1)]


class OrderStatusParameter(Part):
    """What has become of an order: `{"reference_id": ..., "order": {"status": ..., "description"?: ...}}`."""

    type: Literal["order_status"] = "order_status"
    order_status: Mapping[str, Any]


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


def tag_of(value: Any) -> str | None:
    """Which component or parameter it is, made or still in Meta's JSON."""
    kind = value.get("type") if isinstance(value, Mapping) else getattr(value, "type", None)
    return f"<{kind.lower()}>" if isinstance(kind, str) else None


HeaderParameter = Annotated[
    Annotated[TextParameter, Tag("<text>")]
    | Annotated[ImageParameter, Tag("<image>")]
    | Annotated[VideoParameter, Tag("<video>")]
    | Annotated[GifParameter, Tag("<gif>")]
    | Annotated[DocumentParameter, Tag("<document>")]
    | Annotated[LocationParameter, Tag("<location>")]
    | Annotated[ProductParameter, Tag("<product>")],
    Discriminator(tag_of),
]
BodyParameter = Annotated[
    Annotated[TextParameter, Tag("<text>")]
    | Annotated[CurrencyParameter, Tag("<currency>")]
    | Annotated[DateTimeParameter, Tag("<date_time>")]
    | Annotated[GroupParameter, Tag("<group_id>")],
    Discriminator(tag_of),
]
ButtonParameter = Annotated[
    Annotated[PayloadParameter, Tag("<payload>")]
    | Annotated[TextParameter, Tag("<text>")]
    | Annotated[CouponParameter, Tag("<coupon_code>")]
    | Annotated[CallMinutesParameter, Tag("<ttl_minutes>")]
    | Annotated[GroupParameter, Tag("<group_id>")]
    | Annotated[ActionParameter, Tag("<action>")],
    Discriminator(tag_of),
]
