"""A seed file gives the same people, templates, conversations and ids on every start and after every reset."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from wacloud_simulator.seed import SeedError, parse_seed, read_seed
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import free_ports
from tests.integration.simulator.conftest import Graph, write
from tests.support.simulator.plain_webhook import PlainWebhook

EVA = {"key": "eva", "name": "Eva Martins", "wa_id": "5511999990005"}
SEED: dict[str, Any] = {
    "people": [EVA, {"key": "gil", "name": "Gil", "username": "gil"}],
    "templates": [
        {
            "name": "aviso",
            "language": "pt_BR",
            "category": "UTILITY",
            "components": [{"type": "BODY", "text": "Olá"}],
        }
    ],
    "conversations": {"eva": [{"from": "person", "text": "Oi"}, {"from": "business", "text": "Olá, Eva"}]},
}


def stable(state: dict[str, Any]) -> list[Any]:
    """The ids and texts of a state, without its times."""
    people = [(person["key"], person["user_id"]) for person in state["people"]]
    messages = [(message["id"], message["content"], message["status"]) for message in state["messages"]]
    return [people, messages]


def start(webhook: PlainWebhook, file: Path) -> Server:
    (port,) = free_ports(1)
    return Server(Configuration(webhook_url=webhook.url, app_secret="s", port=port, seed=read_seed(file)))


def test_two_simulators_and_a_reset_one_start_with_the_same_ids(
    webhook: PlainWebhook, tmp_path: Path
) -> None:
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(SEED))
    states = []
    for _ in range(2):
        with start(webhook, file) as server, httpx.Client(base_url=server.url) as client:
            states.append(client.get("/api/state").json())
            write(client, person="gil")
            client.post("/api/reset", json={})
            states.append(client.get("/api/state").json())

    assert [stable(state) for state in states] == [stable(states[0])] * 4
    assert [text for _, text, _ in stable(states[0])[1]] == [{"body": "Oi"}, {"body": "Olá, Eva"}]
    assert [person["window_open"] for person in states[0]["people"]] == [True, False]


def test_a_seeds_template_can_be_sent_and_its_person_answered(webhook: PlainWebhook, tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(SEED))
    with start(webhook, file) as server, httpx.Client(base_url=server.url) as client:
        graph = Graph(client)
        template = {"name": "aviso", "language": {"code": "pt_BR"}}
        assert graph.send("template", template, to="5511999990005").status_code == 200
        assert graph.send("text", {"body": "Olá"}, to="5511999990005").status_code == 200


@pytest.mark.parametrize(
    ("seed", "says"),
    [
        ([], "a seed is an object"),
        ({"persons": []}, "a seed is an object"),
        ({"people": {}}, "people must be a list"),
        ({"people": [{"name": "Eva"}]}, r"people\[0\]: a person has a wa_id"),
        ({"people": [{"wa_id": "5511999990005"}]}, "has a name"),
        ({"people": [EVA | {"wa_id": "+55"}]}, "5 to 20 digits"),
        ({"people": [EVA | {"key": "a/b"}]}, "no slash"),
        ({"people": [EVA, EVA]}, "the same key"),
        ({"templates": [{"name": "Aviso!"}]}, r"templates\[0\]: .*lowercase"),
        ({"people": [EVA], "conversations": {"ana": []}}, "with ana, who is none"),
        ({"people": [EVA], "conversations": {"eva": [{"text": "Oi"}]}}, r"conversations.eva\[0\]"),
        ({"people": [EVA], "conversations": {"eva": [{"from": "person"}]}}, "content is missing"),
    ],
)
def test_a_seed_that_is_wrong_says_where(seed: Any, says: str) -> None:
    with pytest.raises(SeedError, match=says):
        parse_seed(seed)


def test_a_seed_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "seed.json").write_text("{")
    for file in (tmp_path / "seed.json", tmp_path / "absent.json"):
        with pytest.raises(SeedError, match=str(file)):
            read_seed(file)
