"""Publishing to one topic: by ordering key where order matters, grouped where it does not.

Built on the official asynchronous client's publish call, which has neither the batching timer nor the paused keys of
the high-level publisher.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc.aio
from google.api_core import exceptions
from google.api_core.retry import AsyncRetry, if_exception_type
from google.pubsub_v1 import types
from google.pubsub_v1.services.publisher import PublisherAsyncClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcAsyncIOTransport

from cloud.channel import OPTIONS
from cloud.group_commit import GroupCommit

Message = Any  # the raw protobuf google.pubsub.v1.PubsubMessage
_Message = types.PubsubMessage.pb()
_MOST_MESSAGES = 1_000  # of one publish request
_HEAVIEST = 9 << 20  # a request may be 10 MB
_RETRIED = if_exception_type(exceptions.ServiceUnavailable, exceptions.Aborted)


class PublishError(Exception):
    """The topic did not take a message in time, or refused it; it may have been taken all the same."""


@dataclass(frozen=True, slots=True)
class Published:
    """How many of the messages, from the first on, the topic has for certain; why it stopped there."""

    count: int
    error: PublishError | None = None


def message(data: bytes, attributes: Mapping[str, str]) -> Message:
    """A message; attribute values hold at most 1,024 bytes (Pub/Sub quotas and limits)."""
    return _Message(data=data, attributes=attributes)


class Publisher:
    """One topic.  `timeout` (seconds) bounds every request, the library's retries included."""

    def __init__(self, client: PublisherAsyncClient, topic: str, *, timeout: float) -> None:
        self._client = client
        self._topic = topic
        self._timeout = timeout
        self._retry = AsyncRetry(predicate=_RETRIED, initial=0.05, maximum=0.5, multiplier=2, timeout=timeout)
        self._unordered = GroupCommit[Message, None](
            self._publish_group, key=id, weigh=_weight, most=_MOST_MESSAGES, heaviest=_HEAVIEST, in_flight=3
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
        if emulator_host:
            channel = grpc.aio.insecure_channel(emulator_host, options=OPTIONS)
        elif endpoint:
            channel = PublisherGrpcAsyncIOTransport.create_channel(endpoint, options=OPTIONS)
        else:
            channel = PublisherGrpcAsyncIOTransport.create_channel(options=OPTIONS)
        client = PublisherAsyncClient(transport=PublisherGrpcAsyncIOTransport(channel=channel))
        return cls(client, f"projects/{project}/topics/{topic}", timeout=timeout)

    def submit(self, item: Message) -> asyncio.Future[None]:
        """One message without order, grouped with others.  Raises PublishError."""
        return self._unordered.submit(item)

    async def publish(self, ordering_key: str, messages: Sequence[Message]) -> Published:
        """The messages of one key, in their order; stops at the first request that fails.  Raises nothing of its own."""
        count = 0
        for group in _groups(messages):
            for item in group:
                item.ordering_key = ordering_key
            try:
                await self._request(group)
            except PublishError as error:
                return Published(count, error)
            count += len(group)
        return Published(count)

    async def ping(self) -> None:
        """Raises PublishError where the topic cannot be seen."""
        request = types.GetTopicRequest(topic=self._topic)
        await self._call(self._client.get_topic(request, retry=self._retry, timeout=self._timeout))

    async def _publish_group(self, group: list[Message]) -> Sequence[BaseException | None]:
        await self._request(group)
        return [None] * len(group)

    async def _request(self, group: Sequence[Message]) -> None:
        request = types.PublishRequest.wrap(types.PublishRequest.pb()(topic=self._topic, messages=group))
        await self._call(self._client.publish(request, retry=self._retry, timeout=self._timeout))

    async def _call(self, call: Any) -> None:
        try:
            await asyncio.wait_for(call, self._timeout)
        except TimeoutError as error:
            raise PublishError(f"Pub/Sub did not answer within {self._timeout} s") from error
        except exceptions.GoogleAPIError as error:
            raise PublishError(f"{type(error).__name__} from Pub/Sub") from error


def _weight(item: Message) -> int:
    return int(item.ByteSize())


def _groups(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    start = weight = 0
    for index, item in enumerate(messages):
        weight += _weight(item)
        if index > start and (weight > _HEAVIEST or index - start == _MOST_MESSAGES):
            yield messages[start:index]
            start, weight = index, _weight(item)
    yield messages[start:]
