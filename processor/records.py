"""Deliveries that are never answered: statuses settle replies, a human's echo silences the bot, the rest is noted."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

from wacloud.inbound import Status as Said
from wacloud.inbound import parse_status
from wacloud.notification import Delivery

from cloud.firestore import Conflict, StoreError, Write
from cloud.logs import fields
from processor import conversations, metrics
from processor.outbox import Outbox
from processor.outcome import Outcome
from processor.plan import TOLD, CallbackKey, Status

log = logging.getLogger(__name__)
_ROUNDS = 4


class Documents(conversations.Documents, Protocol):
    """The part of cloud.firestore.Store that is used."""

    async def commit(self, writes: Sequence[Write]) -> list[Any]: ...


class Records:
    """Writes down what a status or an echo says.  With Firestore away they come again."""

    def __init__(
        self,
        outbox: Outbox,
        documents: Documents,
        *,
        silence: dt.timedelta,
        conversation_retention: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._outbox = outbox
        self._documents = documents
        self._silence = silence
        self._retention = conversation_retention
        self._clock = clock

    async def take(self, delivery: Delivery) -> Outcome:
        """Any delivery but a message."""
        try:
            match delivery.kind:
                case "status":
                    return await self._status(delivery)
                case "echo":
                    return await self._echo(delivery)
                case _:
                    return Outcome.RECORDED
        except StoreError as error:
            log.error("Firestore is away: %s", error)
            return Outcome.AWAY

    async def _status(self, delivery: Delivery) -> Outcome:
        said = parse_status(delivery.value["statuses"][0])
        metrics.count_status(said.status)
        key = CallbackKey.parse(said.callback_data)
        if key is None or said.status not in TOLD:
            return Outcome.RECORDED  # of a message that something else has sent, or a status Meta has added
        failure = _error(said)
        at = said.timestamp or self._clock()
        status = cast(Status, said.status)
        news = await self._outbox.tell(
            key, lambda plan: plan.told(key, status, at, wamid=said.wamid, error=failure)
        )
        if news and failure:
            metrics.REPLIES_FAILED.labels(str(failure["kind"])).inc()
            log.warning("a reply was accepted and then failed", extra=fields(outbox=key.outbox_id, **failure))
        return Outcome.RECORDED

    async def _echo(self, delivery: Delivery) -> Outcome:
        """Somebody of the business has answered from the phone app: the bot leaves the talk to them for a while."""
        if not delivery.person.key:
            return Outcome.RECORDED
        for _ in range(_ROUNDS):
            now = self._clock()
            talk = await conversations.load(self._documents, delivery.phone_number_id, delivery.person, now)
            talk = replace(talk, silent_until=now + self._silence)
            try:
                await self._documents.commit(talk.writes(self._retention, now))
            except Conflict:
                continue
            return Outcome.RECORDED
        return Outcome.LATER


def _error(said: Said) -> dict[str, Any] | None:
    """What Meta says of a failed message, as a reply keeps it."""
    if said.status != "failed":
        return None
    if not said.errors:
        return {"code": None, "kind": "request", "message": "failed without a reason"}
    error = said.errors[0]
    return {"code": error.code, "kind": error.kind, "message": error.explanation}
