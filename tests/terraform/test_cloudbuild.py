"""cloudbuild.yaml: well-formed, and what its scripts say is known to the shell and to gcloud."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.terraform.conftest import ROOT, VARIABLES, Run, copy_of_terraform
from tests.terraform.gcloud import refused

FILE = ROOT / "cloudbuild.yaml"
RULES = "{extends: default, rules: {line-length: {max: 120}, document-start: disable}}"


@pytest.fixture(scope="module")
def build() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text()))


def _tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(name)
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_the_file_follows_google_s_schema_of_cloud_build(tmp_path: Path) -> None:
    schema = ("--builtin-schema", "vendor.cloudbuild")
    checked = _tool("check-jsonschema", *schema, str(FILE))
    assert checked.returncode == 0, checked.stdout

    misspelt = tmp_path / "cloudbuild.yaml"
    misspelt.write_text(FILE.read_text().replace("waitFor:", "waitfor:", 1))
    assert _tool("check-jsonschema", *schema, str(misspelt)).returncode == 1


def test_the_file_is_tidy_yaml() -> None:
    checked = _tool("yamllint", "--strict", "-d", RULES, str(FILE))
    assert checked.returncode == 0, checked.stdout


def test_every_step_waits_for_steps_that_exist_and_nothing_is_pushed_before_the_tests(
    build: dict[str, Any],
) -> None:
    order = {step["id"]: step["waitFor"] for step in build["steps"]}
    seen: set[str] = set()
    for step, before in order.items():
        assert before == ["-"] or set(before) <= seen, step
        seen.add(step)
    assert {"test", "terraform", "build"} <= set(order["push"])
    assert order["deploy"] == ["scan"]
    assert order["scan"] == ["push"]


def test_every_script_is_read_by_its_shell_and_uses_only_what_the_build_sets(build: dict[str, Any]) -> None:
    known = {"PROJECT_ID", "BUILD_ID", *build["substitutions"]}
    for step in build["steps"]:
        shell = "bash" if "bash" in step["script"].splitlines()[0] else "sh"
        checked = subprocess.run(
            [shell, "-n"], input=step["script"], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, f"{step['id']}: {checked.stderr}"
        assert set(re.findall(r"\$\{([A-Z_]+)", step["script"])) <= known, step["id"]


def test_gcloud_knows_the_commands_of_the_scripts(build: dict[str, Any]) -> None:
    text = "\n".join(step["script"] for step in build["steps"]).replace("\\\n", " ")
    commands = [
        [re.sub(r"\$\{\w+\}", "value", word) for word in shlex.split(found.rstrip(')"'))]
        for found in re.findall(r"gcloud (.+?)(?: > .*)?$", text, re.MULTILINE)
        if found.startswith("artifacts")
    ]
    assert len(commands) == 2
    assert not refused(commands)


def test_a_build_without_deployment_touches_no_service(build: dict[str, Any]) -> None:
    script = next(step["script"] for step in build["steps"] if step["id"] == "deploy")
    ran = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": "/usr/bin:/bin", "PROJECT_ID": "p", "BUILD_ID": "1a2b3c4d-5e6f"}
        | build["substitutions"]
        | {"_DEPLOY": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "step 5" in ran.stdout


def test_the_first_images_are_named_by_the_tag_that_the_build_pushes(
    build: dict[str, Any], plan: dict[str, Any], terraform: Run, tmp_path: Path
) -> None:
    """gcloud shows no log of a build with CLOUD_LOGGING_ONLY: what a build prints, its starter does not see."""
    assert build["options"]["logging"] == "CLOUD_LOGGING_ONLY"
    push = next(step["script"] for step in build["steps"] if step["id"] == "push")
    (tag,) = set(re.findall(r"%:\*\}:(\w+)\"", push))
    script = plan["planned_values"]["outputs"]["name_images"]["value"]
    gcloud = tmp_path / "gcloud"
    gcloud.write_text(
        '#!/bin/sh\ncase "$5" in\n'
        + "".join(
            f"*-docker.pkg.dev/my-project/whatsapp/{service}:{tag}) echo example/{service}@sha256:{letter * 64};;\n"
            for service, letter in (("webhook", "a"), ("processor", "b"))
        )
        + "*) exit 1;;\nesac\n"
    )
    gcloud.chmod(0o755)

    named = subprocess.run(
        ["bash", "-c", script],
        cwd=copy_of_terraform(tmp_path),
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert named.returncode == 0, named.stderr
    needed = [f"-var={name}={VARIABLES[name]}" for name in ("project_id", "phone_number_id", "alert_email")]
    planned = terraform(
        "plan", "-no-color", "-input=false", "-lock=false", *needed, folder=tmp_path / "terraform"
    )
    assert planned.returncode == 0, planned.stderr
    assert f'"example/processor@sha256:{"b" * 64}"' in planned.stdout


def test_the_project_s_default_is_the_region_terraform_uses(build: dict[str, Any]) -> None:
    assert (
        f'default     = "{build["substitutions"]["_REGION"]}"'
        in (ROOT / "terraform" / "variables.tf").read_text()
    )
