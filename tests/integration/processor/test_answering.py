"""One push, one answer: who is answered, where, with what, and who is not."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud import firestore
from wacloud.notification import conversation_id

from bots.faciliauto import texts
from tests.support import bodies
from tests.support.processor.bots import TWICE
from tests.support.processor.graph import Graph
from tests.support.processor.people import Someone
from tests.support.processor.pushing import Processor, document_id


def conversation(documents: firestore.Client, key: str) -> firestore.DocumentSnapshot:
    return documents.document("conversations", conversation_id(bodies.PHONE_NUMBER_ID, key)).get()


def test_a_message_is_answered_and_its_copy_is_not(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    body = ana.says("Oi")
    assert [processor.push(body), processor.push(body)] == [204, 204]
    (sent,) = graph.taken
    assert sent["to"] == ana.wa_id
    assert sent["biz_opaque_callback_data"] == f"{document_id(body)}.0.1"
    assert sent["interactive"]["body"]["text"] == texts.GREETING.format(name="Ana")
    found = documents.document("outbox", document_id(body)).get().to_dict() or {}
    assert found["state"] == "done"
    assert found["replies"][0]["status"] == "sent"
    assert found["replies"][0]["wamid"] == sent["wamid"]
    assert processor.outcomes() == ["answered", "duplicate"]
    assert processor.metric("whatsapp_messages_sent_total", type="interactive") == 1
    assert processor.metric("whatsapp_reply_seconds_count") == 1


def test_a_message_that_is_answered_is_marked_as_read(
    processor: Processor, graph: Graph, ana: Someone
) -> None:
    body = ana.says()
    processor.push(body)
    (mark,) = graph.read_marks
    assert mark["message_id"] == body["entry"][0]["changes"][0]["value"]["messages"][0]["id"]


def test_of_fifty_pushes_at_once_one_is_answered(processor: Processor, graph: Graph, ana: Someone) -> None:
    body = ana.says()
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: processor.push(body), range(50)))
    assert set(answers) <= {204, 503}
    assert 204 in answers
    assert processor.push(body) == 204
    assert len(graph.asked) == 1


def test_two_processors_racing_for_the_same_messages_answer_each_once(
    processor: Processor, other_processor: Processor, graph: Graph
) -> None:
    both = [processor, other_processor]
    people = [Someone.new() for _ in range(15)]
    several = [person.says() for person in people]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda pair: pair[0].push(pair[1]), [(p, b) for b in several for p in both * 2]))
    for body in several:
        processor.push_until_acked(body)
    assert sorted(sent["to"] for sent in graph.taken) == sorted(person.wa_id for person in people)


def test_two_messages_of_one_person_decided_at_the_same_time_are_both_answered_from_one_memory(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    several = [ana.says(f"Mensagem {n}") for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(processor.push_until_acked, several))
    said = [sent["interactive"]["body"]["text"] for sent in graph.taken]
    # Whoever came second was decided anew, on what the first had left: one greeting.
    assert sorted(said) == sorted([texts.GREETING.format(name="Ana"), *[texts.ANYTHING_ELSE] * 5])
    assert conversation(documents, ana.wa_id).get("state") == {"asked": None}


def test_a_person_known_by_user_id_only_is_answered_there(
    processor: Processor, graph: Graph, ana: Someone
) -> None:
    assert processor.push(ana.says_without_number()) == 204
    (sent,) = graph.taken
    assert sent["recipient"] == ana.user_id
    assert "to" not in sent


def test_a_conversation_begun_under_a_phone_number_moves_to_the_user_id(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.says("Oi"))
    processor.push(ana.says("E agora?", **ana.with_user_id))
    assert not conversation(documents, ana.wa_id).exists
    assert conversation(documents, ana.user_id).get("wa_id") == ana.wa_id
    processor.push(ana.says_without_number("E agora?"))
    # The number is remembered, and it is no new conversation: no second greeting.
    assert [sent["to"] for sent in graph.taken] == [ana.wa_id] * 3
    assert [sent["interactive"]["body"]["text"] for sent in graph.taken[1:]] == [texts.ANYTHING_ELSE] * 2


@pytest.mark.parametrize("change", ["user_changed_number", "user_changed_user_id"])
def test_a_system_message_moves_the_conversation_and_is_not_answered(
    change: str, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    new = Someone.new()
    if change == "user_changed_number":
        before, key, system = ana.says("Quero um carro"), new.wa_id, {"wa_id": new.wa_id}
    else:
        before, key = ana.says_without_number("Quero um carro"), new.user_id
        system = {"user_id": new.user_id, "previous_user_id": ana.user_id}
    processor.push(before)
    assert processor.push(ana.sends("system", {"body": "mudou", "type": change, **system})) == 204
    assert len(graph.taken) == 1
    assert conversation(documents, key).get("state") == {"asked": None}
    assert not conversation(documents, ana.wa_id).exists
    assert not conversation(documents, ana.user_id).exists


def test_a_changed_identity_key_moves_nothing(
    processor: Processor, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.says(**ana.with_user_id))
    system = {"type": "customer_identity_changed", "wa_id": ana.wa_id, "identity": {"hash": "x"}}
    assert processor.push(ana.sends("system", system, **ana.with_user_id)) == 204
    assert conversation(documents, ana.user_id).exists
    assert not conversation(documents, ana.wa_id).exists


@pytest.mark.parametrize("user_id_told", [True, False])
def test_an_answer_from_the_phone_app_silences_the_bot_which_keeps_its_memory(
    user_id_told: bool, processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.says("Oi", **ana.with_user_id))
    told = {"to_user_id": ana.user_id} if user_id_told else {}
    assert processor.push(ana.is_answered_by_hand(**told)) == 204
    assert processor.push(ana.says("Obrigada, Bia", **ana.with_user_id)) == 204
    assert len(graph.taken) == 1
    assert processor.outcomes() == ["answered", "recorded", "silent"]
    assert conversation(documents, ana.user_id).get("state") == {"asked": None}
    assert not conversation(documents, ana.wa_id).exists


def test_who_asks_to_be_left_alone_is_heard_though_the_bot_is_silent(
    processor: Processor, graph: Graph, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.is_answered_by_hand())
    processor.push(ana.says("Parar"))
    assert graph.taken == []
    assert conversation(documents, ana.wa_id).get("opted_out") is True


def test_a_bot_that_does_not_think_of_it_forgets_nobody_who_opted_out(
    processor: Processor, ana: Someone, documents: firestore.Client
) -> None:
    processor.push(ana.says("Parar"))
    processor.push(ana.says(TWICE))
    assert conversation(documents, ana.wa_id).get("opted_out") is True


def test_the_bot_speaks_again_when_its_silence_is_over(
    other_processor: Processor, graph: Graph, ana: Someone
) -> None:
    other_processor.push(ana.is_answered_by_hand())
    other_processor.push(ana.says())
    assert len(graph.taken) == 1


def test_who_opted_out_is_left_alone_until_they_come_back(
    processor: Processor, graph: Graph, ana: Someone
) -> None:
    for said in ("Oi", "PARAR", "Oi?", "Quero um carro", "voltar"):
        assert processor.push(ana.says(said)) == 204
    assert processor.outcomes() == ["answered", "answered", "silent", "silent", "answered"]
    assert graph.taken[1]["text"]["body"] == texts.OPTED_OUT


@pytest.mark.parametrize("what", ["group", "reaction"])
def test_what_needs_no_answer_gets_none(what: str, processor: Processor, graph: Graph, ana: Someone) -> None:
    body = ana.says(group_id="a-group")
    if what == "reaction":
        body = ana.sends("reaction", {"message_id": "wamid.X", "emoji": "👍"})
    assert processor.push(body) == 204
    assert processor.outcomes() == ["silent"]
    assert graph.asked == graph.read_marks == []


def test_a_message_to_another_number_is_not_answered_from_this_one(
    processor: Processor, graph: Graph, ana: Someone
) -> None:
    body = ana.says()
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "999"
    assert processor.push(body) == 204
    assert processor.outcomes() == ["foreign"]
    assert graph.asked == []


def test_metas_own_agent_is_not_interrupted(processor: Processor, graph: Graph, ana: Someone) -> None:
    body: dict[str, Any] = ana.says()
    body["entry"][0]["changes"][0]["field"] = "standby"
    assert processor.push(body) == 204
    assert processor.outcomes() == ["recorded"]
    assert graph.asked == []


def test_a_message_of_nobody_is_noted(processor: Processor, graph: Graph) -> None:
    message = bodies.text()
    del message["from"]
    assert processor.push(bodies.of(message)) == 204
    assert processor.outcomes() == ["recorded"]
    assert graph.asked == []
