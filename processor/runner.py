"""Carries out what the machine says: asks the bot, writes, sends, publishes, and tells the machine what came of it.

While a push works on a message a heartbeat renews its lease.  A lease that could not be renewed in time is lost: nothing
more is sent under it.
"""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Protocol

from wacloud.inbound import Message, parse_message
from wacloud.person import Person
from wacloud.update import Update

from cloud.firestore import Conflict, StoreError
from cloud.lease import Completed, LostError
from cloud.logs import fields
from cloud.pubsub import PublishError
from cloud.stages import Stage
from processor import metrics
from processor.deciding import Asked, Deciding
from processor.delivery_result import DeliveryResult
from processor.heartbeat import HeldLease
from processor.outbox import ChangedError, Held, Outbox
from processor.protocol.entry import Entry, PlannedEvent
from processor.protocol.events import (
    Accepted,
    AskBot,
    Claimed,
    Count,
    Counted,
    Decided,
    Effect,
    End,
    Event,
    LeaseLost,
    MarkRead,
    NotDecided,
    PauseNumber,
    Publish,
    Published,
    PublishFailed,
    Reclaimed,
    ReleaseUntil,
    Send,
    StatusReceived,
    StoreFailed,
    Tell,
    Wait,
    Write,
)
from processor.protocol.machine import step
from processor.protocol.policy import ReplyPolicy
from processor.protocol.reply import CallbackKey
from processor.publishing import EventPublisher
from processor.sending import Sender
from processor.timers import KIND, Firing

log = logging.getLogger(__name__)
_ROUNDS = 6  # of one event, where others write the same documents all the time


