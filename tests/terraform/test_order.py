"""What is made after what: an API before what needs it, a right before who needs it."""

import re

import pytest

from tests.terraform.conftest import Run

Graph = dict[str, set[str]]


@pytest.fixture(scope="module")
def needs(terraform: Run) -> Graph:
    """Every resource and everything it waits for, as terraform's own graph has it."""
    drawn = terraform("graph")
    assert drawn.returncode == 0, drawn.stderr
    direct: Graph = {
        name: set() for name in re.findall(r'^\s*"([\w.]+)" \[label', drawn.stdout, re.MULTILINE)
    }
    for name, other in re.findall(r'"([\w.]+)" -> "([\w.]+)"', drawn.stdout):
        direct[name].add(other)
    return {name: _reached(name, direct) for name in direct}


def _reached(name: str, direct: Graph) -> set[str]:
    reached: set[str] = set()
    left = [name]
    while left:
        for other in direct[left.pop()] - reached:
            reached.add(other)
            left.append(other)
    return reached


def test_everything_waits_until_the_apis_that_were_switched_on_are_there(needs: Graph) -> None:
    early = {
        name
        for name, before in needs.items()
        if name.startswith("google_")
        and name != "google_project_service.this"
        and "time_sleep.apis" not in before
    }
    assert not early, f"these may meet SERVICE_DISABLED: give them depends_on = [time_sleep.apis]: {early}"
    assert "google_project_service.this" in needs["time_sleep.apis"]


def test_the_subscription_waits_for_every_right_that_its_pushes_need(needs: Graph) -> None:
    assert {
        "google_cloud_run_v2_service_iam_member.push_may_invoke",
        "google_service_account_iam_member.agent_makes_push_tokens",
        "google_pubsub_topic_iam_member.agent_publishes_dead_letters",
    } <= needs["google_pubsub_subscription.push"]


@pytest.mark.parametrize("service", ["webhook", "processor"])
def test_a_service_waits_for_every_right_that_its_first_start_needs(service: str, needs: Graph) -> None:
    before = needs[f"google_cloud_run_v2_service.{service}"]
    assert {
        "google_project_iam_member.firestore",
        "google_secret_manager_secret_iam_member.collector",
        f"google_secret_manager_secret_iam_member.{service}",
    } <= before
