"""A lease is short and renewed while its push works: kept for as long as that takes, free soon after a crash."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from google.cloud import firestore

from tests.integration.processor.conftest import StartProcessor
from tests.support.processor.graph import Answer, Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import document_id, status_of

SHORT = {"REPLY_LEASE_SECONDS": "1.5", "STORE_TIMEOUT_SECONDS": "1", "GRAPH_TIMEOUT_SECONDS": "8"}


def test_a_push_that_works_for_longer_than_its_lease_keeps_others_off(
    start_processor: StartProcessor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    processor, other = start_processor(**SHORT), start_processor(**SHORT)
    body = ana.says()
    graph.will(Answer(takes=True, after=5.0))
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(processor.push, body)
        while not graph.taken:
            time.sleep(0.01)
        while not pushed.done():
            assert other.push(body) in (204, 503)
            time.sleep(0.2)
        assert pushed.result() == 204
    assert set(other.outcomes()) <= {"in_progress", "duplicate"}
    assert "in_progress" in other.outcomes()
    assert len(graph.asked) == 1
    assert documents.document("outbox", document_id(body)).get().get("attempt") == 1
    assert processor.metric("whatsapp_leases_lost_total") == 0


def test_statuses_that_come_while_a_lease_is_renewed_are_kept(
    start_processor: StartProcessor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    processor = start_processor(**SHORT)
    body = ana.says()
    graph.will(Answer(takes=True, after=4.0))
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(processor.push, body)
        while not graph.taken:
            time.sleep(0.01)
        for name in ("sent", "delivered", "read"):
            assert processor.push(status_of(graph.taken[0], name)) == 204
            time.sleep(0.7)
        assert pushed.result() == 204
    (reply,) = documents.document("outbox", document_id(body)).get().get("replies")
    assert (reply["status"], reply["resent"]) == ("read", False)


@pytest.mark.parametrize("call", ["conversation", "plan"])
def test_a_process_that_is_killed_in_mid_answer_costs_a_person_less_than_20_seconds(
    call: str, start_processor: StartProcessor, graph: Graph, ana: Someone, tmp_path: Path
) -> None:
    plan = tmp_path / "plan"
    processor = start_processor(source="tests/support/processor/crashing.py", FAULT_PLAN=str(plan))
    body = ana.says()
    plan.write_text(f"{call} before")
    started = time.monotonic()
    assert processor.push(body) == "died"
    processor.push_until_acked(body, pause=0.5)
    assert time.monotonic() - started < 20
    assert len(graph.taken_for(ana.wa_id)) == 1


@pytest.mark.parametrize("mode", ["before", "during", "lost", "after"])
def test_a_crash_at_a_renewal_neither_loses_nor_doubles_an_answer_that_a_status_tells_of(
    mode: str, start_processor: StartProcessor, graph: Graph, ana: Someone, tmp_path: Path
) -> None:
    plan = tmp_path / "plan"
    processor = start_processor(
        source="tests/support/processor/crashing.py",
        FAULT_PLAN=str(plan),
        AMBIGUOUS_WINDOW_SECONDS="5",
        **SHORT,
    )
    body = ana.says()
    graph.will(Answer(takes=True, after=2.0))
    plan.write_text(f"renew {mode}")
    answer = processor.push(body)
    assert not plan.exists(), "the fault has happened"
    assert answer == (204 if mode == "lost" else "died")
    while processor.push(status_of(graph.taken[0], "sent")) != 204:
        time.sleep(0.1)
    processor.push_until_acked(body)
    assert len(graph.taken) == 1


def test_a_push_that_was_frozen_past_its_lease_sends_nothing_more(
    start_processor: StartProcessor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    frozen, other = start_processor(**SHORT), start_processor(**SHORT)
    body = ana.says("diga duas coisas")
    graph.will(Answer(takes=True, after=0.5))
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(frozen.push, body)
        while not graph.taken:
            time.sleep(0.01)
        os.killpg(frozen.service.process.pid, signal.SIGSTOP)
        try:
            assert other.push(status_of(graph.taken[0], "sent")) == 204
            other.push_until_acked(body)
        finally:
            os.killpg(frozen.service.process.pid, signal.SIGCONT)
        assert pushed.result() == 503
    assert frozen.outcomes()[-1] == "in_progress"
    assert [sent["text"]["body"] for sent in graph.taken] == ["um", "dois"]
