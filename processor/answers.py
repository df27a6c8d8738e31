"""The reply protocol: every message is answered once, whatever crashes.

    claim    create-if-absent in Firestore: of racing pushes, one goes on
    decide   the bot, a pure function
    plan     conversation, replies and the first `sending` in one atomic commit: never decided again
    send     one reply after the other, each written down before it leaves and when it has arrived
    ack      when nothing is left to do

A crash between any two steps leaves a claim whose lease runs out; Pub/Sub's next push takes it over.  What was
`sending` then is `unknown`: a status webhook settles it, or after a while it is sent once more (or parked for a person:
AMBIGUOUS_SENDS).  Firestore away: nothing is sent.  tests/unit/protocols searches every interleaving of this.
"""

import asyncio
import datetime as dt
import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn, Protocol

from wacloud.errors import InvalidMessageError
from wacloud.inbound import Message, System, parse_message
from wacloud.notification import Delivery
from wacloud.outbound import Outbound, body
from wacloud.person import Person

from bots import Conversation, Decider, Decision
from cloud.firestore import Conflict, StoreError
from cloud.logs import fields
from cloud.pubsub import Message as Published
from cloud.pubsub import PublishError, message
from processor import conversations, metrics
from processor.outbox import Entry, LostError, Outbox, State
from processor.outcome import Outcome
from processor.plan import CallbackKey, Plan, Reply
from processor.sending import Change, Sender

log = logging.getLogger(__name__)
Policy = Literal["resend", "park"]
_MOVES = frozenset({"user_changed_number", "user_changed_user_id"})
_ROUNDS = 4  # of load and decide, where another message of the same person is decided at the same time


class Leads(Protocol):
    """The part of cloud.pubsub.Publisher that is used."""

    def submit(self, item: Published) -> asyncio.Future[None]: ...