class StatusTaker(Protocol):
    """The part of statuses_and_echoes.StatusesAndEchoes that is used."""

    async def tell(self, key: CallbackKey, status: StatusReceived) -> bool: ...


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers messages.  `push_seconds` bounds one push; `policy.last_begin` is set anew for each."""

    outbox: Outbox
    deciding: Deciding
    sender: Sender
    publisher: EventPublisher
    statuses: StatusTaker
    policy: ReplyPolicy
    push_seconds: float
    clock: Callable[[], dt.datetime]

    async def answer(self, update: Update, received_at: dt.datetime) -> DeliveryResult:
        """Takes one message through the protocol.  Raises what the bot raises, after the message is released."""
        if not update.person.key:
            log.warning("a message names nobody who could be answered")
            return DeliveryResult.RECORDED
        asked = Asked(
            update.document_id, _message(update), update.phone_number_id, update.person, received_at
        )
        return await self._run(asked, update.id, update.kind, update.ordering_key, self.policy)

    async def fire(self, firing: Firing, received_at: dt.datetime) -> DeliveryResult:
        """Takes a timer that is due through the protocol.  What it sends is never sent once more on suspicion."""
        asked = Asked(firing.document_id, firing, "", Person(), received_at)
        policy = replace(self.policy, ambiguous_sends="park")
        return await self._run(asked, firing.id, KIND, firing.conversation, policy)

    async def _run(
        self, asked: Asked, update_id: str, kind: str, conversation: str, policy: ReplyPolicy
    ) -> DeliveryResult:
        if self.sender.paused:
            return DeliveryResult.PAUSED
        last_begin = self.clock() + dt.timedelta(seconds=self.push_seconds - self.sender.longest)
        try:
            held = await self.outbox.claim(asked.id, update_id, kind, conversation, asked.received_at)
        except StoreError as error:
            log.error("Firestore is away, nothing is sent: %s", error)
            return DeliveryResult.AWAY
        if not isinstance(held, Held):
            done = isinstance(held, Completed)
            return DeliveryResult.DUPLICATE if done else DeliveryResult.IN_PROGRESS
        push = _Push(self, replace(policy, last_begin=last_begin), held, asked)
        return await push.run(Claimed() if held.attempt == 1 else Reclaimed())


class _Push:
    """One push's work on one message."""

    def __init__(self, ports: Answering, policy: ReplyPolicy, held: Held, asked: Asked) -> None:
        self._ports = ports
        self._policy = policy
        self._id = held.id
        self._asked = asked
        self._lease = HeldLease(ports.outbox, held)
        self._meanwhile = AsyncExitStack()
        self._marked_read = False
        self._questions = 0
        self._error: Exception | None = None

    async def run(self, first: Event) -> DeliveryResult:
        """Steps the machine and carries out its effects until the push ends."""
        async with self._lease.renewed(), self._meanwhile:
            event: Event | DeliveryResult = first
            while not isinstance(event, DeliveryResult):
                event = await self._happen(event)
        if self._error is not None:
            raise self._error
        return event

    async def _happen(self, event: Event) -> Event | DeliveryResult:
        """One event; once more at the same `now` where a status webhook has written the document meanwhile."""
        now = self._ports.clock()
        accepted = event if isinstance(event, Accepted) else None
        for _ in range(_ROUNDS):
            known = self._lease.entry
            _, effects = step(known, event, now, self._policy)
            try:
                for effect in effects:
                    following = await self._carry_out(effect, known)
                    if isinstance(effect, Write):
                        known, accepted = self._lease.entry, None
                    if following is not None:
                        return following
            except ChangedError as changed:
                self._lease.take(changed.held)
            except Conflict:
                # Another message of this person was decided meanwhile: on what it left, the bot is asked again.
                return await self._ask()
            except LostError:
                return LeaseLost(accepted)
            except StoreError as error:
                return self._store_failed(event, error)
        return StoreFailed()

    async def _carry_out(self, effect: Effect, known: Entry) -> Event | DeliveryResult | None:
        """One effect; the event that follows, or the push's result, or None where the next effect is due."""
        match effect:
            case AskBot():
                return await self._ask()
            case MarkRead():
                await self._mark_read()
            case Write(entry=entry, commit=()):
                await self._lease.write(known, entry)
            case Write(entry=entry, commit=others):
                await self._lease.commit(known, entry, others)
                log.debug(
                    "planned",
                    extra=fields(delivery=self._id, stage=Stage.PLANNED, replies=len(entry.replies)),
                )
            case ReleaseUntil(entry=entry, until=until):
                await self._release(known, entry, until)
            case Send(reply=reply):
                return await self._send(reply)
            case Wait(seconds=seconds):
                await asyncio.sleep(seconds)
            case Publish(events=events):
                return await self._publish(events)
            case PauseNumber(error=error):
                self._ports.sender.pause(error)
            case Tell(status=status):
                key = CallbackKey(self._id, status.reply, status.attempt)
                await self._ports.statuses.tell(key, status)
            case Count(what=what, number=number, kind=kind):
                _count(what, number, kind, self._id)
            case End(result=result):
                return result
        return None

    async def _ask(self) -> Event:
        self._questions += 1
        if self._questions > _ROUNDS:
            return NotDecided(DeliveryResult.LATER)
        try:
            if self._questions > 1:
                await self._lease.reread()
            return await self._ports.deciding.decide(self._asked)
        except LostError:
            return LeaseLost()
        except StoreError as error:
            log.error("Firestore is away: %s", error, extra=fields(delivery=self._id))
            return NotDecided(DeliveryResult.AWAY)
        except Exception as error:  # noqa: BLE001 the bot's: raised again when the message is released
            self._error = error
            return NotDecided(DeliveryResult.BROKEN)

    async def _mark_read(self) -> None:
        """Before the plan is stored, so that Meta hears of the typing before it has the reply."""
        if not self._marked_read and isinstance(self._asked.occasion, Message):
            self._marked_read = True
            await self._meanwhile.enter_async_context(self._ports.sender.reading(self._asked.occasion.wamid))

    async def _send(self, index: int) -> Event:
        if self._lease.lost:
            return LeaseLost()
        reply = self._lease.entry.replies[index]
        log.debug("sending", extra=fields(delivery=self._id, stage=Stage.SENDING, attempt=reply.attempts))
        started = time.monotonic()
        result = await self._ports.sender.send(reply, CallbackKey(self._id, index, reply.attempts))
        if isinstance(result, Accepted):
            seconds = round(time.monotonic() - started, 3)
            log.debug("sent", extra=fields(delivery=self._id, stage=Stage.SENT, seconds=seconds))
            if index == 0:
                age = self._ports.clock() - self._asked.received_at
                metrics.REPLY_SECONDS.observe(age.total_seconds())
        return result

    async def _publish(self, events: tuple[PlannedEvent, ...]) -> Event:
        try:
            await self._ports.publisher.publish(events)
        except PublishError as error:
            log.error("an event was not published: %s", error, extra=fields(delivery=self._id))
            return PublishFailed()
        return Published()

    async def _release(self, known: Entry, entry: Entry, until: dt.datetime) -> None:
        """Best effort: where it fails, the lease runs out by itself."""
        try:
            await self._lease.release(known, entry, until)
        except (StoreError, LostError) as error:
            log.warning("a lease was not given up: %s", error, extra=fields(delivery=self._id))

    def _store_failed(self, event: Event, error: StoreError) -> Event:
        log.error("Firestore is away: %s", error, extra=fields(delivery=self._id))
        return NotDecided(DeliveryResult.AWAY) if isinstance(event, Decided) else StoreFailed()


def _count(what: Counted, number: int, kind: str, outbox_id: str) -> None:
    match what:
        case Counted.CRASHED | Counted.UNCLEAR:
            metrics.AMBIGUOUS.inc(number)
        case Counted.RESENT:
            metrics.RESENT.inc(number)
        case Counted.PARKED:
            metrics.PARKED.inc(number)
        case Counted.FAILED:
            metrics.REPLIES_FAILED.labels(kind).inc(number)
    level = logging.ERROR if what is Counted.PARKED else logging.WARNING
    log.log(level, what.value, extra=fields(delivery=outbox_id))


def _message(update: Update) -> Message:
    contact = next(iter(update.value.get("contacts", ())), None)
    return parse_message(update.value["messages"][0], contact)
