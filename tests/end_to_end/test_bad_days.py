"""Things break; people still get one answer each."""

import time
from concurrent.futures import ThreadPoolExecutor

from development.stack import PROCESSOR, WEBHOOK
from tests.end_to_end.conftest import Meta


def test_with_the_processor_down_for_a_while_the_queue_grows_and_drains_in_order(meta: Meta) -> None:
    people = [meta.somebody() for _ in range(3)]
    meta.service(PROCESSOR, "stop")
    asked = {person.key: [person.write(f"mensagem {n}") for n in range(4)] for person in people}
    time.sleep(1)
    assert all(person.replies(seconds=0) == [] for person in people)
    meta.service(PROCESSOR, "start")
    for person in people:
        answered = [reply["answers"] for reply in person.replies(count=4)]
        assert answered == asked[person.key]


def test_with_the_webhook_down_for_a_while_metas_retries_bring_everything(meta: Meta) -> None:
    person = meta.somebody()
    meta.service(WEBHOOK, "kill")
    asked = [person.write(f"mensagem {n}") for n in range(4)]
    meta.service(WEBHOOK, "start")
    assert {reply["answers"] for reply in person.replies(count=4)} == set(asked)
    assert len(person.replies()) == 4


def test_both_services_killed_in_the_middle_of_a_rush_lose_and_double_nothing(meta: Meta) -> None:
    people = [meta.somebody() for _ in range(10)]
    with ThreadPoolExecutor(4) as rush:
        asked = [rush.submit(person.write, f"mensagem {n}") for n in range(3) for person in people]
        for service in (PROCESSOR, WEBHOOK):
            time.sleep(0.15)
            meta.service(service, "kill")
            meta.service(service, "start")
    wamids = {future.result() for future in asked}
    answers = [reply["answers"] for person in people for reply in person.replies(count=3, seconds=60)]
    assert set(answers) == wamids
    resent = meta.counter(PROCESSOR, "whatsapp_sends_resent_total")
    assert len(answers) <= len(wamids) + resent, "answered twice, and not counted as sent once more"


def test_a_send_that_fails_for_a_moment_is_pushed_again_and_answered_once(meta: Meta) -> None:
    person = meta.somebody()
    meta.faults(sends=[{"fault": "transient", "times": 4}])  # more than the client's three tries
    person.reply(person.write("oi"))


def test_a_send_that_meta_accepted_without_saying_so_is_settled_by_its_status_not_sent_again(
    meta: Meta,
) -> None:
    person = meta.somebody()
    resent = meta.counter(PROCESSOR, "whatsapp_sends_resent_total")
    meta.faults(sends=[{"fault": "accepts_and_drops", "times": 1}])
    wamid = person.write("oi")
    person.reply(wamid)
    later = person.write("ainda aí?")  # waits behind the first: one person's messages keep their order
    person.reply(later)
    assert len(person.replies(wamid)) == 1
    assert meta.counter(PROCESSOR, "whatsapp_sends_resent_total") == resent


def test_a_send_that_got_lost_on_the_way_is_sent_once_more_when_no_status_has_come(meta: Meta) -> None:
    person = meta.somebody()
    resent = meta.counter(PROCESSOR, "whatsapp_sends_resent_total")
    meta.faults(sends=[{"fault": "server_error", "times": 1}])
    person.reply(person.write("oi"))
    assert meta.counter(PROCESSOR, "whatsapp_sends_resent_total") == resent + 1


def test_with_all_faults_at_once_everybody_gets_one_answer(meta: Meta) -> None:
    meta.faults(duplicates=2, disorder=True, batches=True, delay_seconds=0.2)
    people = [meta.somebody() for _ in range(8)]
    asked = {person.write(f"mensagem {n}"): person for n in range(2) for person in people}
    for wamid, person in asked.items():
        person.reply(wamid)
