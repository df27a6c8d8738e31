"""What the Graph API may answer to a send, and what becomes of the reply: each row of the reply protocol's table."""

import time
from typing import Any

import pytest
from google.cloud import firestore

from development.emulators import free_ports
from tests.integration.processor.conftest import StartProcessor, let_time_pass
from tests.support.processor.bots import FAIL_ONCE, TWICE
from tests.support.processor.graph import Answer, Graph, refused
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor, document_id, status_of

RESET = Answer(then="reset")
TAKEN_AND_RESET = Answer(then="reset", takes=True)
THROTTLED = [(130429, 429), (4, 400), (80007, 400), (100, 429)]
AMBIGUOUS = {
    "the connection is reset": RESET,
    "silence, then a reset": Answer(then="stall"),
    "an answer that comes too late": Answer(after=2.0, takes=True),
    "a gateway's error page": Answer(502, "<html><h1>Bad Gateway</h1></html>"),
    "an answer that is no JSON": Answer(200, "<html>", takes=True),
    "an answer that names no message": Answer(200, {"messages": []}, takes=True),
}


def reply_of(documents: firestore.Client, body: dict[str, Any], index: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = documents.document("outbox", document_id(body)).get().get("replies")[index]
    return found


def seconds_left(documents: firestore.Client, body: dict[str, Any]) -> float:
    until = documents.document("outbox", document_id(body)).get().get("lease_until")
    return float(until.timestamp() - time.time())


@pytest.mark.parametrize("how", AMBIGUOUS)
def test_an_unclear_send_waits_and_goes_out_once_more(
    how: str, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(AMBIGUOUS[how])
    assert processor.push(body) == 503
    assert reply_of(documents, body)["status"] == "unknown"
    assert 50 < seconds_left(documents, body) <= 60
    assert processor.push(body) == 503, "the window is not over"
    let_time_pass(documents, body)
    assert processor.push(body) == 204
    assert [sent["biz_opaque_callback_data"][-4:] for sent in graph.asked] == [".0.1", ".0.2"]
    assert processor.metric("whatsapp_sends_ambiguous_total") == 1
    assert processor.metric("whatsapp_sends_resent_total") == 1
    assert reply_of(documents, body)["status"] == "sent"


@pytest.mark.parametrize("name", ["sent", "delivered", "read", "failed"])
def test_a_status_settles_an_unclear_send_and_the_next_push_is_acknowledged_at_once(
    name: str, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(TAKEN_AND_RESET)
    assert processor.push(body) == 503
    (sent,) = graph.taken
    assert processor.push(status_of(sent, name)) == 204
    assert processor.push(body) == 204
    assert len(graph.asked) == 1
    assert reply_of(documents, body)["status"] == name
    assert reply_of(documents, body)["wamid"] == sent["wamid"]


def test_a_send_that_stays_unclear_after_it_went_out_once_more_is_parked(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(always=TAKEN_AND_RESET)
    for _ in range(2):
        assert processor.push(body) == 503
        let_time_pass(documents, body)
    assert processor.push(body) == 204
    assert len(graph.asked) == 2
    reply = reply_of(documents, body)
    assert (reply["status"], reply["parked"], reply["resent"]) == ("unknown", True, True)
    assert processor.metric("whatsapp_sends_parked_total") == 1
    assert processor.metric("whatsapp_sends_resent_total") == 1
    assert processor.outcomes()[-1] == "parked"
    # A person may wait long for a status, but when it comes it counts.
    assert processor.push(status_of(graph.taken[0], "delivered")) == 204
    assert reply_of(documents, body)["status"] == "delivered"
    assert reply_of(documents, body)["parked"] is False


def test_under_park_nothing_is_sent_once_more(
    other_processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(TAKEN_AND_RESET)
    assert other_processor.push(body) == 503
    let_time_pass(documents, body)
    assert other_processor.push(body) == 204
    assert len(graph.asked) == 1
    assert other_processor.metric("whatsapp_sends_parked_total") == 1
    assert other_processor.metric("whatsapp_sends_resent_total") == 0


def test_where_nobody_listens_nothing_has_left_and_nothing_is_unclear(
    start_processor: StartProcessor, ana: Someone, documents: firestore.Client
) -> None:
    processor = start_processor(WHATSAPP_API_URL=f"http://127.0.0.1:{free_ports(1)[0]}/v25.0")
    body = ana.says()
    assert processor.push(body) == 503
    assert reply_of(documents, body)["status"] == "pending"
    assert seconds_left(documents, body) <= 0, "the next push may try at once"
    assert processor.metric("whatsapp_sends_ambiguous_total") == 0
    assert processor.metric("whatsapp_graph_errors_total", kind="not_sent") == 1


@pytest.mark.parametrize("code", [131000])
def test_metas_own_trouble_is_tried_three_times_and_then_by_the_next_push(
    code: int, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(*[refused(code, 500)] * 3)
    assert processor.push(body) == 503
    assert len(graph.asked) == 3
    assert reply_of(documents, body)["status"] == "pending"
    assert processor.push(body) == 204
    assert len(graph.taken) == 1


def test_the_pause_that_a_failing_graph_api_asks_for_is_spent_in_the_lease(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(refused(131016, 503, headers={"Retry-After": "40"}))
    assert processor.push(body) == 503
    assert 30 < seconds_left(documents, body) <= 40


@pytest.mark.parametrize(
    "answer", [refused(code, status, headers={"Retry-After": "20"}) for code, status in THROTTLED]
)
def test_a_long_pause_that_meta_asks_for_is_spent_in_the_lease(
    answer: Answer, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(answer)
    started = time.monotonic()
    assert processor.push(body) == 503
    assert time.monotonic() - started < 3
    assert 10 < seconds_left(documents, body) <= 20
    assert processor.push(body) == 503
    assert len(graph.asked) == 1, "nobody hammers"
    assert processor.metric("whatsapp_sends_ambiguous_total") == 0


def test_a_short_pause_is_waited_for(processor: Processor, graph: Graph, ana: Someone) -> None:
    graph.will(refused(130429, 400, headers={"Retry-After": "0.2"}))
    assert processor.push(ana.says()) == 204
    assert [sent["biz_opaque_callback_data"][-2:] for sent in graph.asked] == [".1", ".2"]


def test_who_is_throttled_again_waits_for_longer_whatever_retry_after_says(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(*[refused(130429, 429, headers={"Retry-After": "0"})] * 9)
    assert processor.push(body) == 503
    assert len(graph.asked) == 2
    assert 2 < seconds_left(documents, body) <= 4


def test_the_pair_limit_is_answered_by_pauses_that_grow_fourfold(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(*[refused(131056)] * 2)
    assert processor.push(body) == 503
    assert len(graph.asked) == 2, "1 s is waited for, 4 s are not"
    assert 2 < seconds_left(documents, body) <= 4


def test_a_status_of_another_reply_does_not_end_a_pause(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says(TWICE)
    graph.will(Answer(takes=True), refused(130429, headers={"Retry-After": "30"}))
    assert processor.push(body) == 503
    assert processor.push(status_of(graph.taken[0], "delivered")) == 204
    assert seconds_left(documents, body) > 20


def test_a_refused_token_or_account_pauses_the_number_and_fails_nothing(
    other_processor: Processor, graph: Graph, documents: firestore.Client
) -> None:
    answers = {
        "token": refused(190, 401),
        "billing": refused(131042),
        "permission": refused(10, 403),
        "locked": refused(131031),
        "no such address": Answer(404, "<html>no such page</html>"),
    }
    for answer in answers.values():
        body = Someone.new().says()
        graph.will(answer)
        assert other_processor.push(body) == 503
        assert other_processor.metric("whatsapp_number_paused") == 1
        assert reply_of(documents, body)["status"] == "pending"
        before = len(graph.asked)
        assert other_processor.push(Someone.new().says()) == 503
        assert len(graph.asked) == before, "nothing is sent meanwhile"
        assert other_processor.outcomes()[-2:] == ["later", "paused"]
        other_processor.push_until_acked(body)
    assert len(graph.taken) == len(answers)
    assert other_processor.metric("whatsapp_number_paused") == 0
    assert other_processor.metric("whatsapp_replies_failed_total") == 0


def test_a_request_that_meta_refuses_fails_and_the_plan_goes_on(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says(TWICE)
    graph.will(refused(131009))
    assert processor.push(body) == 204
    assert [reply_of(documents, body, n)["status"] for n in (0, 1)] == ["failed", "sent"]
    assert reply_of(documents, body)["error"]["code"] == 131009
    assert processor.metric("whatsapp_replies_failed_total", kind="request") == 1
    assert processor.outcomes() == ["answered"]


@pytest.mark.parametrize("code", [131026, 131030])
def test_a_person_who_cannot_be_reached_is_not_tried_again(
    code: int, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says(TWICE)
    graph.will(always=refused(code))
    assert [processor.push(body), processor.push(body)] == [204, 204]
    assert len(graph.asked) == 1
    assert [reply_of(documents, body, n)["status"] for n in (0, 1)] == ["failed", "failed"]
    assert processor.metric("whatsapp_replies_failed_total", kind="recipient") == 2
    assert processor.outcomes() == ["failed", "duplicate"]


def test_where_the_window_is_shut_one_template_goes_out_in_place_of_the_plan(
    other_processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says(TWICE)
    graph.will(refused(131047))
    assert other_processor.push(body) == 204
    (sent,) = graph.taken
    assert sent["template"] == {"name": "volte_a_falar", "language": {"code": "pt_BR"}}
    assert (sent["to"], "text" in sent) == (ana.wa_id, False)
    assert [reply_of(documents, body, n)["status"] for n in (0, 1)] == ["sent", "failed"]


def test_where_the_window_is_shut_and_there_is_no_template_the_plan_fails(
    processor: Processor, graph: Graph, ana: Someone
) -> None:
    graph.will(always=refused(131047))
    assert processor.push(ana.says(TWICE)) == 204
    assert len(graph.asked) == 1
    assert processor.metric("whatsapp_replies_failed_total", kind="window") == 2
    assert processor.outcomes() == ["failed"]


def test_several_replies_go_out_in_their_order_each_recorded_before_the_next(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says(TWICE)
    graph.will(Answer(takes=True), RESET)
    assert processor.push(body) == 503
    let_time_pass(documents, body)
    assert processor.push(body) == 204
    assert [sent["text"]["body"] for sent in graph.taken] == ["um", "dois"]
    assert [sent["biz_opaque_callback_data"][-4:] for sent in graph.asked] == [".0.1", ".1.1", ".1.2"]


def test_a_failed_status_of_an_earlier_try_does_not_fail_the_later_one(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says()
    graph.will(TAKEN_AND_RESET)
    assert processor.push(body) == 503
    let_time_pass(documents, body)
    assert processor.push(body) == 204
    first, second = graph.taken
    assert processor.push(status_of(first, "failed")) == 204
    assert reply_of(documents, body)["status"] == "sent"
    assert processor.push(status_of(second, "failed")) == 204
    assert reply_of(documents, body)["status"] == "failed"


def test_a_bot_that_raises_leaves_no_lease_behind(
    processor: Processor, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says(FAIL_ONCE)
    assert processor.push(body) == 503
    assert seconds_left(documents, body) <= 0
    assert processor.push(body) == 204
    assert processor.outcomes() == ["broken", "answered"]
    (line,) = [line for line in processor.logs() if "stack_trace" in line]
    assert line["delivery"] == document_id(body)
