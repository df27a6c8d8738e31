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

VARIABLES = {
    "project_id": "my-project",
    "phone_number_id": "106540352242922",
    "alert_email": "on-call@example.com",
    "domain": "whatsapp.example.com",
    "reply_objective": "true",
    "images": json.dumps({name: f"example/{name}@sha256:{'a' * 64}" for name in ("webhook", "processor")}),
}


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs terraform with these arguments in a folder (default: terraform/); writes nothing there."""
    if shutil.which("terraform") is None:
        pytest.skip(
            "terraform is not installed: terraform/ was not validated, planned or tested on this machine"
        )
    with stand_in.running() as environment:
        environment |= {"TF_DATA_DIR": str(tmp_path_factory.mktemp("terraform-data"))}

        def run(*arguments: str, folder: Path = TERRAFORM) -> subprocess.CompletedProcess[str]:
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
def planned(terraform: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every resource of the whole installation as planned: address to values."""
    plan = tmp_path_factory.mktemp("plan") / "plan"
    variables = [f"-var={name}={value}" for name, value in VARIABLES.items()]
    made = terraform("plan", "-no-color", "-input=false", "-lock=false", f"-out={plan}", *variables)
    assert made.returncode == 0, made.stderr
    shown = terraform("show", "-json", str(plan))
    assert shown.returncode == 0, shown.stderr
    resources = json.loads(shown.stdout)["planned_values"]["root_module"]["resources"]
    return {resource["address"]: resource["values"] for resource in resources}
