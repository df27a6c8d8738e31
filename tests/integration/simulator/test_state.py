"""The state as one file: a colleague's reproduction is loaded, a damaged or newer one is refused, restarts lose nothing."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration, ConfigurationError

from development.emulators import free_ports
from tests.integration.simulator.conftest import TOKEN, Graph, write
from tests.support.simulator.plain_webhook import PlainWebhook


def test_a_reproduction_has_the_chats_media_faults_and_clock_of_who_made_it(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    wamid = write(client)
    client.post("/api/people/ana/messages", json={"type": "image"})
    graph.send("text", {"body": "Olá"}, context={"message_id": wamid})
    client.post("/api/people", json={"name": "Eva", "username": "eva", "key": "eva"})
    client.post("/api/people/bruno/actions/block", json={})
    webhook.wait(lambda: len(webhook.statuses) == 3)
    client.post("/api/clock/advance", json={"seconds": 7200})
    client.put("/api/faults", json={"duplicates": 2, "sends": [{"fault": "131047", "every": 2}]})
    file = client.get("/api/state/file")
    assert "attachment" in file.headers["Content-Disposition"]
    before = client.get("/api/state").json()

    client.post("/api/reset", json={})
    assert client.get("/api/people/ana/messages").json()["messages"] == []
    assert client.put("/api/state/file", json=file.json()).status_code == 200

    after = client.get("/api/state").json()
    for part in ("people", "messages", "faults", "clock_offset"):
        assert after[part] == before[part], part
    media = next(item for item in after["messages"] if item["type"] == "image")["content"]["id"]
    url = client.get(f"/v25.0/{media}", headers=TOKEN).json()["url"]
    assert client.get(url, headers=TOKEN).content.startswith(b"\x89PNG")
    assert client.get("/api/state/file").json() == file.json()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ({"version": 2}, "install a newer one"),
        ({"version": "1"}, "whole number"),
        ({"format": "whaloc"}, "no state of a simulator"),
        ({"people": [{"key": "x"}]}, "damaged"),
        ({"people": []}, "at least one person"),
        ({"people": None}, "damaged"),
        ({"messages": [{"id": "wamid.x", "person": "nobody", "shoe_size": 44}]}, "shoe_size"),
        ({"media": [{"id": "1", "mime_type": "image/png", "filename": "", "data": "é"}]}, "damaged"),
        ({"faults": {"hail": True}}, "hail"),
        ({"clock_offset": "soon"}, "damaged"),
    ],
)
def test_a_state_that_cannot_be_loaded_is_refused_and_nothing_is_lost(
    client: httpx.Client, damage: dict[str, Any], says: str
) -> None:
    write(client)
    state = client.get("/api/state/file").json()
    refused = client.put("/api/state/file", json=state | damage)

    assert refused.status_code == 400
    assert says in refused.json()["error"]
    assert client.get("/api/state/file").json()["messages"][0]["id"] == state["messages"][0]["id"]


def test_a_restart_with_a_state_file_loses_nothing(webhook: PlainWebhook, tmp_path: Path) -> None:
    file = tmp_path / "state.json"

    def start() -> Server:
        (port,) = free_ports(1)
        return Server(Configuration(webhook_url=webhook.url, app_secret="s", port=port, state_file=file))

    with start() as server, httpx.Client(base_url=server.url) as client:
        wamid = write(client, "Lembra de mim?")
    with start() as server, httpx.Client(base_url=server.url) as client:
        (message,) = client.get("/api/people/ana/messages").json()["messages"]
        assert (message["id"], message["content"]) == (wamid, {"body": "Lembra de mim?"})

    newer = json.loads(file.read_text()) | {"version": 99}
    file.write_text(json.dumps(newer))
    with pytest.raises(ConfigurationError, match=r"state\.json.*install a newer one"), start():
        pass
    assert json.loads(file.read_text()) == newer, "a state of a newer simulator is left as it is"