class _GivenUp(Exception):  # noqa: N818 not an error: the delivery comes again
    """The delivery is released; the outcome says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Rules:
    """Durations and policies of the protocol."""

    lease: dt.timedelta
    window: dt.timedelta
    policy: Policy
    conversation_retention: dt.timedelta


@dataclass(frozen=True, slots=True)
class Parts:
    """What the protocol stands on.  Raises of `leads`: PublishError; of the others: StoreError."""

    outbox: Outbox
    documents: conversations.Documents
    sender: Sender
    leads: Leads
    bot: Decider
    rules: Rules
    clock: Callable[[], dt.datetime]


async def answer(parts: Parts, delivery: Delivery, received_at: dt.datetime) -> Outcome:
    """Takes one message through the protocol.  Raises what the bot raises, after the delivery is released."""
    if not delivery.person.key:
        log.warning("a message names nobody who could be answered")
        return Outcome.RECORDED
    if parts.sender.paused:
        return Outcome.PAUSED
    try:
        claim = await parts.outbox.claim(delivery, received_at)
        if isinstance(claim, State):
            return Outcome.DUPLICATE if claim is State.DONE else Outcome.IN_PROGRESS
        return await _Attempt(parts, claim, received_at).run(delivery)
    except LostError:
        return Outcome.IN_PROGRESS
    except StoreError as error:
        log.error("Firestore is away, nothing is sent: %s", error)
        return Outcome.AWAY


class _Attempt:
    """One owner's work on one delivery."""

    def __init__(self, parts: Parts, entry: Entry, received_at: dt.datetime) -> None:
        self._parts = parts
        self._entry = entry
        self._received_at = received_at
        # A send begun later than this might outlast the lease, and the push request with it.
        left = parts.rules.lease.total_seconds() - parts.sender.longest
        self._last_begin = time.monotonic() + left

    async def run(self, delivery: Delivery) -> Outcome:
        try:
            async with AsyncExitStack() as meanwhile:
                if self._entry.state is State.CLAIMED:
                    await self._decide(delivery, meanwhile)
                else:
                    self._look_at_what_was_under_way()
                await self._carry_out()
        except _GivenUp as given_up:
            return given_up.outcome
        except (LostError, StoreError):
            raise
        except Exception:
            await self._parts.outbox.release(self._entry, _as_it_is, self._parts.clock())
            raise
        return _outcome(self._entry.plan)

    async def _decide(self, delivery: Delivery, meanwhile: AsyncExitStack) -> None:
        """The bot's decision, stored together with the conversation's new state."""
        try:
            await self._plan(delivery, _message(delivery), meanwhile)
        except StoreError:
            # Nothing was sent: nobody need wait for the lease, nor take a send for unclear.
            await self._parts.outbox.release(self._entry, Plan.not_begun, self._parts.clock())
            raise

    async def _plan(self, delivery: Delivery, said: Message, meanwhile: AsyncExitStack) -> None:
        person, formerly = _identities(delivery.person, said)
        reading = False
        for _ in range(_ROUNDS):
            now = self._parts.clock()
            talk = await conversations.load(
                self._parts.documents, delivery.phone_number_id, person, now, formerly=formerly
            )
            decision = self._judge(talk, said, now)
            if decision.replies and not reading:
                # Before the plan is stored, so that Meta hears of the typing before it has the reply.
                await meanwhile.enter_async_context(self._parts.sender.reading(said.wamid))
                reading = True
            plan = self._begin(self._replies(decision, talk.person, said, delivery.phone_number_id))
            talk = replace(
                talk,
                state=talk.state if decision.state is None else decision.state,
                opted_out=talk.opted_out if decision.opted_out is None else decision.opted_out,
                last_message_at=said.timestamp or now,
            )
            writes = talk.writes(self._parts.rules.conversation_retention, now)
            try:
                self._entry = await self._parts.outbox.decide(self._entry, plan, writes)
            except Conflict:
                # Another message of this person was decided meanwhile: on what it left, decide again.
                self._entry = await self._parts.outbox.reread(self._entry)
                continue
            log.debug("planned", extra=fields(delivery=self._entry.id, replies=len(plan.replies)))
            return
        await self._give_up(Outcome.LATER, _as_it_is, 0.0)

    def _judge(self, talk: conversations.Conversation, said: Message, now: dt.datetime) -> Decision:
        if said.group_id:
            return Decision()
        known = Conversation(talk.state, _name(said) or "", talk.person, talk.opted_out)
        decision = self._parts.bot(known, said, {}, now)
        if not isinstance(decision, Decision):
            raise TypeError("a bot that asks its ports, or is asynchronous: not yet understood here")
        if talk.is_silent(now):
            # Who asks to be left alone is heard all the same.
            return Decision(opted_out=decision.opted_out)
        return decision

    def _replies(self, decision: Decision, person: Person, said: Message, phone_number_id: str) -> Plan:
        to = {"wa_id": person.wa_id, "user_id": person.user_id}
        replies = tuple(self._addressed(reply, person, to) for reply in decision.replies)
        if decision.lead is None:
            return Plan(replies)
        known = {"lead_id": self._entry.id, "phone_number_id": phone_number_id, "name": _name(said), **to}
        return Plan(replies, {**decision.lead, **known, "received_at": self._received_at.isoformat()})

    def _addressed(self, reply: Outbound, person: Person, to: Mapping[str, Any]) -> Reply:
        """The request that sends it; failed at once where the person's ids are not ones that Meta takes."""
        try:
            return Reply(to, body(reply, to=person))
        except InvalidMessageError as error:
            metrics.REPLIES_FAILED.labels("request").inc()
            log.error("a reply cannot be addressed", extra=fields(delivery=self._entry.id))
            failure = {"code": None, "kind": "request", "message": str(error)}
            return Reply(to, reply.content(), status="failed", error=failure, at=self._parts.clock())

    def _look_at_what_was_under_way(self) -> None:
        """An earlier attempt died between beginning a send and recording it: nobody knows whether it arrived."""
        index = self._entry.plan.next
        if index is not None and self._entry.plan.replies[index].status == "sending":
            metrics.AMBIGUOUS.inc()
            log.warning("a send was under way in a crash", extra=fields(delivery=self._entry.id))
            # The window begins now: the statuses of the time when nobody was here are still on their way.
            plan = self._entry.plan.unclear(index, self._parts.clock())
            self._entry = replace(self._entry, plan=plan)

    async def _carry_out(self) -> None:
        while (index := self._entry.plan.next) is not None:
            reply = self._entry.plan.replies[index]
            match reply.status:
                case "sending":
                    await self._send(index, reply)
                case "unknown":
                    await self._settle(index, reply)
                case _:
                    if self._begin(self._entry.plan) == self._entry.plan:
                        await self._give_up(Outcome.LATER, _as_it_is, 0.0)
                    await self._record(_as_it_is)
        if self._entry.plan.lead:
            await self._publish(self._entry.plan.lead)
        if self._entry.state is not State.DONE:
            await self._record(lambda plan: replace(plan, lead=None))

    async def _send(self, index: int, reply: Reply) -> None:
        log.debug("sending", extra=fields(delivery=self._entry.id, attempt=reply.attempts))
        started = time.monotonic()
        outcome = await self._parts.sender.send(self._entry.plan, index, self._entry.id)
        if outcome.wait is not None:
            unclear = outcome.change(self._entry.plan).replies[index].status == "unknown"
            await self._give_up(Outcome.WAITING if unclear else Outcome.LATER, outcome.change, outcome.wait)
        if outcome.accepted:
            log.debug(
                "sent", extra=fields(delivery=self._entry.id, seconds=round(time.monotonic() - started, 3))
            )
            if index == 0:
                metrics.REPLY_SECONDS.observe((self._parts.clock() - self._received_at).total_seconds())
        try:
            await self._record(outcome.change)
        except LostError:
            if outcome.accepted:
                # The lease ran out meanwhile: whoever is at it now should know.
                key = CallbackKey(self._entry.id, index, reply.attempts)
                await self._parts.outbox.tell(key, outcome.change)
            raise

    async def _settle(self, index: int, reply: Reply) -> None:
        """No status has told what became of a send: wait, send once more, or leave it to a person."""
        now, rules = self._parts.clock(), self._parts.rules
        since = reply.at or now
        left = since + rules.window - now
        if left > dt.timedelta():
            await self._give_up(
                Outcome.WAITING, lambda plan: plan.unclear(index, since), left.total_seconds()
            )
        resend = rules.policy == "resend" and not reply.resent
        await self._record(lambda plan: plan.again(index, now) if resend else plan.parked(index, now))
        # A status may have settled it at the last moment.
        reply = self._entry.plan.replies[index]
        if reply.parked:
            metrics.PARKED.inc()
            log.error(
                "an unclear send waits for a person: look whether it arrived",
                extra=fields(delivery=self._entry.id),
            )
        elif not reply.settled:
            metrics.RESENT.inc()
            log.warning("an unclear send is sent once more", extra=fields(delivery=self._entry.id))

    async def _publish(self, lead: Mapping[str, Any]) -> None:
        """To the `leads` topic, at least once: `lead_id` tells copies."""
        item = message(json.dumps(lead, ensure_ascii=False).encode(), {"lead_id": str(lead["lead_id"])})
        try:
            await self._parts.leads.submit(item)
        except PublishError as error:
            log.error("the lead was not published: %s", error, extra=fields(delivery=self._entry.id))
            await self._give_up(Outcome.LATER, _as_it_is, 0.0)
        metrics.LEADS.inc()

    def _begin(self, plan: Plan) -> Plan:
        """With the next reply written down as `sending`, if it is its turn and there is time."""
        index = plan.next
        if index is None or plan.replies[index].status != "pending" or time.monotonic() > self._last_begin:
            return plan
        return plan.having(index, plan.replies[index].begun(self._parts.clock()))

    async def _record(self, change: Change) -> None:
        self._entry = await self._parts.outbox.record(self._entry, lambda plan: self._begin(change(plan)))

    async def _give_up(self, outcome: Outcome, change: Change, wait: float) -> NoReturn:
        until = self._parts.clock() + dt.timedelta(seconds=wait)
        await self._parts.outbox.release(self._entry, change, until)
        raise _GivenUp(outcome)


def _as_it_is(plan: Plan) -> Plan:
    return plan


def _message(delivery: Delivery) -> Message:
    contact = next(iter(delivery.value.get("contacts", ())), None)
    return parse_message(delivery.value["messages"][0], contact)


def _name(said: Message) -> str | None:
    """What the person calls themselves."""
    return said.contact.profile.name if said.contact else None


def _identities(person: Person, said: Message) -> tuple[Person, Person | None]:
    """Who the person is, and who they were until a `system` message announced a new number or user id."""
    content = said.content
    if not isinstance(content, System) or content.type not in _MOVES or not content.now.key:
        return person, None
    return content.now, Person(content.previous_user_id or person.user_id, person.wa_id)


def _outcome(plan: Plan) -> Outcome:
    if not plan.replies:
        return Outcome.SILENT
    if any(reply.parked for reply in plan.replies):
        return Outcome.PARKED
    return Outcome.FAILED if all(reply.status == "failed" for reply in plan.replies) else Outcome.ANSWERED
