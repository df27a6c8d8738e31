"""What goes to the topic in one request, and what is said when it does not arrive."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest
from google.pubsub_v1 import types

from cloud.pubsub import Publisher, PublishError, message
from tests.support.cloud.grpc_servers import serving

PUBLISH = "/google.pubsub.v1.Publisher/Publish"
Handle = Callable[[Any, Any], Awaitable[Any]]


class Topic:
    """Takes what it is sent."""

    def __init__(self) -> None:
        self.requests: list[list[Any]] = []

    async def __call__(self, request: Any, _: Any) -> Any:
        self.requests.append(list(request.messages))
        return types.PublishResponse.pb()(message_ids=[str(n) for n in range(len(request.messages))])


async def using(handle: Handle, use: Callable[[Publisher], Awaitable[Any]], *, patience: float = 2) -> Any:
    async with serving({PUBLISH: (types.PublishRequest.pb(), handle)}) as address:
        return await use(Publisher.connect("p", "deliveries", timeout=patience, emulator_host=address))


def messages(count: int, size: int = 1) -> list[Any]:
    return [message(b"x" * size, {"n": str(n)}) for n in range(count)]


async def test_one_persons_messages_go_in_their_order_under_their_key() -> None:
    topic = Topic()
    published = await using(topic, lambda publisher: publisher.publish("ana", messages(3)))
    assert (published.count, published.error) == (3, None)
    (request,) = topic.requests
    assert [item.attributes["n"] for item in request] == ["0", "1", "2"]
    assert {item.ordering_key for item in request} == {"ana"}


async def test_messages_without_order_share_a_request_and_never_one_with_ordered_ones() -> None:
    topic = Topic()

    async def use(publisher: Publisher) -> None:
        unordered = [publisher.submit(item) for item in messages(5)]
        await asyncio.gather(publisher.publish("ana", messages(2)), publisher.publish("bia", messages(2)))
        await asyncio.gather(*unordered)

    await using(topic, use)
    keys = sorted(tuple(sorted({item.ordering_key for item in request})) for request in topic.requests)
    assert keys == [("",), ("ana",), ("bia",)]


@pytest.mark.parametrize(("count", "size", "requests"), [(2500, 1, [1000, 1000, 500]), (7, 2 << 20, [4, 3])])
async def test_a_request_keeps_to_pubsubs_limits_of_messages_and_bytes(
    count: int, size: int, requests: list[int]
) -> None:
    topic = Topic()
    published = await using(
        topic, lambda publisher: publisher.publish("ana", messages(count, size)), patience=20
    )
    assert published.count == count
    assert [len(request) for request in topic.requests] == requests


async def test_what_follows_a_request_that_fails_stays_behind_it() -> None:
    topic = Topic()

    async def fail_second(request: Any, context: Any) -> Any:
        if topic.requests:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "no")
        return await topic(request, context)

    published = await using(fail_second, lambda publisher: publisher.publish("ana", messages(2500)))
    assert published.count == 1000
    assert "PERMISSION_DENIED" in str(published.error)


async def test_a_passing_failure_is_tried_again_in_time() -> None:
    topic = Topic()
    failures = [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL]

    async def fail_at_first(request: Any, context: Any) -> Any:
        if failures:
            await context.abort(failures.pop(), "come again")
        return await topic(request, context)

    published = await using(fail_at_first, lambda publisher: publisher.publish("ana", messages(1)))
    assert published.count == 1


async def test_all_parts_of_one_persons_messages_share_one_deadline() -> None:
    async def slow(request: Any, _: Any) -> Any:
        await asyncio.sleep(0.2)
        return types.PublishResponse.pb()(message_ids=["1"] * len(request.messages))

    loop = asyncio.get_running_loop()
    started = loop.time()
    published = await using(slow, lambda publisher: publisher.publish("ana", messages(5000)), patience=0.5)
    assert published.count in (1000, 2000)
    assert isinstance(published.error, PublishError)
    assert loop.time() - started < 1.5


async def test_a_refusal_reaches_everyone_whose_message_was_in_the_request() -> None:
    async def refuse(_: Any, context: Any) -> Any:
        await context.abort(grpc.StatusCode.NOT_FOUND, "no topic")

    async def use(publisher: Publisher) -> list[Any]:
        return await asyncio.gather(*map(publisher.submit, messages(3)), return_exceptions=True)

    found = await using(refuse, use)
    assert [type(error) for error in found] == [PublishError] * 3
    assert "NOT_FOUND" in str(found[0])
