"""Updates that are never answered: statuses settle replies, a human's echo silences the bot, the rest is noted."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from wacloud.inbound import Status, parse_status
from wacloud.update import Update

from cloud.firestore import Conflict, StoreError, Write
from cloud.logs import fields
from processor import conversations, metrics
from processor.delivery_result import DeliveryResult
from processor.outbox import Outbox
from processor.protocol.events import Amend, StatusReceived
from processor.protocol.machine import step
from processor.protocol.policy import ReplyPolicy
from processor.protocol.reply import OF_STATUS, CallbackKey

log = logging.getLogger(__name__)
_ROUNDS = 8  # of read and write, before what changes all the time is left to the next push


class Documents(conversations.Documents, Protocol):
    """The part of cloud.firestore.Store that is used."""

    async def commit(self, writes: Sequence[Write]) -> list[Any]: ...


class StatusesAndEchoes:
    """Writes down what a status or an echo says.  With Firestore away they come again."""

    def __init__(
        self,
        outbox: Outbox,
        documents: Documents,
        policy: ReplyPolicy,
        *,
        silence: dt.timedelta,
        conversation_retention: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._outbox = outbox
        self._documents = documents
        self._policy = policy
        self._silence = silence
        self._retention = conversation_retention
        self._clock = clock

    async def take(self, update: Update) -> DeliveryResult:
        """Any delivery but a message."""
        try:
            match update.kind:
                case "status":
                    return await self._status(update)
                case "echo":
                    return await self._echo(update)
                case _:
                    return DeliveryResult.RECORDED
        except StoreError as error:
            log.error("Firestore is away: %s", error)
            return DeliveryResult.AWAY

    async def _status(self, update: Update) -> DeliveryResult:
        status = parse_status(update.value["statuses"][0])
        metrics.count_status(status.status)
        key = CallbackKey.parse(status.callback_data)
        if key is None or status.status not in OF_STATUS:
            return (
                DeliveryResult.RECORDED
            )  # of a message that something else has sent, or a status Meta has added
        at = status.timestamp or self._clock()
        error = _error(status)
        received = StatusReceived(key.reply, key.attempt, status.status, at, status.wamid, error)
        try:
            news = await self.tell(key, received)
        except Conflict:
            return DeliveryResult.LATER
        if news and error:
            metrics.REPLIES_FAILED.labels(str(error["kind"])).inc()
            log.warning("a reply was accepted and then failed", extra=fields(outbox=key.outbox_id, **error))
        return DeliveryResult.RECORDED

    async def tell(self, key: CallbackKey, status: StatusReceived) -> bool:
        """Writes down what a status says of a reply, whoever works on the message; whether it was news.

        Raises Unavailable, and Conflict where others write the document all the time.
        """
        now = self._clock()
        for _ in range(_ROUNDS):
            held = await self._outbox.read(key)
            if held is None:
                return False
            _, effects = step(held.entry, status, now, self._policy)
            try:
                for effect in effects:
                    if isinstance(effect, Amend):
                        await self._outbox.amend(held, effect.entry, end_wait=effect.end_wait)
            except Conflict:
                continue
            return bool(effects)
        raise Conflict("the outbox document changes all the time")

    async def _echo(self, update: Update) -> DeliveryResult:
        """Somebody of the business has answered from the phone app: the bot leaves the conversation to them for a while."""
        if not update.person.key:
            return DeliveryResult.RECORDED
        for _ in range(_ROUNDS):
            now = self._clock()
            conversation = await conversations.load(
                self._documents, update.phone_number_id, update.person, now
            )
            conversation = replace(conversation, silent_until=now + self._silence)
            try:
                await self._documents.commit(conversation.writes(self._retention, now))
            except Conflict:
                continue
            return DeliveryResult.RECORDED
        return DeliveryResult.LATER


def _error(status: Status) -> dict[str, Any] | None:
    """What Meta says of a failed message, as a reply keeps it."""
    if status.status != "failed":
        return None
    if not status.errors:
        return {"code": None, "kind": "request", "message": "failed without a reason"}
    error = status.errors[0]
    return {"code": error.code, "kind": error.kind, "message": error.explanation}
