"""What Store makes of Firestore's answers, those that the emulator never gives among them."""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.cloud.firestore_v1 import types
from google.protobuf.timestamp_pb2 import Timestamp

from cloud import firestore
from cloud.firestore import Conflict, Store, Unavailable
from tests.support.cloud.grpc_servers import serving

BATCH_WRITE = "/google.firestore.v1.Firestore/BatchWrite"
NAME = "projects/p/databases/(default)/documents/inbox/{}"
OK, ALREADY_EXISTS, ABORTED, PERMISSION_DENIED = 0, 6, 10, 7


class Batches:
    """Answers BatchWrite; `verdict` says for (document, which try of it) what its status is."""

    def __init__(self, verdict: Callable[[str, int], int]) -> None:
        self.groups: list[list[str]] = []
        self.tries: dict[str, int] = {}
        self._verdict = verdict

    async def __call__(self, request: Any, _: Any) -> Any:
        names = [write.update.name.rsplit("/", 1)[1] for write in request.writes]
        self.groups.append(names)
        answer = types.BatchWriteResponse.pb()()
        for name in names:
            self.tries[name] = self.tries.get(name, 0) + 1
            answer.write_results.add(update_time=Timestamp(seconds=self.tries[name]))
            answer.status.add(code=self._verdict(name, self.tries[name]))
        return answer


async def written(batches: Any, *names: str, patience: float = 2) -> list[Any]:
    """What became of a creation of each document."""
    async with serving({BATCH_WRITE: (types.BatchWriteRequest.pb(), batches)}) as address:
        store = Store.connect("p", "(default)", timeout=patience, emulator_host=address)
        futures = [store.submit(firestore.create(NAME.format(name), {"a": 1})) for name in names]
        return await asyncio.gather(*futures, return_exceptions=True)


async def test_a_write_that_was_aborted_by_contention_is_sent_again_and_the_others_do_not_wait_for_it() -> (
    None
):
    batches = Batches(lambda name, tries: ABORTED if name == "contested" and tries < 3 else OK)
    results = await written(batches, "a", "contested", "b")
    assert [result.seconds for result in results] == [1, 3, 1]
    assert batches.groups == [["a", "contested", "b"], ["contested"], ["contested"]]


async def test_a_write_that_stays_contested_is_unavailable_in_the_end() -> None:
    batches = Batches(lambda name, _: ABORTED if name == "contested" else OK)
    contested, other = await written(batches, "contested", "other")
    assert isinstance(contested, Unavailable)
    assert other.seconds == 1
    assert batches.tries["contested"] == 5


async def test_a_conflict_or_a_refusal_is_one_writes_own_and_is_not_tried_again() -> None:
    codes = {"there": ALREADY_EXISTS, "forbidden": PERMISSION_DENIED}
    batches = Batches(lambda name, _: codes.get(name, OK))
    there, forbidden, new = await written(batches, "there", "forbidden", "new")
    assert isinstance(there, Conflict)
    assert isinstance(forbidden, Unavailable)
    assert new.seconds == 1
    assert len(batches.groups) == 1


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED])
async def test_a_request_refused_for_a_passing_reason_is_sent_again(code: grpc.StatusCode) -> None:
    batches = Batches(lambda *_: OK)
    refusals = [code, code]

    async def refuse_at_first(request: Any, context: Any) -> Any:
        if refusals:
            await context.abort(refusals.pop(), "come again")
        return await batches(request, context)

    (result,) = await written(refuse_at_first, "a")
    assert result.seconds == 1


async def test_a_request_refused_for_good_is_unavailable_at_once() -> None:
    calls = []

    async def refuse(_: Any, context: Any) -> Any:
        calls.append(1)
        await context.abort(grpc.StatusCode.PERMISSION_DENIED, "no")

    (result,) = await written(refuse, "a")
    assert isinstance(result, Unavailable)
    assert "PERMISSION_DENIED" in str(result)
    assert calls == [1]


async def test_a_request_that_is_not_answered_ends_at_the_deadline() -> None:
    async def sleep(*_: Any) -> Any:
        await asyncio.sleep(30)

    loop = asyncio.get_running_loop()
    started = loop.time()
    (result,) = await written(sleep, "a", patience=0.2)
    assert isinstance(result, Unavailable)
    assert loop.time() - started < 2


async def test_eleven_hundred_writes_are_three_requests() -> None:
    batches = Batches(lambda *_: OK)
    await written(batches, *(f"d{n}" for n in range(1100)))
    assert sorted(len(group) for group in batches.groups) == [100, 500, 500]


def test_a_value_comes_back_as_it_was_written() -> None:
    fields = {
        "text": "é🚗",
        "none": None,
        "true": True,
        "int": 5,
        "float": 0.5,
        "bytes": b"\0",
        "when": dt.datetime(2026, 11, 24, 1, 2, 3, 456789, dt.UTC),
        "list": ["a", 1, {"b": []}],
        "map": {"x": {"y": None}},
    }
    write = firestore.create(NAME.format("a"), fields)
    assert write.current_document.exists is False
    read = firestore._decoded(write.update)
    assert read.fields == fields


def test_a_value_that_firestore_has_no_type_for_is_told_so() -> None:
    with pytest.raises(TypeError, match="object cannot be a Firestore value"):
        firestore.create(NAME.format("a"), {"x": object()})
