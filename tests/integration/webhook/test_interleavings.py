"""Every interleaving of two copies of one message, call by call, on the real emulator.

`orchestrate` runs each copy in a thread of its own and stops it after every line marked SYNCPOINT; it then goes through
all the orders in which the two can take turns.
"""

import asyncio
import datetime as dt
import itertools
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import grpc
import pytest
from google.cloud.firestore_v1 import types
from test_utils.orchestrate import orchestrate
from wacloud.notification import Update, split

from cloud.firestore import Conflict, Document, Unavailable
from cloud.firestore import create as creation
from cloud.pubsub import Published
from development.emulators import Emulators
from tests.support import bodies
from webhook.inbox import Inbox
from webhook.intake import Accepted, Intake

SERVICE = "/google.firestore.v1.Firestore/"
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Documents:
    """The emulator's documents, one blocking call at a time: what cloud.firestore.Store does, in steps."""

    def __init__(self, address: str, project: str) -> None:
        self._channel = grpc.insecure_channel(address)
        self._database = f"projects/{project}/databases/(default)"
        self._metadata = [("authorization", "Bearer owner")]
        self._batch_write = self._channel.unary_unary(
            f"{SERVICE}BatchWrite",
            request_serializer=types.BatchWriteRequest.pb().SerializeToString,
            response_deserializer=types.BatchWriteResponse.pb().FromString,
        )
        self._get = self._channel.unary_unary(
            f"{SERVICE}GetDocument",
            request_serializer=types.GetDocumentRequest.pb().SerializeToString,
            response_deserializer=types.Document.pb().FromString,
        )

    def close(self) -> None:
        self._channel.close()

    def path(self, collection: str, document_id: str) -> str:
        return f"{self._database}/documents/{collection}/{document_id}"

    def write(self, write: Any) -> Any:
        request = types.BatchWriteRequest.pb()(database=self._database, writes=[write])
        answer = self._batch_write(request, metadata=self._metadata)
        if answer.status[0].code:
            raise Conflict if answer.status[0].code in (5, 6, 9) else Unavailable
        return answer.write_results[0].update_time

    def submit(self, write: Any) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            future.set_result(self.write(write))
        except (Conflict, Unavailable) as error:
            future.set_exception(error)
        taken = True  # pragma: SYNCPOINT
        assert taken
        return future

    async def get(self, name: str) -> Document | None:
        found = self.read(name)
        taken = True  # pragma: SYNCPOINT
        assert taken
        return found

    def read(self, name: str) -> Document | None:
        try:
            found = self._get(types.GetDocumentRequest.pb()(name=name), metadata=self._metadata)
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.NOT_FOUND, error
            return None
        text = {key: value.string_value for key, value in found.fields.items() if value.string_value}
        when = {
            key: value.timestamp_value.ToDatetime(tzinfo=dt.UTC)
            for key, value in found.fields.items()
            if value.HasField("timestamp_value")
        }
        return Document(found.name, {**text, **when}, found.update_time)


class Topic:
    """Who published."""

    def __init__(self) -> None:
        self.count = 0

    async def publish(self, ordering_key: str, messages: Sequence[Any]) -> Published:
        self.count += len(messages)
        taken = True  # pragma: SYNCPOINT
        assert taken
        return Published(len(messages))

    def submit(self, item: Any) -> asyncio.Future[None]:
        raise AssertionError(item)


class Race:
    """Two copies of one message; orchestrate starts each of them once in every run."""

    def __init__(self, documents: Documents, *, left_behind: bool) -> None:
        self.documents = documents
        self.answers: defaultdict[int, list[Accepted]] = defaultdict(list)
        self.topics: defaultdict[int, Topic] = defaultdict(Topic)
        self._left_behind = left_behind
        self._starts = itertools.count()

    def copy(self) -> None:
        """One copy, from its coming to its answer."""
        run = next(self._starts) // 2
        if not self.answers[run] and self._left_behind and not self.topics[run].count:
            self._leave_claim(run)
        self.answers[run].append(self.post(run))

    def post(self, run: int) -> Accepted:
        """What the intake makes of the run's message."""
        inbox = Inbox(
            self.documents,
            lease=dt.timedelta(minutes=5),
            retention=dt.timedelta(days=1),
            timeout=60,
            clock=lambda: dt.datetime.now(dt.UTC),
        )
        intake = Intake(inbox, self.topics[run], dedupe_statuses=False, publish_timeout=60)
        return asyncio.run(intake.accept([self.delivery(run)], time.time()))

    def delivery(self, run: int) -> Update:
        """The message of a run."""
        (found,) = split(bodies.of(bodies.text(message_id=f"wamid.RUN{run}")))
        return found

    def _leave_claim(self, run: int) -> None:
        name = self.documents.path("inbox", self.delivery(run).document_id)
        if self.documents.read(name) is None:
            fields = {"state": "claimed", "owner": "dead", "lease_until": LONG_AGO}
            self.documents.write(creation(name, {**fields, "expire_at": LONG_AGO + dt.timedelta(days=999)}))


@pytest.fixture
def documents(emulators: Emulators, project_id: str) -> Iterator[Documents]:
    found = Documents(emulators.firestore, project_id)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("left_behind", "runs"), [(False, 30), (True, 80)], ids=["a new message", "a claim whose owner died"]
)
def test_in_every_order_of_their_calls_two_copies_publish_once_and_no_answer_comes_too_early(
    left_behind: bool, runs: int, documents: Documents
) -> None:
    race = Race(documents, left_behind=left_behind)
    orchestrate(race.copy, race.copy)
    assert len(race.answers) >= runs, "orders tried"
    for run, answers in race.answers.items():
        assert race.topics[run].count == 1, run
        assert sorted(answer.published for answer in answers) == [0, 1], run
        assert not any(answer.failed for answer in answers), run
        again = race.post(run)
        assert (again.duplicates, again.complete) == (1, True), run
        assert race.topics[run].count == 1, run


def test_the_orders_show_a_protocol_that_is_wrong(documents: Documents) -> None:
    """Without the precondition on its update both take a dead owner's claim over: the test above would see it."""
    plain_submit = documents.submit

    def without_fence(write: Any) -> asyncio.Future[Any]:
        write.current_document.Clear() if write.current_document.HasField("update_time") else None
        return plain_submit(write)

    documents.submit = without_fence  # type: ignore[method-assign]
    race = Race(documents, left_behind=True)
    orchestrate(race.copy, race.copy)
    assert max(topic.count for topic in race.topics.values()) == 2
