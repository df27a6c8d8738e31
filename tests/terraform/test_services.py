"""What terraform gives the services is what their code reads and writes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from ops.settings import OpsSettings
from processor.settings import ProcessorSettings
from tests.terraform.conftest import ROOT
from webhook.settings import WebhookSettings

Plan = dict[str, dict[str, Any]]
UNKNOWN = "known-after-apply"
SERVICES = {"webhook": WebhookSettings, "processor": ProcessorSettings}


def _containers(planned: Plan, service: str) -> dict[str, dict[str, Any]]:
    template = planned[f"google_cloud_run_v2_service.{service}[0]"]["template"][0]
    return {container["name"]: container for container in template["containers"]}


def _environment(planned: Plan, service: str) -> Iterator[tuple[str, str | None]]:
    """(name, value) of each variable; None for what comes from Secret Manager."""
    for variable in _containers(planned, service)["app"]["env"]:
        yield variable["name"], None if variable["value_source"] else variable.get("value", UNKNOWN)


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_is_a_setting_and_every_needed_setting_a_variable(service: str, planned: Plan) -> None:
    fields = SERVICES[service].model_fields
    given = {name for name, _ in _environment(planned, service)}
    assert given <= {name.upper() for name in fields}
    assert {name.upper() for name, field in fields.items() if field.is_required()} <= given


@pytest.mark.parametrize("service", SERVICES)
def test_the_settings_are_accepted_by_the_service_and_hold_on_cloud_run(
    service: str, planned: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K_SERVICE", f"whatsapp-{service}")  # as Cloud Run sets it
    for name, value in _environment(planned, service):
        monkeypatch.setenv(name, value or "a-secret")

    settings = SERVICES[service]()

    assert settings.k_service
    assert settings.metrics_port == 9090


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_in_plain_sight(service: str, planned: Plan) -> None:
    secret = {
        name.upper()
        for name, field in SERVICES[service].model_fields.items()
        if "SecretStr" in repr(field.annotation)
    }
    assert secret
    assert all(value is None for name, value in _environment(planned, service) if name in secret)
    for container in _containers(planned, service).values():
        for variable in container["env"]:
            for reference in variable["value_source"]:
                assert re.fullmatch(r"[1-9]\d*", reference["secret_key_ref"][0]["version"])


def test_the_state_holds_no_secret(planned: Plan) -> None:
    versions = [name for name in planned if name.startswith("google_secret_manager_secret_version.")]
    assert versions == ["google_secret_manager_secret_version.collector"]  # the sidecar's configuration


def test_every_collection_the_code_writes_has_a_time_to_live_policy(planned: Plan) -> None:
    written = set()
    for package in ("webhook", "processor", "cloud", "ops"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text()
            written |= set(re.findall(r'\.path\(\s*"(\w+)"', text))
            written |= set(re.findall(r'^[A-Z_]*COLLECTION\w* = "(\w+)"', text, re.MULTILINE))
    written -= {"health"}  # looked for by /ready, never written
    assert {"inbox", "outbox", "conversations"} <= written

    swept = {
        values["collection"]
        for name, values in planned.items()
        if name.startswith("google_firestore_field.expire_at")
        and values["field"] == "expire_at"
        and values["ttl_config"]
    }
    assert written == swept


def test_no_code_asks_firestore_for_an_index_that_does_not_exist(planned: Plan) -> None:
    asking = re.compile(r"\.where\(|run_query|RunQuery|StructuredQuery|order_by\(|\.until\(")
    found = {
        path: path.read_text()
        for package in ("webhook", "processor", "cloud", "ops")
        for path in (ROOT / package).rglob("*.py")
        if asking.search(path.read_text())
    }
    # The query itself, and the one who asks it.
    assert {str(path.relative_to(ROOT)) for path in found} == {"cloud/firestore.py", "processor/timers.py"}
    asked = set(re.findall(r"\.until\(COLLECTION, \"(\w+)\"", found[ROOT / "processor" / "timers.py"]))
    indexed = planned["google_firestore_field.due"]
    assert (indexed["collection"], {indexed["field"]}) == ("timers", asked)
    assert indexed["index_config"][0]["indexes"][0]["order"] == "ASCENDING"


def test_a_message_is_pushed_often_and_long_enough_to_settle_an_unclear_send(planned: Plan) -> None:
    def seconds(text: str) -> float:
        return float(text.removesuffix("s"))

    subscription = planned["google_pubsub_subscription.push[0]"]
    pause, longest = (
        seconds(subscription["retry_policy"][0][name]) for name in ("minimum_backoff", "maximum_backoff")
    )
    defaults = {name: field.default for name, field in ProcessorSettings.model_fields.items()}
    fewest = 10  # what the variable max_delivery_attempts allows
    assert f"var.max_delivery_attempts >= {fewest} " in (ROOT / "terraform" / "variables.tf").read_text()

    waited = sum(min(pause * 2**attempt, longest) for attempt in range(fewest - 1))

    # A crash in the middle of a send, its lease, the window for its status, the send once more, another lease.
    needed = 2 * defaults["reply_lease_seconds"] + defaults["ambiguous_window_seconds"]
    assert waited > 3 * needed
    assert subscription["ack_deadline_seconds"] >= defaults["reply_lease_seconds"]


def test_what_was_answered_is_remembered_longer_than_it_can_be_replayed(planned: Plan) -> None:
    kept = float(planned["google_pubsub_topic.deliveries"]["message_retention_duration"].removesuffix("s"))
    assert ProcessorSettings.model_fields["outbox_ttl_hours"].default * 3600 > kept


@pytest.mark.parametrize("service", SERVICES)
def test_the_probes_ask_for_paths_the_services_answer(service: str, planned: Plan) -> None:
    router = (ROOT / "cloud" / "http.py").read_text()
    app = _containers(planned, service)["app"]
    paths = {probe[0]["http_get"][0]["path"] for probe in (app["startup_probe"], app["liveness_probe"])}
    assert all(f'"{path}"' in router for path in paths)
    # Cloud Run's front end keeps such paths to itself (Cloud Run, "Known issues", reserved URL paths).
    assert not any(path.endswith("z") for path in re.findall(r'"(/\w+)": \{', router))
    # Who fails open starts without Firestore; who fails closed does not.
    assert (
        app["startup_probe"][0]["http_get"][0]["path"]
        == {"webhook": "/health", "processor": "/ready"}[service]
    )


def test_the_operations_tool_reads_every_setting_that_terraform_hands_it() -> None:
    output = (ROOT / "terraform" / "outputs.tf").read_text().partition('output "ops_settings"')[2]
    handed = set(re.findall(r"^ {4}([A-Z_]+) +=", output, re.MULTILINE))
    assert {"GOOGLE_CLOUD_PROJECT", "WHATSAPP_CALLBACK_URL"} <= handed
    assert handed <= {name.upper() for name in OpsSettings.model_fields}
