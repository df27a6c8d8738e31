"""Publishing to one topic: by ordering key where order matters, grouped where it does not.

The official client's messages and channel, called through cloud.rpc: without the high-level publisher's batching timer
(15 ms) and its keys that stay paused after a failure.
"""

import asyncio
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import grpc.aio
from google.pubsub_v1 import types
from google.pubsub_v1.services.publisher.transports import PublisherGrpcAsyncIOTransport

from cloud import rpc
from cloud.group_commit import GroupCommit

_Message = types.PubsubMessage.pb()
_PublishRequest = types.PublishRequest.pb()
_GetTopicRequest = types.GetTopicRequest.pb()
_MOST_MESSAGES = 1_000  # of one publish request
_HEAVIEST = 9 << 20  # a request may be 10 MB
_SERVICE = "/google.pubsub.v1.Publisher/"


class Message(Protocol):
    """The raw protobuf google.pubsub.v1.PubsubMessage, for which googleapis has no stubs."""

    data: bytes
    ordering_key: str

    @property
    def attributes(self) -> MutableMapping[str, str]: ...
    def ByteSize(self) -> int: ...  # noqa: N802 protobuf


class PublishError(Exception):
    """The topic did not take a message in time, or refused it; it may have been taken all the same."""


@dataclass(frozen=True, slots=True)
class Published:
    """`count`: how many of the messages, from the first on, the topic has for certain; `error`: why not all."""

    count: int
    error: PublishError | None = None


def message(data: bytes, attributes: Mapping[str, str]) -> Message:
    """A message; attribute values hold at most 1,024 bytes (Pub/Sub quotas and limits)."""
    item: Message = _Message(data=data, attributes=attributes)
    return item


class Publisher:
    """One topic.  `timeout` (seconds) bounds every request and every `publish`, the tries and parts they take inside included."""

    def __init__(self, channel: grpc.aio.Channel, topic: str, *, timeout: float) -> None:
        self._topic = topic
        self._timeout = timeout
        self._metadata = grpc.aio.Metadata(rpc.routing("topic", topic))
        self._publish_rpc = channel.unary_unary(
            f"{_SERVICE}Publish",
            request_serializer=_PublishRequest.SerializeToString,
            response_deserializer=types.PublishResponse.pb().FromString,
        )
        self._get_topic_rpc = channel.unary_unary(
            f"{_SERVICE}GetTopic",
            request_serializer=_GetTopicRequest.SerializeToString,
            response_deserializer=types.Topic.pb().FromString,
        )
        self._unordered = GroupCommit[Message, None](
            self._publish_group, key=id, weigh=_weight, most=_MOST_MESSAGES, heaviest=_HEAVIEST, in_flight=2
        )

    @classmethod
    def connect(
        cls,
        project: str,
        topic: str,
        *,
        timeout: float,
        emulator_host: str | None = None,
        endpoint: str | None = None,
    ) -> "Publisher":
        """A publisher on Google Cloud (`endpoint`: a regional one, which ordering wants) or on the emulator."""
        channel = rpc.connect(PublisherGrpcAsyncIOTransport, emulator_host=emulator_host, endpoint=endpoint)
        return cls(channel, f"projects/{project}/topics/{topic}", timeout=timeout)

    def submit(self, item: Message) -> asyncio.Future[None]:
        """One message without order, grouped with others; how long it waits for its group is the caller's to bound.

        Raises PublishError.
        """
        return self._unordered.submit(item)

    async def publish(self, ordering_key: str, messages: Sequence[Message]) -> Published:
        """The messages of one key, in their order; stops at the first request that fails.  Raises nothing of its own."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout
        count = 0
        for group in _groups(messages):
            for item in group:
                item.ordering_key = ordering_key
            try:
                await self._request(group, max(0.0, deadline - loop.time()))
            except PublishError as error:
                return Published(count, error)
            count += len(group)
        return Published(count)

    async def ping(self) -> None:
        """Raises PublishError where the topic cannot be seen."""
        await self._call(self._get_topic_rpc, _GetTopicRequest(topic=self._topic), self._timeout)

    async def _publish_group(self, group: list[Message]) -> Sequence[BaseException | None]:
        await self._request(group, self._timeout)
        return [None] * len(group)

    async def _request(self, group: Sequence[Message], timeout: float) -> None:  # noqa: ASYNC109 gRPC keeps it
        await self._call(self._publish_rpc, _PublishRequest(topic=self._topic, messages=group), timeout)

    async def _call(self, method: Any, request: Any, timeout: float) -> None:  # noqa: ASYNC109 gRPC keeps it
        try:
            await rpc.tried(lambda left: method(request, timeout=left, metadata=self._metadata), timeout)
        except rpc.RpcError as error:
            raise PublishError(f"{error.code().name} from Pub/Sub") from None


def _weight(item: Message) -> int:
    return item.ByteSize()


def _groups(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    start = weight = 0
    for index, item in enumerate(messages):
        weight += _weight(item)
        if index > start and (weight > _HEAVIEST or index - start == _MOST_MESSAGES):
            yield messages[start:index]
            start, weight = index, _weight(item)
    yield messages[start:]
