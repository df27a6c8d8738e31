"""Where the settings come from, as a person starts the tool."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`python -m ops` in a folder, with nothing in the environment but this."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **environment}
    command = [sys.executable, "-m", "ops", *arguments]
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)


def test_without_a_project_the_command_says_what_to_set(tmp_path: Path) -> None:
    done = run("rotate-secret", "app-secret", folder=tmp_path)
    assert done.returncode == 2
    assert "GOOGLE_CLOUD_PROJECT: is not set" in done.stderr


@pytest.mark.parametrize("given", [[], ["--env-file", ".env"]], ids=["found", "named"])
def test_settings_come_from_a_file_and_the_environment_wins(tmp_path: Path, given: list[str]) -> None:
    (tmp_path / ".env").write_text("GOOGLE_CLOUD_PROJECT=from-the-file\n")
    from_file = run(*given, "rotate-secret", "app-secret", folder=tmp_path)
    from_environment = run(
        *given, "rotate-secret", "app-secret", folder=tmp_path, GOOGLE_CLOUD_PROJECT="from-the-environment"
    )
    assert "--project=from-the-file" in from_file.stdout
    assert "--project=from-the-environment" in from_environment.stdout


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run("--env-file", "nowhere.env", "doctor", folder=tmp_path)
    assert (done.returncode, "nowhere.env" in done.stderr) == (2, True)
