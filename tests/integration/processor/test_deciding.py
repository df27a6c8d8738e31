"""A bot may be asynchronous, ask its ports, and be late: what becomes of its message."""

import pytest

from tests.integration.processor.conftest import StartProcessor
from tests.support.processor.bots import ASK, ASK_THE_SLOW, SLOWLY
from tests.support.processor.graph import Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor


def test_a_port_answers_and_the_bot_is_asked_again(processor: Processor, graph: Graph, ana: Someone) -> None:
    assert processor.push(ana.says(ASK)) == 204
    (sent,) = graph.taken
    assert sent["text"]["body"] == "{'answer': 42, 'of': 'life'}"


@pytest.mark.parametrize("timeout", ["0.3"])
def test_a_port_that_is_late_is_a_fact_and_nobody_waits(
    timeout: str, start_processor: StartProcessor, graph: Graph, ana: Someone
) -> None:
    processor = start_processor(PORT_TIMEOUT_SECONDS=timeout)
    assert processor.push(ana.says(ASK_THE_SLOW)) == 204
    (sent,) = graph.taken
    assert sent["text"]["body"] == "{'error': 'no answer within 0.3 s'}"


def test_a_bot_may_think_for_longer_than_the_lease(
    start_processor: StartProcessor, graph: Graph, ana: Someone
) -> None:
    processor = start_processor(REPLY_LEASE_SECONDS="1.5", STORE_TIMEOUT_SECONDS="1")
    assert processor.push(ana.says(f"{SLOWLY} 3")) == 204
    (sent,) = graph.taken
    assert sent["text"]["body"] == "pensei"


def test_a_bot_that_is_too_late_is_broken_and_its_message_comes_again(
    start_processor: StartProcessor, graph: Graph, ana: Someone
) -> None:
    processor = start_processor(BOT_TIMEOUT_SECONDS="0.2")
    assert processor.push(ana.says(f"{SLOWLY} 3")) == 503
    assert processor.outcomes() == ["broken"]
    assert graph.taken == []
