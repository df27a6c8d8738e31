"""Every message that can be sent, one class a kind, and `build_request`, which makes the whole request of one.

    build_request(Text(body="Olá!"), to="5511999999999")

A message that exists is one that Meta's documented limits allow: breaking one raises InvalidMessageError when the
message is made.  Nothing is sent here; that is `wacloud.client`.
"""

from wacloud.outbound.carousel import CardButton, Carousel, LinkCard, ProductCard, ReplyCard
from wacloud.outbound.commerce import Catalog, Product, ProductList, ProductSection
from wacloud.outbound.contacts import Address, Contact, Contacts, Email, Link, Name, Organization, Phone
from wacloud.outbound.interactive import (
    AddressRequest,
    CallToAction,
    Flow,
    ListMenu,
    LocationRequest,
    ReplyButton,
    ReplyButtons,
    Row,
    Section,
)
from wacloud.outbound.media import Audio, Document, Image, Sticker, Video
from wacloud.outbound.message import Interactive, Outbound
from wacloud.outbound.place import Location
from wacloud.outbound.request import build_request
from wacloud.outbound.template import (
    BodyComponent,
    ButtonComponent,
    CarouselComponent,
    HeaderComponent,
    OfferComponent,
    Template,
    TemplateCard,
)
from wacloud.outbound.template_parameters import (
    Action,
    ActionParameter,
    CallMinutesParameter,
    CouponParameter,
    Currency,
    CurrencyParameter,
    DateTime,
    DateTimeParameter,
    DocumentParameter,
    Expiration,
    ImageParameter,
    LocationParameter,
    OfferParameter,
    PayloadParameter,
    ProductParameter,
    ProductReference,
    TextParameter,
    VideoParameter,
)
from wacloud.outbound.text import Reaction, Text

body = build_request  # the name it had before

__all__ = [
    "Action",
    "ActionParameter",
    "Address",
    "AddressRequest",
    "Audio",
    "BodyComponent",
    "ButtonComponent",
    "CallMinutesParameter",
    "CallToAction",
    "CardButton",
    "Carousel",
    "CarouselComponent",
    "Catalog",
    "Contact",
    "Contacts",
    "CouponParameter",
    "Currency",
    "CurrencyParameter",
    "DateTime",
    "DateTimeParameter",
    "Document",
    "DocumentParameter",
    "Email",
    "Expiration",
    "Flow",
    "GifParameter",
    "GroupParameter",
    "HeaderComponent",
    "Image",
    "ImageParameter",
    "Interactive",
    "Link",
    "LinkCard",
    "ListMenu",
    "Location",
    "LocationParameter",
    "LocationRequest",
    "Name",
    "OfferComponent",
    "OfferParameter",
    "OrderStatusComponent",
    "OrderStatusParameter",
    "Organization",
    "Outbound",
    "PayloadParameter",
    "Phone",
    "Product",
    "ProductCard",
    "ProductList",
    "ProductParameter",
    "ProductReference",
    "ProductSection",
    "Reaction",
    "ReplyButton",
    "ReplyButtons",
    "ReplyCard",
    "Row",
    "Section",
    "Sticker",
    "TapTarget",
    "TapTargetComponent",
    "TapTargetParameter",
    "Template",
    "TemplateCard",
    "Text",
    "TextParameter",
    "Video",
    "VideoParameter",
    "body",
    "build_request",
]
