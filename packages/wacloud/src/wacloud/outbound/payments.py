"""Orders that are paid in WhatsApp, in Brazil: by Pix, boleto or a payment link.

Amounts are in centavos.  WhatsApp shows the order and the code; whether it was paid is known by the business's bank or
payment provider, and told to the person by an OrderStatus under the same `reference_id`.
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-br/orders
- https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-br/offsite-pix
- https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-br/boleto
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Discriminator, Field, Tag, model_validator

from wacloud.outbound.header import Header
from wacloud.outbound.media import BareImage
from wacloud.outbound.message import (
    Body,
    Footer,
    HttpsLink,
    Interactive,
    Json,
    NotBlank,
    Part,
    Text1,
    limit,
    unique,
)

Centavos = Annotated[int, Field(ge=0)]
Price = Annotated[int, Field(ge=1)]
ReferenceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
Short = Annotated[str, limit(60), NotBlank]
Long = Annotated[str, limit(120), NotBlank]


class Pix(Part):
    """A dynamic Pix code, which the person copies into the bank's app; the rest is shown beside it."""

    code: Text1
    merchant_name: Text1
    key: Text1
    key_type: Literal["CPF", "CNPJ", "EMAIL", "PHONE", "EVP"]

    def dump(self) -> Json:
        """Under its type."""
        return {"type": "pix_dynamic_code", "pix_dynamic_code": super().dump()}


class Boleto(Part):
    """The line of digits of a boleto, which the person copies."""

    digitable_line: Text1

    def dump(self) -> Json:
        """Under its type."""
        return {"type": "boleto", "boleto": super().dump()}


class PaymentLink(Part):
    """A page where the order is paid."""

    uri: HttpsLink

    def dump(self) -> Json:
        """Under its type."""
        return {"type": "payment_link", "payment_link": super().dump()}


def _way(value: Any) -> str:
    """Which way to pay it is, made or still a mapping: each has a field that the others have not."""
    has = value.__contains__ if isinstance(value, Mapping) else lambda field: hasattr(value, field)
    return "<pix>" if has("code") else "<boleto>" if has("digitable_line") else "<link>"


Payment = Annotated[
    Annotated[Pix, Tag("<pix>")] | Annotated[Boleto, Tag("<boleto>")] | Annotated[PaymentLink, Tag("<link>")],
    Discriminator(_way),
]


class OrderItem(Part):
    """Something that is bought; `sale_amount` is the price after a reduction."""

    retailer_id: Text1
    name: Short
    amount: Price
    quantity: Annotated[int, Field(ge=1)] = 1
    sale_amount: Price | None = None

    @model_validator(mode="after")
    def _cheaper(self) -> Self:
        if self.sale_amount is not None and self.sale_amount >= self.amount:
            raise ValueError(f"sale_amount {self.sale_amount} must be less than amount {self.amount}")
        return self

    @property
    def cost(self) -> int:
        """What it adds to the order."""
        return (self.amount if self.sale_amount is None else self.sale_amount) * self.quantity

    def dump(self) -> Json:
        """With Meta's amounts."""
        amounts = {"amount": _amount(self.amount)}
        if self.sale_amount is not None:
            amounts["sale_amount"] = _amount(self.sale_amount)
        return {**super().dump(), **amounts}


class Charge(Part):
    """Tax or shipping: an amount and, where wanted, what it is for."""

    amount: Centavos
    description: Short | None = None

    def dump(self) -> Json:
        """With Meta's amount."""
        rest = {key: value for key, value in super().dump().items() if key != "amount"}
        return {**_amount(self.amount), **rest}


class Discount(Charge):
    """What is taken off; the programme's name where the order is rewarded by one."""

    discount_program_name: Short | None = None


