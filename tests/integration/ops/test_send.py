"""A message sent by hand, through the client, to the simulated Graph API."""

import pytest
from wacloud_simulator.phones import Draft
from wacloud_simulator.server import Server

from tests.integration.ops.conftest import ACCESS_TOKEN, Ops
from tests.support import bodies


@pytest.fixture
def meta(simulator: Server) -> dict[str, str]:
    """The settings by which the simulator is Meta."""
    return {
        "WHATSAPP_API_URL": f"{simulator.url}/v25.0",
        "WHATSAPP_PHONE_NUMBER_ID": simulator.configuration.business.phone_number_id,
        "WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
    }


def test_a_text_reaches_the_phone_and_no_number_is_printed(
    ops: Ops, simulator: Server, meta: dict[str, str]
) -> None:
    ana = simulator.simulation.world.person("ana")
    simulator.simulation.phones.write(ana, Draft("text", {"body": "Oi"}))  # opens the window

    result = ops("send", "+55 11 99999-0001", "--text", "Olá, é um teste", **meta)

    assert result.exit_code == 0, result.output
    assert result.output.startswith("accepted by Meta")
    assert bodies.ANA not in result.output
    (message,) = [item for item in simulator.simulation.world.messages() if not item.from_person]
    assert (message.person, message.content["body"]) == ("ana", "Olá, é um teste")


def test_a_template_is_accepted_in_its_language(ops: Ops, simulator: Server, meta: dict[str, str]) -> None:
    template = simulator.simulation.templates.all()[0]
    given = ["--template", template.name, "--language", template.language]
    result = ops("send", "5531999990003", *given, **meta)
    assert (result.exit_code, result.output.split()[0]) == (0, "accepted")


def test_text_outside_the_window_names_the_way_that_is_left(
    ops: Ops, simulator: Server, meta: dict[str, str]
) -> None:
    result = ops("send", "5531999990003", "--text", "Olá", **meta)
    assert result.exit_code == 1
    assert "--template" in result.output


def test_a_refused_token_names_the_doctor_and_not_the_token(
    ops: Ops, simulator: Server, meta: dict[str, str]
) -> None:
    result = ops(
        "send", bodies.ANA, "--text", "Olá", **{**meta, "WHATSAPP_ACCESS_TOKEN": "wrong-token-of-the-tests"}
    )
    assert result.exit_code == 1
    assert "ops doctor" in result.output
    assert "wrong-token" not in result.output


def test_a_message_that_meta_would_refuse_is_refused_here(
    ops: Ops, simulator: Server, meta: dict[str, str]
) -> None:
    result = ops("send", bodies.ANA, "--text", "x" * 4097, **meta)
    assert result.exit_code == 1
    assert "4096" in result.output.replace(",", "")


@pytest.mark.parametrize("choice", [[], ["--text", "Oi", "--template", "t"]], ids=["nothing", "both"])
def test_it_has_to_be_text_or_template(ops: Ops, meta: dict[str, str], choice: list[str]) -> None:
    result = ops("send", bodies.ANA, *choice, **meta)
    assert result.exit_code == 2
    assert "--text or --template" in result.output
