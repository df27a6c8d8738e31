"""Posts notifications to the webhook as Meta does: signed, several at once, again and again until it says 200."""

import heapq
import itertools
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import httpx

from wacloud_simulator.faults import Faults
from wacloud_simulator.journal import Journal
from wacloud_simulator.notification import encode, messages_change, notification, sign
from wacloud_simulator.people import JSON, Person
from wacloud_simulator.workers import Workers
from wacloud_simulator.world import World

RESET_SECONDS = 2.0
LONGEST_PAUSE = 60.0
BATCH_SECONDS = 1.0
BATCH_MOST = 1_000
DISORDER_SECONDS = 1.0


@dataclass(frozen=True)
class Update:
    """One message, status or other change, on its way into a body."""

    kind: str
    """`messages`, `statuses`, or the field of any other change."""
    item: JSON
    person: Person | None = None
    message_id: str | None = None

    @property
    def about(self) -> str:
        """A few words for the journal."""
        if self.kind == "messages":
            return f"message: {self.item.get('type')}"
        return f"status: {self.item.get('status')}" if self.kind == "statuses" else f"change: {self.kind}"


@dataclass(frozen=True)
class Post:
    """A body on its way. `generation` changes with each reset: what is older is not tried again."""

    body: bytes
    message_ids: list[str]
    about: str
    generation: int
    lane: str | None = None
    people: frozenset[str] = frozenset()
    attempt: int = 1
    note: str = ""


