"""A person changes number or username, blocks the business, stops marketing messages: what the webhook is told."""

from typing import Any

import httpx
import pytest

from tests.integration.simulator.conftest import Graph, write
from tests.support.simulator.plain_webhook import PlainWebhook

ANA = {"wa_id": "5511999990001", "user_id": "BR.1349120865530274191"}
NEW = "5511999990077"


def act(client: httpx.Client, action: str, person: str = "ana", **given: Any) -> httpx.Response:
    return client.post(f"/api/people/{person}/actions/{action}", json=given)


def test_a_new_number_brings_a_new_user_id_and_a_system_message_without_contacts(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    changed = act(client, "change", wa_id=NEW).json()
    write(client)

    webhook.wait(lambda: len(webhook.messages) == 2)
    value = next(value for value in webhook.received[0].values)
    (moved,) = value["messages"]
    assert "contacts" not in value
    assert (moved["type"], moved["from"], moved["from_user_id"]) == ("system", ANA["wa_id"], ANA["user_id"])
    system = moved["system"]
    assert system["body"] == f"User Ana Souza changed from {ANA['wa_id']} to {NEW}"
    assert (system["type"], system["wa_id"]) == ("user_changed_number", NEW)
    assert (system["previous_user_id"], system["user_id"]) == (ANA["user_id"], changed["user_id"])
    assert changed["user_id"] != ANA["user_id"]
    assert (webhook.messages[1]["from"], webhook.messages[1]["from_user_id"]) == (NEW, changed["user_id"])


def test_a_number_that_is_hidden_now_is_a_change_of_the_user_id_alone(
    client: httpx.Client, webhook: PlainWebhook
) -> None:
    act(client, "change", wa_id=None, username="ana.souza")

    webhook.wait(lambda: len(webhook.messages) == 1)
    system = webhook.messages[0]["system"]
    assert system["type"] == "user_changed_user_id"
    assert "wa_id" not in system


def test_the_same_change_gives_the_same_user_id_in_every_run(client: httpx.Client) -> None:
    first = act(client, "change", wa_id=NEW).json()["user_id"]
    client.post("/api/reset", json={})
    assert act(client, "change", wa_id=NEW).json()["user_id"] == first


def test_a_person_who_blocked_the_business_gets_nothing_until_they_unblock_it(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    write(client)
    act(client, "block")
    assert graph.send("text", {"body": "Olá"}).status_code == 200
    webhook.wait(lambda: len(webhook.statuses) == 1)
    assert webhook.statuses[0]["errors"][0]["code"] == 131026

    act(client, "unblock")
    graph.send("text", {"body": "Olá"})
    webhook.wait(lambda: len(webhook.statuses) == 4)
    assert [status["status"] for status in webhook.statuses[1:]] == ["sent", "delivered", "read"]


@pytest.mark.parametrize(("action", "value"), [("stop_marketing", "stop"), ("resume_marketing", "resume")])
def test_a_choice_about_marketing_is_a_user_preferences_update(
    client: httpx.Client, webhook: PlainWebhook, action: str, value: str
) -> None:
    act(client, action)

    webhook.wait(lambda: len(webhook.received) == 1)
    (change,) = webhook.received[0].values
    (preference,) = change["user_preferences"]
    assert (preference["category"], preference["value"]) == ("marketing_messages", value)
    assert (preference["wa_id"], preference["user_id"]) == (ANA["wa_id"], ANA["user_id"])


def test_only_marketing_templates_fail_after_a_person_stopped_marketing(
    client: httpx.Client, webhook: PlainWebhook, graph: Graph
) -> None:
    act(client, "stop_marketing")
    graph.send("template", {"name": "welcome_message", "language": {"code": "pt_BR"}})
    webhook.wait(lambda: len(webhook.statuses) == 1)
    assert webhook.statuses[0]["errors"][0]["code"] == 131050

    graph.send("template", {"name": "hello_world", "language": {"code": "en_US"}})
    webhook.wait(lambda: len(webhook.statuses) == 4)
    assert webhook.statuses[-1]["status"] == "read"


@pytest.mark.parametrize(
    ("action", "given", "says"),
    [
        ("dance", {}, "there are change, block"),
        ("change", {}, "names what is new"),
        ("change", {"shoe_size": "44"}, "names what is new"),
        ("change", {"wa_id": "+55"}, "5 to 20 digits"),
        ("change", {"wa_id": 5}, "null or a text"),
        ("change", {"wa_id": None}, "needs a username"),
        ("change", {"wa_id": "5521999990002"}, "somebody else has the number"),
    ],
)
def test_an_action_that_cannot_be_says_why_and_changes_nothing(
    client: httpx.Client, webhook: PlainWebhook, action: str, given: dict[str, Any], says: str
) -> None:
    refused = act(client, action, **given)

    assert refused.status_code == 400
    assert says in refused.json()["error"]
    people = client.get("/api/state").json()["people"]
    ana = next(person for person in people if person["key"] == "ana")
    assert (ana["wa_id"], ana["user_id"]) == (ANA["wa_id"], ANA["user_id"])
    assert webhook.received == []
