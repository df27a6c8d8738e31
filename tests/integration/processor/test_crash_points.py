"""Every call of the reply protocol is a crash point: before it, while it is under way, after it.

At each the process is killed (or the reply lost), Pub/Sub pushes until it is acknowledged, and then every reply was
sent, or stands parked for a person.  It was sent twice only where nobody could know of the first time (the ambiguous
window), which is written down; never where a status could tell, and never under AMBIGUOUS_SENDS=park.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from google.cloud import firestore

from tests.integration.processor.conftest import Leads, StartProcessor
from tests.integration.processor.test_claims import leave
from tests.support.processor.graph import Answer, Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor, document_id, status_of

MODES = ("before", "during", "lost", "after")
# Meta may have the reply, and nothing that is stored says so.
AMBIGUOUS = {
    ("send", "during"),
    ("send", "lost"),
    ("send", "after"),
    ("record", "before"),
}
SHORT = {
    "GRAPH_TIMEOUT_SECONDS": "0.7",
    "PUSH_SECONDS": "2.5",
    "REPLY_LEASE_SECONDS": "2.5",
    "STORE_TIMEOUT_SECONDS": "1.5",
    "AMBIGUOUS_WINDOW_SECONDS": "0.5",
}


@dataclass
class Case:
    """One fault, in the answer to one person's message."""

    call: str
    mode: str
    person: Someone
    body: dict[str, Any]

    @classmethod
    def of(cls, call: str, mode: str) -> "Case":
        person = Someone.new()
        return cls(call, mode, person, person.taps("talk_to_seller") if call == "event" else person.says())

    def __str__(self) -> str:
        return f"{self.call} {self.mode}"


Crash = Callable[..., list[Case]]


def test_where_firestore_blinks_while_a_reply_is_decided_nobody_waits_for_the_lease(
    start_processor: StartProcessor, graph: Graph, tmp_path: Path
) -> None:
    plan = tmp_path / "plan"
    processor = start_processor(
        source="tests/support/processor/crashing.py", FAULT_PLAN=str(plan), REPLY_LEASE_SECONDS="60"
    )
    for call in ("conversation", "plan"):
        case = Case.of(call, "lost")
        happen(plan, case, processor, case.body)
        assert processor.push(case.body) == 204
        assert len(graph.taken_for(case.person.wa_id)) == 1
    assert processor.outcomes() == ["away", "answered", "answered", "duplicate"]
    assert processor.metric("whatsapp_sends_ambiguous_total") == 0


@pytest.fixture
def crash(
    start_processor: StartProcessor, graph: Graph, documents: firestore.Client, leads: Leads, tmp_path: Path
) -> Crash:
    """Every call's every fault, each in an answer of its own; then pushes until all are acknowledged."""

    def run(calls: Sequence[str], *, statuses: bool = False, **settings: str) -> list[Case]:
        plan = tmp_path / "plan"
        processor = start_processor(
            source="tests/support/processor/crashing.py",
            FAULT_PLAN=str(plan),
            **{**SHORT, **settings},
        )
        cases = [Case.of(call, mode) for call in calls for mode in MODES]
        for case in cases:
            if case.call in ("read", "take-over"):
                leave(documents, case.body)
            if case.call == "release":
                graph.will(Answer(502, "<html>"))
            body = case.body
            if case.call == "tell":
                processor.push_until_acked(case.body)
                body = status_of(graph.taken_for(case.person.wa_id)[0], "delivered")
            happen(plan, case, processor, body)
        for case in cases:
            settle(case, processor, graph, statuses=statuses)
        for case in cases:
            before = len(graph.asked)
            assert processor.push(case.body) == 204
            assert len(graph.asked) == before, f"{case}: what is acknowledged is over"
        return cases

    return run


