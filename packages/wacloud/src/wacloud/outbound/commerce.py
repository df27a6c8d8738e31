"""Products of the business's catalogue.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/guides/sell-products-and-services/share-products (read 2026-11)
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from wacloud.outbound.message import (
    Body,
    Footer,
    Interactive,
    Json,
    NotBlank,
    Part,
    Text1,
    TextHeader,
    limit,
)

MOST_PRODUCTS = 30


class Product(Interactive):
    """One product; the body is optional, a header is not possible."""

    interactive_kind = "product"
    catalog_id: Text1
    product_retailer_id: Text1
    body: Body | None = None
    footer: Footer | None = None

    def action(self) -> Json:
        """Which product."""
        return {"catalog_id": self.catalog_id, "product_retailer_id": self.product_retailer_id}


class ProductSection(Part):
    """Products, by their retailer ids, under a title of at most 24 characters."""

    products: Annotated[tuple[Text1, ...], Field(min_length=1)]
    title: Annotated[str, limit(24), NotBlank] | None = None

    def dump(self) -> Json:
        """With an object around each id, as Meta wants it."""
        items = [{"product_retailer_id": product} for product in self.products]
        return {**({"title": self.title} if self.title else {}), "product_items": items}


class ProductList(Interactive):
    """At most 30 products in at most ten sections; header and body are needed."""

    interactive_kind = "product_list"
    catalog_id: Text1
    header: TextHeader
    body: Body
    sections: Annotated[tuple[ProductSection, ...], limit(10)]
    footer: Footer | None = None

    @model_validator(mode="after")
    def _products(self) -> Self:
        count = sum(len(section.products) for section in self.sections)
        if count > MOST_PRODUCTS:
            raise ValueError(f"{count} products over all sections, at most {MOST_PRODUCTS}")
        if len(self.sections) > 1 and any(section.title is None for section in self.sections):
            raise ValueError("each section needs a title when there are several")
        return self

    def action(self) -> Json:
        """Which products."""
        return {"catalog_id": self.catalog_id, "sections": [section.dump() for section in self.sections]}


class Catalog(Interactive):
    """A button to the whole catalogue; `thumbnail_product_retailer_id` is the product whose picture is shown."""

    interactive_kind = "catalog_message"
    body: Body
    thumbnail_product_retailer_id: Text1 | None = None
    footer: Footer | None = None

    def action(self) -> Json:
        """The button."""
        thumbnail = self.thumbnail_product_retailer_id
        parameters = {"parameters": {"thumbnail_product_retailer_id": thumbnail}} if thumbnail else {}
        return {"name": "catalog_message", **parameters}