class Order(Part):
    """What is bought and what is added to it; `expires_at` ends the time to pay, at least five minutes from now."""

    items: Annotated[tuple[OrderItem, ...], Field(min_length=1)]
    tax: Charge = Charge(amount=0)
    shipping: Charge | None = None
    discount: Discount | None = None
    catalog_id: Text1 | None = None
    expires_at: AwareDatetime | None = None
    expiry_text: Long | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.expires_at is None) != (self.expiry_text is None):
            raise ValueError("expires_at and expiry_text are given both or not at all")
        if self.total < 1:
            raise ValueError(f"the discount leaves {self.total} to pay, at least 1")
        return self

    @property
    def subtotal(self) -> int:
        """The sum of the items."""
        return sum(item.cost for item in self.items)

    @property
    def total(self) -> int:
        """What is to be paid."""
        added = self.tax.amount + (self.shipping.amount if self.shipping else 0)
        return self.subtotal + added - (self.discount.amount if self.discount else 0)

    def dump(self) -> Json:
        """As Meta wants it: a new order is always pending."""
        given: Json = {"status": "pending", "items": [item.dump() for item in self.items]}
        given |= {"subtotal": _amount(self.subtotal), "tax": self.tax.dump()}
        for name in ("shipping", "discount"):
            if (charge := getattr(self, name)) is not None:
                given[name] = charge.dump()
        if self.catalog_id is not None:
            given["catalog_id"] = self.catalog_id
        if self.expires_at is not None:
            seconds = str(int(self.expires_at.timestamp()))
            given["expiration"] = {"timestamp": seconds, "description": self.expiry_text}
        return given


class OrderDetails(Interactive):
    """An order to pay, with one or more ways to pay it: each of Pix, Boleto and PaymentLink at most once.

    `reference_id` (letters, digits, `_`, `-`, `.`, at most 60) is unique for the business.  `total` is needed where
    there is no `order`, and must be the order's where there is one.
    """

    interactive_kind = "order_details"
    reference_id: ReferenceId
    body: Body
    payments: Annotated[tuple[Payment, ...], limit(3)]
    total: Price | None = None
    order: Order | None = None
    goods: Literal["digital-goods", "physical-goods"] = "digital-goods"
    header: BareImage | None = None
    footer: Footer | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        unique("way to pay", [_way(payment).strip("<>") for payment in self.payments])
        if self.order is None and self.total is None:
            raise ValueError("total: needed where there is no order")
        if self.order is not None and self.total not in (None, self.order.total):
            raise ValueError(f"total: {self.total}, but the order adds up to {self.order.total}")
        return self

    def action(self) -> Json:
        """What is paid, and how."""
        total = self.order.total if self.order else self.total or 0
        parameters: Json = {
            "reference_id": self.reference_id,
            "type": self.goods,
            "payment_type": "br",
            "payment_settings": [payment.dump() for payment in self.payments],
            "currency": "BRL",
            "total_amount": _amount(total),
        }
        if self.order is not None:
            parameters["order"] = self.order.dump()
        return {"name": "review_and_pay", "parameters": parameters}


class OrderStatus(Interactive):
    """What has become of an order, and of its payment: `captured` puts "paid" on it."""

    interactive_kind = "order_status"
    reference_id: ReferenceId
    body: Body
    status: Literal["pending", "processing", "partially-shipped", "shipped", "completed", "canceled"]
    description: Long | None = None
    payment_status: Literal["pending", "captured", "failed"] | None = None
    paid_at: AwareDatetime | None = None
    header: Header | None = None
    footer: Footer | None = None

    @model_validator(mode="after")
    def _payment(self) -> Self:
        if self.paid_at is not None and self.payment_status is None:
            raise ValueError("paid_at needs a payment_status")
        return self

    def action(self) -> Json:
        """The new state."""
        order = {"status": self.status, **({"description": self.description} if self.description else {})}
        parameters: Json = {"reference_id": self.reference_id, "order": order}
        if self.payment_status is not None:
            parameters["payment"] = {"status": self.payment_status, **_seconds(self.paid_at)}
        return {"name": "review_order", "parameters": parameters}


def _amount(centavos: int) -> Json:
    return {"value": centavos, "offset": 100}


def _seconds(moment: datetime | None) -> Json:
    return {"timestamp": int(moment.timestamp())} if moment is not None else {}
