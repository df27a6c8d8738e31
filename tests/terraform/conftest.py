"""Terraform, run for real beside the stand-in provider; skipped, and said so, where terraform is not installed."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.terraform import stand_in

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "terraform"
Run = Callable[..., subprocess.CompletedProcess[str]]


def copy_of_terraform(folder: Path, *, tests: bool = True, source: Path = TERRAFORM) -> Path:
    """terraform/ as the repository has it, in this folder: without anybody's own variables, backend or state."""
    own = (".terraform*", "*.tfvars", "*.tfvars.json", "backend.tf", "*_override.tf", "*.tfstate*")
    left_out = shutil.ignore_patterns(*own, *(() if tests else ("tests",)))
    copied = shutil.copytree(source, folder / "terraform", ignore=left_out)
    if tests:
        shutil.copy(source / "tests" / "terraform.tfvars", copied / "tests")
    return Path(copied)


VARIABLES = {
    "project_id": "my-project",
    "phone_number_id": "106540352242922",
    "alert_email": "on-call@example.com",
    "domain": "whatsapp.example.com",
    "domain_only": "true",
    "live": "true",
    "budget": '{"billing_account": "0123AB-4567CD-89EF01", "month": 100}',
    "images": json.dumps({name: f"example/{name}@sha256:{'a' * 64}" for name in ("webhook", "processor")}),
}


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs terraform with these arguments in a folder (default: a copy of terraform/)."""
    if shutil.which("terraform") is None:
        pytest.skip(
            "terraform is not installed: terraform/ was not validated, planned or tested on this machine"
        )
    with stand_in.running() as environment:
        environment |= {"TF_DATA_DIR": str(tmp_path_factory.mktemp("terraform-data"))}
        copied = copy_of_terraform(tmp_path_factory.mktemp("copy"))

        def run(*arguments: str, folder: Path = copied) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                ["terraform", *arguments],
                cwd=folder,
                env=os.environ | environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

        yield run


@pytest.fixture(scope="session")
def plan(terraform: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The plan of the whole installation, as `terraform show -json` gives it."""
    file = tmp_path_factory.mktemp("plan") / "plan"
    variables = [f"-var={name}={value}" for name, value in VARIABLES.items()]
    made = terraform("plan", "-no-color", "-input=false", "-lock=false", f"-out={file}", *variables)
    assert made.returncode == 0, made.stderr
    shown = terraform("show", "-json", str(file))
    assert shown.returncode == 0, shown.stderr
    return dict(json.loads(shown.stdout))


@pytest.fixture(scope="session")
def planned(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every resource of the whole installation as planned: address to values."""
    resources = plan["planned_values"]["root_module"]["resources"]
    return {resource["address"]: resource["values"] for resource in resources}
