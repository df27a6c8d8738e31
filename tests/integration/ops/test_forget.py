"""A person is erased, and nobody else is; what keeps copies off stays."""

import base64
import datetime as dt
from typing import Any

import pytest
from google.cloud import firestore
from wacloud.notification import Update, conversation_id, split

from tests.integration.ops.conftest import BRUNO, Ops, Topics, outbox_document
from tests.support import bodies

NUMBER = {"WHATSAPP_PHONE_NUMBER_ID": bodies.PHONE_NUMBER_ID}
ANA_ID = "BR.1349120865530274191"


def wamid(phone: str) -> str:
    """A message id as Meta makes them: base64 of bytes that hold the number."""
    raw = (
        b"\x1c\x18" + bytes([len(phone)]) + phone.encode() + b"\x15\x02\x00\x12\x18\x14" + b"A" * 20 + b"\x00"
    )
    return f"wamid.{base64.b64encode(raw).decode()}"


class System:
    """Documents as the two services leave them behind."""

    def __init__(self, documents: firestore.Client) -> None:
        self.documents = documents

    def talk(self, sender: str, user_id: str | None = None, **more: Any) -> Update:
        """One message, claimed, answered, remembered."""
        message = bodies.text("Oi", sender=sender, message_id=wamid(sender))
        (delivery,) = split(bodies.of(message))
        now = dt.datetime.now(dt.UTC)
        inbox = {"state": "published", "delivery_id": delivery.id, "kind": "message", "expire_at": now}
        self.documents.document(f"inbox/{delivery.document_id}").set(inbox)
        self.documents.document(f"outbox/{delivery.document_id}").set(outbox_document(delivery, **more))
        conversation = {
            "state": {"step": "budget"},
            "wa_id": sender,
            "user_id": user_id,
            "last_message_at": now,
            "expire_at": now,
        }
        name = conversation_id(bodies.PHONE_NUMBER_ID, user_id or sender)
        self.documents.document(f"conversations/{name}").set(conversation)
        return delivery

    def everything(self) -> dict[str, dict[str, Any]]:
        """Every document there is."""
        return {
            f"{collection}/{document.id}": document.to_dict() or {}
            for collection in ("inbox", "outbox", "conversations")
            for document in self.documents.collection(collection).stream()
        }


@pytest.fixture
def system(documents: firestore.Client, topics: str) -> System:
    return System(documents)


def names_somebody(value: object, phone: str) -> bool:
    """Whether the phone number stands anywhere in it, in a wamid too."""
    raw = phone.encode()
    shifted = {
        base64.b64encode(b"\0" * shift + raw)[2 * bool(shift) + shift : -4].decode() for shift in range(3)
    }
    return any(part in repr(value) for part in (phone, *shifted))


def test_forgetting_shows_what_there_is_and_changes_nothing_without_yes(ops: Ops, system: System) -> None:
    system.talk(bodies.ANA)
    before = system.everything()

    result = ops("forget", bodies.ANA, **NUMBER)

    assert result.exit_code == 0, result.output
    assert "conversations  1" in result.output
    assert "outbox         1" in result.output
    assert "Erase it with --yes" in result.output
    assert bodies.ANA not in result.output
    assert system.everything() == before


def test_nothing_names_the_person_afterwards_and_the_others_are_untouched(ops: Ops, system: System) -> None:
    ana, bruno = system.talk(bodies.ANA), system.talk(BRUNO)
    before = system.everything()

    result = ops("forget", "+55 (11) 99999-0001", "--yes", **NUMBER)

    assert result.exit_code == 0, result.output
    after = system.everything()
    assert names_somebody(before, bodies.ANA)
    assert not names_somebody(after, bodies.ANA)
    of_bruno = {name for name in before if bruno.document_id in name or BRUNO in name}
    assert len(of_bruno) == 3
    assert {name: after[name] for name in of_bruno} == {name: before[name] for name in of_bruno}
    assert f"conversations/{ana.ordering_key}" not in after


def test_a_copy_that_is_still_under_way_finds_the_delivery_done(ops: Ops, system: System) -> None:
    planned = system.talk(bodies.ANA, state="planned")
    before = system.everything()

    ops("forget", bodies.ANA, "--yes", **NUMBER)

    after = system.everything()
    outbox, inbox = f"outbox/{planned.document_id}", f"inbox/{planned.document_id}"
    assert (after[outbox]["state"], after[outbox]["replies"]) == ("done", [])
    assert after[outbox]["expire_at"] == before[outbox]["expire_at"]
    assert after[inbox]["state"] == "published"


def test_a_person_known_by_both_ids_is_found_by_either(ops: Ops, system: System) -> None:
    system.talk(bodies.ANA, user_id=ANA_ID)

    result = ops("forget", ANA_ID, "--yes", **NUMBER)

    assert "outbox         1" in result.output
    assert not names_somebody(system.everything(), bodies.ANA)
    assert ANA_ID not in repr(system.everything())


def test_their_dead_letters_go_and_those_of_others_stay(ops: Ops, system: System, pubsub: Topics) -> None:
    pubsub.give_up(bodies.text())
    pubsub.give_up(bodies.text(sender=BRUNO))

    result = ops("forget", bodies.ANA, "--yes", **NUMBER)

    assert "dead letters   1" in result.output
    left = ops("dead-letters", "list", "--show-identities").output
    assert BRUNO in left
    assert bodies.ANA not in left


def test_what_cannot_be_erased_from_here_is_told(ops: Ops, system: System) -> None:
    result = ops("forget", bodies.ANA, **NUMBER)
    assert "There is nothing to erase" in result.output
    assert "point-in-time recovery" in result.output


def test_without_the_businesss_number_the_command_says_what_to_set(ops: Ops, system: System) -> None:
    result = ops("forget", bodies.ANA)
    assert result.exit_code == 2
    assert "WHATSAPP_PHONE_NUMBER_ID" in result.output
