"""Dashboard, alerts and objectives: they speak of metrics that exist, and every alert says what to do."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud.monitoring_dashboard_v1.types import Dashboard
from google.protobuf import json_format
from prometheus_client.metrics import MetricWrapperBase

import processor.metrics
import webhook.metrics
from cloud.metrics import FAST, SLOW
from tests.terraform.conftest import TERRAFORM

DASHBOARD = json.loads((TERRAFORM / "dashboard.json").read_text())
RUNBOOK = ("## What it means", "## What to look at", "## What to do")

# Google Cloud, "Google Cloud metrics" and its pages on Cloud Run, Pub/Sub, Firestore and Logging: metric to labels.
GOOGLE = {
    "run_googleapis_com:request_count": {"service_name", "response_code_class"},
    "run_googleapis_com:container_instance_count": {"service_name"},
    "pubsub_googleapis_com:subscription_num_undelivered_messages": {"subscription_id"},
    "pubsub_googleapis_com:subscription_oldest_unacked_message_age": {"subscription_id"},
    "pubsub_googleapis_com:subscription_push_request_count": {"subscription_id", "response_class"},
    "pubsub_googleapis_com:subscription_dead_letter_message_count": {"subscription_id"},
    "pubsub_googleapis_com:topic_byte_cost": {"topic_id"},
    "firestore_googleapis_com:document_write_ops_count": set(),
    "firestore_googleapis_com:document_read_ops_count": set(),
    "firestore_googleapis_com:document_delete_ops_count": set(),
    "logging_googleapis_com:billing_bytes_ingested": {"resource_type"},
}
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def _ours() -> dict[str, set[str]]:
    """Every series the services can send, with its labels."""
    found: dict[str, set[str]] = {}
    for module in (webhook.metrics, processor.metrics):
        for metric in vars(module).values():
            if isinstance(metric, MetricWrapperBase):
                for family in metric.describe():
                    for suffix in SUFFIXES[family.type]:
                        # No public name tells a metric's labels.
                        found[family.name + suffix] = {
                            *metric._labelnames,
                            *(["le"] if suffix == "_bucket" else []),
                        }
    return found


SERIES = _ours() | {name: labels | {"monitored_resource"} for name, labels in GOOGLE.items()}


def _queries(value: Any) -> Iterator[str]:
    """Every PromQL query in a dashboard or an alert, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"prometheusQuery", "query"} and isinstance(inner, str):
                yield inner
            else:
                yield from _queries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _queries(inner)


def _complaints(query: str) -> list[str]:
    found = []
    names = re.findall(r"\b(whatsapp_\w+|\w+_googleapis_com:\w+)", re.sub(r'"[^"]*"', '""', query))
    asked = set(re.findall(r"(\w+)\s*=~?\"", query))
    for listed in re.findall(r"\bby \(([^)]*)\)", query):
        asked |= {label.strip() for label in listed.split(",")}
    known: set[str] = set()
    for name in names:
        if name not in SERIES:
            found.append(f"no such metric: {name}")
        known |= SERIES.get(name, set())
    if not names:
        found.append("no metric at all")
    if asked - known:
        found.append(f"no such label: {asked - known}")
    if query.count("(") != query.count(")") or query.count("{") != query.count("}"):
        found.append("brackets do not match")
    return found


def test_the_dashboard_is_one_that_cloud_monitoring_accepts() -> None:
    parsed = json_format.ParseDict(DASHBOARD, Dashboard.pb()())
    tiles = parsed.mosaic_layout.tiles
    assert len(tiles) > 20
    for index, one in enumerate(tiles):
        assert one.x_pos + one.width <= parsed.mosaic_layout.columns
        for other in tiles[index + 1 :]:
            apart = (
                one.x_pos + one.width <= other.x_pos
                or other.x_pos + other.width <= one.x_pos
                or one.y_pos + one.height <= other.y_pos
                or other.y_pos + other.height <= one.y_pos
            )
            assert apart, f"{one.widget.title} lies on {other.widget.title}"


