"""The bot's events, published to their topics at least once; the attribute `event_id` tells copies."""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Protocol

from cloud.pubsub import Message, message
from processor import metrics
from processor.protocol.entry import PlannedEvent


class Publisher(Protocol):
    """The part of cloud.pubsub.Publisher that is used."""

    def submit(self, item: Message) -> asyncio.Future[None]: ...


class EventPublisher:
    """Publishes to any topic; `connect` gives the publisher of a topic that is named for the first time."""

    def __init__(self, connect: Callable[[str], Publisher]) -> None:
        self._connect = connect
        self._topics: dict[str, Publisher] = {}

    async def publish(self, events: Iterable[PlannedEvent]) -> None:
        """All of them.  Raises PublishError; some may have been published all the same."""
        await asyncio.gather(*(self._publish(event) for event in events))

    async def _publish(self, event: PlannedEvent) -> None:
        if event.topic not in self._topics:
            self._topics[event.topic] = self._connect(event.topic)
        data = json.dumps({"event_id": event.id, **event.data}, ensure_ascii=False).encode()
        await self._topics[event.topic].submit(message(data, {"name": event.name, "event_id": event.id}))
        metrics.EVENTS.labels(event.topic).inc()
