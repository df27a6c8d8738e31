"""terraform's own checks, on the provider's real schema; and that each of them can fail."""

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.terraform.conftest import ROOT, TERRAFORM, Run, copy_of_terraform
from tests.terraform.regenerate import SCHEMA, used_types


def test_the_files_are_formatted(terraform: Run) -> None:
    checked = terraform("fmt", "-check", "-recursive", "-diff")
    assert checked.returncode == 0, (
        f"run terraform fmt -recursive terraform\n{checked.stdout}{checked.stderr}"
    )


def test_the_files_are_valid(terraform: Run) -> None:
    checked = terraform("validate", "-json")
    said = json.loads(checked.stdout)
    assert said["valid"], said["diagnostics"]
    assert said["warning_count"] == 0, said["diagnostics"]


def test_what_must_stay_true_of_the_installation_does(terraform: Run) -> None:
    tested = terraform("test", "-no-color")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "0 failed" in tested.stdout, tested.stdout


OWN = {
    "terraform.tfvars": 'region = "us-east1"\ndomain = "example.com"\nreply_objective = true\n',
    "images.auto.tfvars": "images = null\n",
    "backend.tf": 'terraform {\n  backend "gcs" {\n    bucket = "somebody-s"\n  }\n}\n',
}


def test_what_a_reader_has_put_beside_the_files_changes_no_test(terraform: Run, tmp_path: Path) -> None:
    theirs = copy_of_terraform(tmp_path / "theirs")
    for name, text in OWN.items():
        (theirs / name).write_text(text)

    copied = copy_of_terraform(tmp_path, source=theirs)

    assert not {path.name for path in copied.iterdir()} & set(OWN)
    assert terraform("validate", folder=copied).returncode == 0