def test_a_dashboard_with_a_misspelt_field_is_noticed() -> None:
    wrong = json.loads(json.dumps(DASHBOARD).replace('"plotType"', '"plottype"', 1))
    with pytest.raises(json_format.ParseError):
        json_format.ParseDict(wrong, Dashboard.pb()())


def test_the_dashboard_shows_only_metrics_that_exist() -> None:
    queries = list(_queries(DASHBOARD))
    assert len(queries) > 40
    assert not {query: said for query in queries if (said := _complaints(query))}


def test_the_dashboard_shows_every_metric_the_services_count() -> None:
    text = json.dumps(DASHBOARD)
    hidden = {
        "whatsapp_signature_secret_matches_total"
    }  # for one day, while a secret is rotated: docs/runbook.md
    for module in (webhook.metrics, processor.metrics):
        for metric in vars(module).values():
            if isinstance(metric, MetricWrapperBase):
                (family,) = metric.describe()
                assert family.name in text or f"{family.name}_total" in hidden, (
                    f"{family.name} is shown nowhere"
                )


def test_the_alerts_watch_only_metrics_that_exist(planned: dict[str, dict[str, Any]]) -> None:
    policies = {
        name: values for name, values in planned.items() if name.startswith("google_monitoring_alert_policy.")
    }
    assert len(policies) == 13
    for name, policy in policies.items():
        queries = list(_queries(policy["conditions"]))
        assert not {query: said for query in queries if (said := _complaints(query))}, name
        slo = any(condition["condition_threshold"] for condition in policy["conditions"])
        assert queries or slo, f"{name} watches nothing"


@pytest.mark.parametrize(
    "wrong", ["whatsapp_replys_failed_total", 'whatsapp_deliveries_total{sort="x"}', "up"]
)
def test_a_metric_or_label_that_does_not_exist_is_noticed(wrong: str) -> None:
    assert _complaints(f"sum(rate({wrong}[5m])) > 0")


def test_every_alert_carries_its_runbook_and_every_runbook_has_its_alert(
    planned: dict[str, dict[str, Any]],
) -> None:
    said = [
        values["documentation"][0]["content"]
        for name, values in planned.items()
        if name.startswith("google_monitoring_alert_policy.")
    ]
    for content in said:
        places = [content.find(part) for part in RUNBOOK]
        assert -1 not in places, content
        assert places == sorted(places), content
        assert len(content) < 8000, "Cloud Monitoring keeps no more"
    for path in (TERRAFORM / "runbooks").glob("*.md"):
        assert path.read_text() in said, f"no alert uses {path.name}"


def test_the_objectives_are_measured_at_bounds_the_histograms_have(
    planned: dict[str, dict[str, Any]],
) -> None:
    replies = planned["google_monitoring_slo.replies[0]"]["request_based_sli"][0]["distribution_cut"][0]
    assert replies["range"][0]["max"] in SLOW
    assert "prometheus.googleapis.com/whatsapp_reply_seconds/histogram" in replies["distribution_filter"]
    thresholds = re.findall(r'"value": (0\.1|0\.25|1)\b', json.dumps(DASHBOARD))
    assert set(map(float, thresholds)) <= set(FAST)


def test_the_burn_rate_alerts_fire_at_their_share_of_slow_replies(planned: dict[str, dict[str, Any]]) -> None:
    for severity, rate in (("page", 14.4), ("ticket", 6)):
        policy = planned[f'google_monitoring_alert_policy.replies_burn["{severity}"]']
        (query,) = _queries(policy["conditions"])
        long, short = re.findall(r"histogram_quantile\(([\d.]+),", query)
        assert float(long) == float(short) == pytest.approx(1 - rate * (1 - 0.99))
        assert query.count("> 10") == 2
