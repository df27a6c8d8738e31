"""An order adds up, is paid in at least one way, and is refused where Meta would refuse it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wacloud.errors import InvalidMessageError
from wacloud.outbound import (
    Boleto,
    Charge,
    Discount,
    Order,
    OrderDetails,
    OrderItem,
    OrderStatus,
    PaymentLink,
    Pix,
)

BOLETO = Boleto(digitable_line="0339902694")
ITEM = OrderItem(retailer_id="laudo", name="Laudo", amount=5000)


def details(**changed: Any) -> OrderDetails:
    return OrderDetails(
        **{"reference_id": "pedido-1", "body": "?", "payments": [BOLETO], "total": 5000, **changed}
    )


items = st.builds(
    lambda amount, less, quantity: (
        OrderItem(
            retailer_id="x", name="x", amount=amount, quantity=quantity, sale_amount=amount - less or None
        )
        if less
        else OrderItem(retailer_id="x", name="x", amount=amount, quantity=quantity)
    ),
    st.integers(2, 10**7),
    st.integers(0, 1),
    st.integers(1, 99),
)


@given(st.lists(items, min_size=1, max_size=5), st.integers(0, 10**6), st.integers(0, 10**6), st.data())
def test_what_is_sent_adds_up_as_meta_adds_it(
    bought: list[OrderItem], tax: int, shipping: int, data: st.DataObject
) -> None:
    subtotal = sum(item.cost for item in bought)
    off = data.draw(st.integers(0, subtotal - 1))
    order = Order(
        items=bought, tax=Charge(amount=tax), shipping=Charge(amount=shipping), discount=Discount(amount=off)
    )
    parameters = details(order=order, total=None).action()["parameters"]
    sent = parameters["order"]
    summed = sum(
        item.get("sale_amount", item["amount"])["value"] * item["quantity"] for item in sent["items"]
    )
    assert sent["subtotal"]["value"] == summed
    assert parameters["total_amount"]["value"] == (
        summed + sent["tax"]["value"] + sent["shipping"]["value"] - sent["discount"]["value"]
    )


def test_an_order_may_be_a_total_and_a_way_to_pay_alone() -> None:
    parameters = details(payments=[{"uri": "https://example.com/pagar"}]).action()["parameters"]
    assert "order" not in parameters
    assert parameters["total_amount"] == {"value": 5000, "offset": 100}
    assert parameters["payment_settings"] == [
        {"type": "payment_link", "payment_link": {"uri": "https://example.com/pagar"}}
    ]


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no way to pay": (lambda: details(payments=[]), "payments: 0 items, at least 1"),
    "one way twice": (lambda: details(payments=[BOLETO, BOLETO]), "'boleto' comes twice"),
    "no total": (lambda: details(total=None), "total: needed where there is no order"),
    "a total that is not the order's": (
        lambda: details(order=Order(items=[ITEM]), total=4999),
        "total: 4999, but the order adds up to 5000",
    ),
    "a free order": (
        lambda: Order(items=[ITEM], discount=Discount(amount=5000)),
        "the discount leaves 0 to pay",
    ),
    "no items": (lambda: Order(items=[]), "items: 0 items, at least 1"),
    "a reduction that is none": (
        lambda: OrderItem(retailer_id="x", name="x", amount=5, sale_amount=5),
        "sale_amount 5 must be less than amount 5",
    ),
    "a long name": (lambda: OrderItem(retailer_id="x", name="x" * 61, amount=5), "61 characters, at most 60"),
    "a reference with a space": (lambda: details(reference_id="pedido 1"), "reference_id"),
    "a long reference": (lambda: details(reference_id="x" * 61), "reference_id"),
    "an end without a text": (
        lambda: Order(items=[ITEM], expires_at=datetime(2026, 12, 1, tzinfo=UTC)),
        "expires_at and expiry_text are given both or not at all",
    ),
    "an end without a time zone": (
        lambda: Order(items=[ITEM], expires_at="2026-12-01T00:00:00", expiry_text="?"),
        "expires_at",
    ),
    "an unsafe link": (lambda: PaymentLink(uri="http://example.com"), "must begin with https://"),
    "a Pix key of no kind": (
        lambda: Pix(code="x", merchant_name="x", key="x", key_type="RG"),  # type: ignore[arg-type]  # is the test
        "key_type",
    ),
    "a status nobody knows": (
        lambda: OrderStatus(reference_id="x", body="?", status="lost"),  # type: ignore[arg-type]  # is the test
        "status",
    ),
    "paid without a payment": (
        lambda: OrderStatus(reference_id="x", body="?", status="completed", paid_at=datetime.now(UTC)),
        "paid_at needs a payment_status",
    ),
}


@pytest.mark.parametrize(("make", "said"), REFUSED.values(), ids=REFUSED)
def test_what_meta_would_refuse_is_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidMessageError) as refused:
        make()
    assert said in str(refused.value)
