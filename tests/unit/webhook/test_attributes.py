"""The attributes a delivery travels with; Pub/Sub refuses a request whole for one that breaks its limits."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from wacloud.notification import Update, split

from cloud import trace
from cloud.pubsub import Published
from tests.support import bodies
from tests.support.wacloud.bodies_of_any_shape import ANY_SHAPE
from webhook.inbox import Claim, ClaimResult
from webhook.intake import Intake

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
RECEIVED_AT = 1764000000.123456


class Answering:
    """Every claim has this result, and nothing is kept."""

    def __init__(self, result: ClaimResult) -> None:
        self._result = result

    async def claim(self, deliveries: Sequence[Update]) -> list[Claim]:
        return [Claim(delivery, self._result) for delivery in deliveries]

    async def settle(self, *, published: Sequence[Claim], given_up: Sequence[Claim]) -> None:
        pass


class Everything:
    """The messages that would be on the topic."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    async def publish(self, ordering_key: str, messages: Sequence[Any]) -> Published:
        self.items += messages
        return Published(len(messages))

    def submit(self, item: Any) -> Any:
        self.items.append(item)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


async def published(body: dict[str, Any], result: ClaimResult = ClaimResult.OWNED) -> list[Any]:
    topic = Everything()
    intake = Intake(Answering(result), topic, dedupe_statuses=False, publish_timeout=5)
    await intake.accept(split(body), RECEIVED_AT)
    return topic.items


async def test_a_delivery_says_what_it_is_without_being_opened() -> None:
    message = bodies.text()
    token = trace.current.set(trace.parse(TRACEPARENT))
    (item,) = await published(bodies.of(message))
    trace.current.reset(token)
    assert dict(item.attributes) == {
        "delivery_id": f"message:{message['id']}",
        "kind": "message",
        "field": "messages",
        "phone_number_id": bodies.PHONE_NUMBER_ID,
        "message_type": "text",
        "received_at": "1764000000.123456",
        "traceparent": TRACEPARENT,
    }


@pytest.mark.parametrize(("result", "said"), [(ClaimResult.UNDECIDED, "skipped"), (ClaimResult.OWNED, None)])
async def test_a_delivery_published_without_a_claim_says_so(result: ClaimResult, said: str | None) -> None:
    (item,) = await published(bodies.of(bodies.text()), result)
    assert item.attributes.get("dedupe") == said


@given(ANY_SHAPE)
async def test_no_body_makes_an_attribute_or_a_key_that_pubsub_refuses(body: dict[str, Any]) -> None:
    for item in await published(body):
        assert isinstance(json.loads(item.data), dict)
        assert len(item.ordering_key.encode()) <= 1024
        assert len(item.attributes) <= 100
        for name, value in item.attributes.items():
            assert 0 < len(name.encode()) <= 256
            assert not name.startswith("goog")
            assert 0 < len(value.encode()) <= 1024