def test_what_a_reader_has_put_beside_the_files_is_not_uploaded(tmp_path: Path) -> None:
    """As `gcloud builds submit` would choose: by .gcloudignore, asked of gcloud itself."""
    if shutil.which("gcloud") is None:
        pytest.skip("gcloud is not installed: what it would upload was not looked at")
    (tmp_path / "terraform" / "tests").mkdir(parents=True)
    for name in (".gcloudignore", ".gitignore", "cloudbuild.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in (*OWN, "main.tf", "terraform.tfstate", "tests/terraform.tfvars", "terraform.tfvars.example"):
        (tmp_path / "terraform" / name).touch()
    (tmp_path / ".env").touch()

    listed = subprocess.run(
        ["gcloud", "meta", "list-files-for-upload", str(tmp_path)],
        env=os.environ | {"CLOUDSDK_CONFIG": str(tmp_path / "gcloud")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.split()

    sent = {name for name in listed if name.startswith("terraform/") or name == ".env"}
    assert sent == {
        "terraform/main.tf",
        "terraform/tests/terraform.tfvars",
        "terraform/terraform.tfvars.example",
    }


def test_the_schema_is_that_of_the_provider_the_files_ask_for() -> None:
    schema = json.loads(gzip.decompress(SCHEMA.read_bytes()))
    missing = {(kind, name) for kind, name in used_types() if name not in schema[kind]}
    assert not missing, f"the schema lacks {missing}: see tests/terraform/regenerate.py"
    assert schema["version"].split(".")[0] == "8"
    assert "< 9.0" in (TERRAFORM / "versions.tf").read_text()


MISTAKES = {
    "a misspelt argument": (
        "pubsub.tf",
        "enable_message_ordering",
        "enable_mesage_ordering",
        "Unsupported argument",
    ),
    "a misspelt argument deep in a block": (
        "webhook.tf",
        "max_instance_request_concurrency",
        "max_instance_request_concurency",
        "Unsupported argument",
    ),
    "a misspelt block": (
        "pubsub.tf",
        "  dead_letter_policy {",
        "  deadletter_policy {",
        "Unsupported block type",
    ),
    "a block written as an argument": (
        "firestore.tf",
        "ttl_config {}",
        "ttl_config = {}",
        "Unsupported argument",
    ),
    "a missing argument": (
        "webhook.tf",
        '  name                = "whatsapp-webhook"\n  location            = var.region\n',
        '  name                = "whatsapp-webhook"\n',
        "Missing required argument",
    ),
    "a missing block": (
        "secrets.tf",
        "  replication {\n    user_managed {\n      replicas {\n        location = var.region\n      }\n    }\n  }\n",
        "",
        "Insufficient replication blocks",
    ),
    "a block given twice": (
        "pubsub.tf",
        "  retry_policy {",
        "  retry_policy {\n  }\n  retry_policy {",
        "Too many",
    ),
    "a wrong type": (
        "pubsub.tf",
        "ack_deadline_seconds       = local.push_seconds",
        'ack_deadline_seconds       = "two minutes"',
        "Incorrect attribute value type",
    ),
    "an unknown resource": (
        "firestore.tf",
        'resource "google_firestore_field" "expire_at"',
        'resource "google_firestore_fields" "expire_at"',
        "Invalid resource type",
    ),
    "an attribute that does not exist": (
        "pubsub.tf",
        "google_cloud_run_v2_service.processor[0].uri",
        "google_cloud_run_v2_service.processor[0].url",
        "Unsupported attribute",
    ),
    "what only Google decides": (
        "pubsub.tf",
        '  name                       = "leads"\n',
        '  name                       = "leads"\n  terraform_labels = {}\n',
        "cannot be set",
    ),
    "a value that is not on the list": (
        "processor.tf",
        "INGRESS_TRAFFIC_INTERNAL_ONLY",
        "INTERNAL_ONLY",
        "ingress must be one of",
    ),
    "an account named in another form than the provider's code wants": (
        "identities.tf",
        "service_account_id = each.value",
        'service_account_id = "webhook-name"',
        "service_account_id must match",
    ),
    "two arguments that exclude each other": (
        "collector.tf",
        "  secret_data = yamlencode({",
        '  secret_data_wo = "another"\n  secret_data = yamlencode({',
        "only one of",
    ),
    "a number out of its range": (
        "slo.tf",
        "rolling_period_days = 28",
        "rolling_period_days = 31",
        "must be 1 to 30",
    ),
    "a duration without its unit": ("pubsub.tf", '"10s"', '"10"', 'ends in "s"'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_does_not_pass_validate(mistake: str, terraform: Run, tmp_path: Path) -> None:
    file, right, wrong, said = MISTAKES[mistake]
    copy = copy_of_terraform(tmp_path, tests=False)
    text = (copy / file).read_text()
    assert right in text, f"{file} has changed: this mistake can no longer be made"
    (copy / file).write_text(text.replace(right, wrong, 1))

    checked = terraform("validate", "-no-color", folder=copy)

    assert checked.returncode != 0
    assert said in " ".join(checked.stderr.replace("│", " ").split())


BREAKAGES = {
    "a public processor": (
        "processor.tf",
        '"INGRESS_TRAFFIC_INTERNAL_ONLY" #',
        '"INGRESS_TRAFFIC_ALL" #',
        "access",
    ),
    "a push that anybody could make": (
        "pubsub.tf",
        "service_account_email = google_service_account.push.email",
        "service_account_email = google_service_account.webhook.email",
        "access",
    ),
    "a collection that grows for ever": (
        "firestore.tf",
        '["inbox", "outbox", "conversations", "timers"]',
        '["inbox", "outbox", "conversations"]',
        "data",
    ),
    "a secret that the other service may read": (
        "secrets.tf",
        "  processor_secrets = {\n",
        '  processor_secrets = {\n    WHATSAPP_WEBHOOK_SECRET = "app_secret"\n',
        "access",
    ),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_valid_but_wrong_installation_does_not_pass_terraform_test(
    breakage: str, terraform: Run, tmp_path: Path
) -> None:
    file, right, wrong, tests = BREAKAGES[breakage]
    copy = copy_of_terraform(tmp_path)
    text = (copy / file).read_text()
    assert right in text, f"{file} has changed: this can no longer be broken"
    (copy / file).write_text(text.replace(right, wrong, 1))

    tested = terraform("test", "-no-color", f"-filter=tests/{tests}.tftest.hcl", folder=copy)

    assert tested.returncode != 0
    assert "Error: Test assertion failed" in tested.stderr + tested.stdout, tested.stdout + tested.stderr