def test_an_attempt_that_was_frozen_in_its_send_finds_that_others_have_gone_on(
    start_processor: StartProcessor, graph: Graph, documents: firestore.Client
) -> None:
    frozen, other = start_processor(**SHORT), start_processor(**SHORT)
    for statuses in (True, False):
        case = Case.of("send", "frozen")
        graph.will(Answer(takes=True, after=0.3))
        with ThreadPoolExecutor(1) as pool:
            pushed = pool.submit(frozen.push, case.body)
            while not graph.taken_for(case.person.wa_id):
                time.sleep(0.01)
            os.killpg(frozen.service.process.pid, signal.SIGSTOP)
            try:
                settle(case, other, graph, statuses=statuses)
            finally:
                os.killpg(frozen.service.process.pid, signal.SIGCONT)
            assert pushed.result() == 503
        assert frozen.outcomes()[-1] in ("in_progress", "waiting")
        (reply,) = replies_of(documents, case)
        assert (reply["status"], reply["resent"]) == ("sent", not statuses)
        assert len(graph.taken_for(case.person.wa_id)) == (1 if statuses else 2)


@pytest.mark.parametrize(
    "calls",
    [("claim", "read", "take-over", "conversation", "plan"), ("send", "record", "release", "tell")],
    ids=lambda calls: calls[0],
)
def test_where_no_status_comes_a_reply_is_sent_twice_only_in_the_ambiguous_window(
    calls: Sequence[str], crash: Crash, graph: Graph, documents: firestore.Client
) -> None:
    for case in crash(calls):
        (reply,) = replies_of(documents, case)
        expected = 2 if (case.call, case.mode) in AMBIGUOUS else 1
        assert len(graph.taken_for(case.person.wa_id)) == expected, str(case)
        assert expected <= 1 + int(reply["resent"]), str(case)
        assert not reply["parked"], str(case)


def test_where_statuses_come_no_crash_sends_a_reply_twice(crash: Crash, graph: Graph) -> None:
    for case in crash(["send", "record"], statuses=True):
        assert len(graph.taken_for(case.person.wa_id)) == 1, str(case)


def test_under_park_no_crash_sends_a_reply_twice_and_what_is_unclear_waits_for_a_person(
    crash: Crash, graph: Graph, documents: firestore.Client
) -> None:
    for case in crash(["plan", "send", "record"], AMBIGUOUS_SENDS="park"):
        (reply,) = replies_of(documents, case)
        taken = len(graph.taken_for(case.person.wa_id))
        assert taken <= 1, str(case)
        assert taken == 1 or reply["parked"], str(case)
        assert reply["parked"] or reply["status"] == "sent", str(case)


def test_no_crash_loses_an_event_nor_answers_twice_because_of_it(
    crash: Crash, graph: Graph, leads: Leads
) -> None:
    cases = crash(["event"])
    published = Counter(item.attributes["event_id"] for item in leads.pull())
    for case in cases:
        most = 1 if case.mode == "before" else 2
        assert 1 <= published[f"{document_id(case.body)}.0"] <= most, str(case)
        assert len(graph.taken_for(case.person.wa_id)) == 1, str(case)


def happen(plan: Path, case: Case, processor: Processor, body: dict[str, Any]) -> None:
    """Pushes until the fault has happened: once more where the last crash still kept the port closed."""
    plan.write_text(f"{case.call} {case.mode}")
    answers = []
    deadline = time.monotonic() + 20
    while plan.exists():
        assert time.monotonic() < deadline, f"the fault never happened: {case} {answers}"
        answers.append(processor.push(body))
    assert case.mode == "lost" or "died" in answers, (str(case), answers)


def settle(case: Case, processor: Processor, graph: Graph, *, statuses: bool) -> None:
    """Pushes, as Pub/Sub does, until it is acknowledged; with the statuses of what Meta has taken, if they come."""
    told: set[str] = set()
    deadline = time.monotonic() + 20
    while True:
        for sent in graph.taken_for(case.person.wa_id) if statuses else ():
            if sent["wamid"] not in told:
                processor.push_until_acked(status_of(sent, "sent"))
                told.add(sent["wamid"])
        if (answer := processor.push(case.body)) == 204:
            return
        assert time.monotonic() < deadline, f"never acknowledged: {case} {answer}"
        time.sleep(0.1)


def replies_of(documents: firestore.Client, case: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = documents.document("outbox", document_id(case.body)).get().get("replies")
    return found
