"""Deliveries out of the topic's memory: the subscription is set back, and the processor is called again."""

import pytest

from development.pubsub import DELIVERIES
from tests.integration.ops.conftest import Ops, Processor, Topics
from tests.integration.ops.test_dead_letters import texts
from tests.support import bodies


@pytest.fixture
def remembering(pubsub: Topics, processor: Processor) -> dict[str, str]:
    """A push subscription that the emulator can set back (none that keeps order); the settings that name it."""
    project = f"projects/{pubsub.project}"
    pubsub.publisher.create_topic(name=f"{project}/topics/remembering")
    pubsub.subscriber.create_subscription(
        request={
            "name": f"{project}/subscriptions/remembering-push",
            "topic": f"{project}/topics/remembering",
            "push_config": {"push_endpoint": processor.url},
            "ack_deadline_seconds": 60,
            "retain_acked_messages": True,
        }
    )
    return {"PUBSUB_TOPIC": "remembering", "PUSH_SUBSCRIPTION": "remembering-push"}


def publish(pubsub: Topics, text: str) -> None:
    """One message of Ana's."""
    pubsub.publish("remembering", bodies.encoded(bodies.of(bodies.text(text))), {})


def test_every_delivery_since_the_moment_is_pushed_again(
    ops: Ops, pubsub: Topics, processor: Processor, remembering: dict[str, str]
) -> None:
    publish(pubsub, "um")
    processor.wait_for(1)
    publish(pubsub, "dois")
    processor.wait_for(2)

    shown = ops("replay", "--since", "10m", **remembering)
    assert shown.exit_code == 0, shown.output
    assert "Do it with --yes" in shown.output

    result = ops("replay", "--since", "10m", "--yes", **remembering)

    assert result.exit_code == 0, result.output
    assert sorted(texts(processor.wait_for(4))) == ["dois", "dois", "um", "um"]


def test_a_moment_that_is_not_kept_any_more_is_refused(ops: Ops, remembering: dict[str, str]) -> None:
    result = ops("replay", "--since", "9d", "--yes", **remembering)
    assert result.exit_code == 1
    assert "7 days" in result.output


@pytest.mark.parametrize("given", ["yesterday", "10 minutes", ""])
def test_a_moment_that_is_none_is_refused(ops: Ops, topics: str, given: str) -> None:
    result = ops("replay", "--since", given)
    assert result.exit_code == 2
    assert "2026-11-24T10:00" in result.output


def test_the_emulator_says_that_it_cannot_where_order_is_kept(ops: Ops, pubsub: Topics) -> None:
    project = f"projects/{pubsub.project}"
    pubsub.publisher.create_topic(
        request={"name": f"{project}/topics/kept", "message_retention_duration": {"seconds": 604800}}
    )
    result = ops("replay", "--since", "10m", "--yes", PUBSUB_TOPIC="kept")
    assert result.exit_code == 1
    assert "the emulator cannot" in result.output


def test_a_topic_without_memory_is_told(ops: Ops, topics: str) -> None:
    result = ops("replay", "--since", "10m", PUBSUB_TOPIC=DELIVERIES)
    assert result.exit_code == 1
    assert "nothing to go back to" in result.output
