"""Dead letters: seen without being taken, published anew in order, never lost on the way."""

import base64
import json

import pytest
from google.cloud import firestore

from tests.integration.ops.conftest import BRUNO, Ops, Processor, Topics, outbox_document
from tests.support import bodies


def texts(pushed: list[dict[str, object]]) -> list[str]:
    """What was written in the messages that the processor got."""
    found = []
    for message in pushed:
        body = json.loads(base64.b64decode(str(message["data"])))
        found.append(body["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"])
    return found


def test_the_list_shows_each_letter_masked_with_what_the_outbox_knows_of_it(
    ops: Ops, pubsub: Topics, documents: firestore.Client
) -> None:
    lost = pubsub.give_up(bodies.text("segredo"))
    failed = pubsub.give_up(bodies.text("oi", sender=BRUNO), attempts=7)
    replies = [{"to": {}, "payload": {}, "status": "sending", "attempts": 2, "error": {"code": 131016}}]
    documents.document(f"outbox/{failed.document_id}").set(
        outbox_document(failed, state="planned", replies=replies)
    )

    result = ops("dead-letters", "list")

    assert result.exit_code == 0
    first, second = (line for line in result.output.splitlines() if "message text" in line)
    assert first.split()[0] == lost.document_id[:12]
    assert "55119****0001" in first
    assert "unknown" in first
    assert second.split()[0] == failed.document_id[:12]
    assert [word in second for word in ("planned", "131016", " 7 ")] == [True, True, True]
    assert "segredo" not in result.output
    assert bodies.ANA not in result.output
    assert bodies.ANA in ops("dead-letters", "list", "--show-identities").output


def test_looking_takes_nothing_out(ops: Ops, pubsub: Topics) -> None:
    pubsub.give_up(bodies.text())
    looked = [ops("dead-letters", "list").output for _ in range(2)]
    assert all("1 of 1" in output for output in looked)


def test_show_tells_the_attributes_and_the_text_only_where_asked_for(ops: Ops, pubsub: Topics) -> None:
    delivery = pubsub.give_up(bodies.text("quero o Civic, meu número é 5511999994321"))
    name = delivery.document_id[:12]

    plain = ops("dead-letters", "show", name)
    with_text = ops("dead-letters", "show", name, "--text")
    in_full = ops("dead-letters", "show", name, "--text", "--show-identities")

    assert "CloudPubSubDeadLetterSourceDeliveryCount" in plain.output
    assert "Civic" not in plain.output
    assert "quero o Civic" in with_text.output
    assert "5511999994321" not in with_text.output
    assert delivery.id.removeprefix("message:") not in plain.output + with_text.output
    assert bodies.ANA not in plain.output + with_text.output
    assert bodies.ANA in in_full.output


def test_a_name_that_is_no_letters_is_told(ops: Ops, topics: str) -> None:
    result = ops("dead-letters", "show", "abc")
    assert result.exit_code == 1
    assert "dead-letters list" in result.output


def test_without_yes_a_replay_only_shows_what_it_would_do(
    ops: Ops, pubsub: Topics, processor: Processor
) -> None:
    pubsub.give_up(bodies.text())

    result = ops("dead-letters", "replay", "--all")

    assert result.exit_code == 0
    assert "1 would be published anew" in result.output
    assert "1 of 1" in ops("dead-letters", "list").output
    assert processor.pushed == []


def test_a_replay_reaches_the_processor_in_order_and_empties_the_box(
    ops: Ops, pubsub: Topics, processor: Processor
) -> None:
    for number in range(4):
        pubsub.give_up(bodies.text(f"{number}"))

    result = ops("dead-letters", "replay", "--all", "--yes")

    assert result.exit_code == 0, result.output
    assert "4 published anew" in result.output
    assert texts(processor.wait_for(4)) == ["0", "1", "2", "3"]
    attributes = processor.pushed[0]["attributes"]
    assert attributes["received_at"] == "1764000000.000000"
    assert [name for name in attributes if name.startswith("CloudPubSub")] == []
    assert "there are no dead letters" in ops("dead-letters", "list").output


def test_a_replay_takes_those_of_one_person_with_one_error_and_leaves_the_others(
    ops: Ops, pubsub: Topics, processor: Processor, documents: firestore.Client
) -> None:
    def give_up(text: str, sender: str, code: int | None) -> None:
        delivery = pubsub.give_up(bodies.text(text, sender=sender))
        if code is not None:
            replies = [{"to": {}, "payload": {}, "status": "pending", "error": {"code": code}}]
            documents.document(f"outbox/{delivery.document_id}").set(
                outbox_document(delivery, state="planned", replies=replies)
            )

    give_up("meant", bodies.ANA, 190)
    give_up("another error", bodies.ANA, 131016)
    give_up("no error", bodies.ANA, None)
    give_up("another person", BRUNO, 190)

    result = ops("dead-letters", "replay", "--person", "+55 11 99999-0001", "--error", "190", "--yes")

    assert "1 published anew" in result.output
    assert texts(processor.wait_for(1)) == ["meant"]
    left = ops("dead-letters", "list").output
    assert "3 of 3" in left
    assert "1 of 3" in ops("dead-letters", "list", "--error", "none").output


def test_a_replay_by_id_takes_that_one(ops: Ops, pubsub: Topics, processor: Processor) -> None:
    pubsub.give_up(bodies.text("stays"))
    meant = pubsub.give_up(bodies.text("goes", sender=BRUNO))

    result = ops("dead-letters", "replay", "--id", meant.document_id[:12], "--yes")

    assert "1 published anew" in result.output
    assert texts(processor.wait_for(1)) == ["goes"]
    assert "1 of 1" in ops("dead-letters", "list").output


def test_what_cannot_be_published_stays_a_dead_letter(ops: Ops, pubsub: Topics) -> None:
    pubsub.give_up(bodies.text())
    pubsub.give_up(bodies.text())

    result = ops("dead-letters", "replay", "--all", "--yes", PUBSUB_TOPIC="no-such-topic")

    assert result.exit_code == 1
    assert "2 could not be published" in result.output
    assert "NotFound" in result.output
    assert "an earlier one of the same person failed" in result.output
    assert "2 of 2" in ops("dead-letters", "list").output


@pytest.mark.parametrize("choice", [[], ["--all", "--error", "190"]], ids=["nothing", "all and some"])
def test_a_replay_must_be_told_which_and_once(ops: Ops, topics: str, choice: list[str]) -> None:
    result = ops("dead-letters", "replay", *choice)
    assert result.exit_code == 2
    assert "--all alone" in result.output


def test_a_person_that_can_be_none_is_refused(ops: Ops, topics: str) -> None:
    result = ops("dead-letters", "list", "--person", "Ana")
    assert result.exit_code == 2
    assert "country code" in result.output


def test_a_message_that_is_no_notification_is_listed_and_can_be_replayed(
    ops: Ops, pubsub: Topics, processor: Processor
) -> None:
    pubsub.publish("whatsapp-dead-letters", b"not JSON", {"kind": "message"})

    listed = ops("dead-letters", "list")
    replayed = ops("dead-letters", "replay", "--all", "--yes")

    assert "unreadable" in listed.output
    assert "1 published anew" in replayed.output
    assert base64.b64decode(processor.wait_for(1)[0]["data"]) == b"not JSON"


def test_without_the_subscription_the_way_out_is_told(ops: Ops, emulator_environment: object) -> None:
    result = ops("dead-letters", "list")
    assert result.exit_code == 1
    assert "python -m ops doctor" in result.output