class WebhookSender:
    """Meta's delivery machine. `close` ends it."""

    def __init__(
        self,
        world: World,
        journal: Journal,
        *,
        url: str,
        app_secret: str,
        retry_seconds: float = 1.0,
        timeout: float = 10.0,
        at_once: int = 64,
    ) -> None:
        self.url = url
        self._world = world
        self._journal = journal
        self._secret = app_secret
        self._retry_seconds = retry_seconds
        self._client = httpx.Client(
            timeout=timeout, limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        )
        self._pool = Workers(at_once, "webhook")
        self._wake = threading.Condition()
        self._idle = threading.Condition()
        self._posting = 0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = itertools.count()
        self._lanes: dict[str, deque[Post]] = {}
        self._batch: list[Update] = []
        self._generation = 0
        self._unanswered = 0
        self._closed = False
        world.clock.on_change(self._look_again)
        self._timer = threading.Thread(target=self._run, name="webhook timer", daemon=True)
        self._timer.start()

    @property
    def waiting(self) -> int:
        """Bodies that the webhook has not answered with 200 yet."""
        with self._wake:
            return self._unanswered

    def send(self, update: Update) -> None:
        """Posts one update, with the faults that are set."""
        faults = self._faults(update)
        if faults.batches:
            with self._wake:
                self._batch.append(update)
                first = len(self._batch) == 1
            if first:
                self.later(BATCH_SECONDS, self._flush_batch)
            return
        self._dispatch(self._body([update]), [update], copies=1 + faults.duplicates)

    def send_together(self, updates: list[Update], *, copies: int = 1) -> None:
        """Posts all updates in one body, however many there are."""
        self._dispatch(self._body(updates), updates, copies=copies)

    def send_bytes(
        self, body: bytes, message_ids: list[str], *, about: str, note: str, copies: int = 1
    ) -> None:
        """Posts a body that was written elsewhere, newly signed, `copies` times at once."""
        for number in range(copies):
            copy = f"{note}, copy {number + 1} of {copies}" if copies > 1 else note
            self._post_later(0.0, Post(body, message_ids, about, self._generation, note=copy))

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Runs something at its time, unless a reset or the end comes first."""
        generation = self._generation

        def run() -> None:
            if generation == self._generation:
                action()

        with self._wake:
            heapq.heappush(self._due, (self._world.clock.now() + seconds, next(self._serial), run))
            self._wake.notify()

    def reset(self) -> None:
        """Forgets what was still to be posted; what is under way has a moment to arrive before the new start."""
        with self._wake:
            self._generation += 1
            self._due.clear()
            self._batch.clear()
            self._unanswered = 0
        with self._idle:
            self._idle.wait_for(lambda: self._posting == 0, RESET_SECONDS)

    def close(self) -> None:
        """Ends every thread; what is in flight is given up."""
        with self._wake:
            self._closed = True
            self._generation += 1
            self._wake.notify()
        self._timer.join()
        self._pool.close()
        self._client.close()

    def _body(self, updates: list[Update]) -> bytes:
        business = self._world.business
        changes: list[JSON] = []
        for kind, group in itertools.groupby(updates, key=lambda update: update.kind):
            items = list(group)
            if kind in ("messages", "statuses"):
                people = {item.person.key: item.person for item in items if item.person is not None}
                changes.append(
                    messages_change(business, list(people.values()), {kind: [item.item for item in items]})
                )
            else:
                changes += [{"value": item.item, "field": kind} for item in items]
        return encode(notification(business, changes))

    def _dispatch(self, body: bytes, updates: list[Update], *, copies: int) -> None:
        faults = self._faults(*updates)
        first = updates[0]
        about = first.about if len(updates) == 1 else f"{len(updates)} updates in one body"
        lane = None
        if not faults.disorder and len(updates) == 1 and first.person is not None:
            lane = f"{first.kind}:{first.person.key}"
        known = [update.message_id for update in updates if update.message_id]
        for number in range(copies):
            disorder = random.uniform(0, DISORDER_SECONDS) if faults.disorder else 0.0  # noqa: S311 disorder
            pause = faults.delay_seconds + disorder
            note = f"copy {number + 1} of {copies}" if copies > 1 else ""
            post = Post(
                body,
                known,
                about,
                self._generation,
                lane if number == 0 else None,
                self._people(updates),
                note=note,
            )
            self._post_later(pause, post)

    def _faults(self, *updates: Update) -> Faults:
        return self._world.faults.of_webhooks(self._people(updates))

    @staticmethod
    def _people(updates: Sequence[Update]) -> frozenset[str]:
        return frozenset(update.person.key for update in updates if update.person is not None)

    def _look_again(self) -> None:
        """The clock was moved: what is due now is run now."""
        with self._wake:
            self._wake.notify()

    def _flush_batch(self) -> None:
        with self._wake:
            updates, self._batch = self._batch, []
        for start in range(0, len(updates), BATCH_MOST):
            part = updates[start : start + BATCH_MOST]
            self.send_together(part, copies=1 + self._faults(*part).duplicates)

    def _post_later(self, seconds: float, post: Post) -> None:
        if post.attempt == 1:
            with self._wake:
                self._unanswered += 1
        if seconds <= 0:
            self._enter_lane(post)
        else:
            self.later(seconds, lambda: self._enter_lane(post))

    def _enter_lane(self, post: Post) -> None:
        """One person's messages leave one after the other, unless disorder is set; everything else leaves at once."""
        if post.lane is None:
            self._submit(lambda: self._post(post))
            return
        lane = post.lane
        with self._wake:
            queue = self._lanes.get(lane)
            if queue is not None:
                queue.append(post)
                return
            self._lanes[lane] = deque([post])
        self._submit(lambda: self._drain(lane))

    def _drain(self, lane: str) -> None:
        while True:
            with self._wake:
                queue = self._lanes[lane]
                if not queue:
                    del self._lanes[lane]
                    return
                post = queue.popleft()
            self._post(post)

    def _submit(self, action: Callable[[], None]) -> None:
        with self._wake:
            if not self._closed:
                self._pool.submit(action)

    def _post(self, post: Post) -> None:
        with self._idle:
            self._posting += 1
        try:
            if post.generation == self._generation:
                self._exchange(post)
        finally:
            with self._idle:
                self._posting -= 1
                self._idle.notify_all()

    def _exchange(self, post: Post) -> None:
        """One request and what follows from its answer."""
        faults = self._world.faults.of_webhooks(post.people)
        secret = f"not {self._secret}" if faults.bad_signature else self._secret
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": sign(post.body, secret),
        }
        note = ", ".join(filter(None, [post.note, "wrong signature" if faults.bad_signature else ""]))
        exchange = self._journal.begin(
            "webhook",
            "POST",
            self.url,
            headers=headers,
            body=post.body.decode("ascii", "replace"),
            message_ids=post.message_ids,
            about=post.about,
            attempt=post.attempt,
            note=note,
        )
        for message_id in post.message_ids:
            self._tick(message_id, "sent")
        try:
            answer = self._client.post(self.url, content=post.body, headers=headers)
        except (httpx.HTTPError, RuntimeError) as error:  # RuntimeError: the client was closed meanwhile
            self._journal.end(exchange, status=None, error=str(error) or type(error).__name__)
            self._retry(post)
            return
        self._journal.end(exchange, status=answer.status_code, answer=answer.text)
        if answer.status_code != 200:
            self._retry(post)
            return
        with self._wake:
            if post.generation == self._generation:
                self._unanswered -= 1
        for message_id in post.message_ids:
            self._tick(message_id, "delivered")

    def _retry(self, post: Post) -> None:
        """Anything but 200 is tried again, less and less often (Meta: for up to seven days)."""
        if post.generation != self._generation:
            return
        pause = min(self._retry_seconds * 2 ** min(post.attempt - 1, 16), LONGEST_PAUSE)
        self.later(pause, lambda: self._enter_lane(replace(post, attempt=post.attempt + 1, lane=None)))

    def _tick(self, message_id: str, status: str) -> None:
        """A person's message has left, or the webhook has it."""
        now = self._world.clock.now()
        message = self._world.message(message_id)
        if message is not None and message.from_person and status not in message.moments:
            self._world.change(message_id, lambda found: found.advance(status, now))

    def _run(self) -> None:
        while True:
            with self._wake:
                if self._closed:
                    return
                now = self._world.clock.now()
                if not self._due or self._due[0][0] > now:
                    self._wake.wait(self._due[0][0] - now if self._due else None)
                    continue
                _, _, action = heapq.heappop(self._due)
            self._submit(action)
