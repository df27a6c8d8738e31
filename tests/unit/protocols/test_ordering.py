"""One person's messages come to the topic in their order, whichever copy of their body publishes which."""

from tests.unit.protocols import search
from tests.unit.protocols.ordering import Bodies, all_got_200, out_of_order


def test_a_later_message_never_overtakes_the_earlier_one_of_its_body() -> None:
    protocol = Bodies(copies=3)
    found = search.explore(protocol.start(), protocol.steps, out_of_order)
    assert not found.broken, found


def test_nobody_waits_for_ever() -> None:
    protocol = Bodies(copies=3)
    found = search.stuck(protocol.start(), protocol.steps, all_got_200)
    assert not found.broken, found


def test_without_waiting_two_copies_can_turn_the_order_round() -> None:
    protocol = Bodies(copies=2, later_messages_wait=False)
    found = search.explore(protocol.start(), protocol.steps, out_of_order)
    assert found.broken, found
