"""Where something is missing, the message says what to type."""

import subprocess
import sys
from pathlib import Path

import pytest

from development import cloud_sdk
from development.cloud_sdk import FIRESTORE_JAR, INSTALL, find_tools, missing
from development.processes import StartError


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Cloud SDK of this test's own, and no other."""
    monkeypatch.setattr(cloud_sdk, "USUAL_ROOTS", ())
    root = tmp_path / "google-cloud-sdk"
    executable(root / FIRESTORE_JAR)
    executable(root / "platform/pubsub-emulator/lib/cloud-pubsub-emulator-0.8.20-all.jar")
    return root


def test_both_emulators_and_java_are_found_where_they_are(sdk: Path, tmp_path: Path) -> None:
    java = executable(tmp_path / "jdk/bin/java")
    environ = {"CLOUDSDK_ROOT": str(sdk), "JAVA_HOME": str(tmp_path / "jdk"), "PATH": ""}
    tools = find_tools(environ)
    assert tools.java == java
    assert tools.firestore_jar.is_relative_to(sdk)
    assert tools.pubsub_jar.name == "cloud-pubsub-emulator-0.8.20-all.jar"


def test_a_cloud_sdk_is_found_by_its_gcloud_command(sdk: Path, tmp_path: Path) -> None:
    executable(sdk / "bin/gcloud")
    executable(tmp_path / "bin/java")
    tools = find_tools({"PATH": f"{sdk / 'bin'}:{tmp_path / 'bin'}"})
    assert tools.firestore_jar == sdk / FIRESTORE_JAR


def test_what_is_missing_is_named_with_the_commands_that_bring_it(sdk: Path) -> None:
    (sdk / FIRESTORE_JAR).unlink()
    with pytest.raises(StartError) as raised:
        find_tools({"CLOUDSDK_ROOT": str(sdk), "PATH": ""})
    said = str(raised.value)
    assert "Java and the Firestore emulator" in said
    assert "the Pub/Sub emulator" not in said.split("To install", maxsplit=1)[0]
    assert INSTALL[cloud_sdk._system()] in said


@pytest.mark.parametrize("system", INSTALL)
def test_every_system_is_told_how_to_install_all_three(system: str) -> None:
    said = missing(["Java", "the Firestore emulator", "the Pub/Sub emulator"], system)
    assert "Java, the Firestore emulator and the Pub/Sub emulator" in said
    assert "firestore-emulator" in said
    assert "pubsub-emulator" in said


def test_make_run_without_java_ends_with_that_message_and_no_traceback(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    found = subprocess.run(
        [sys.executable, "-m", "development"],
        cwd=root,
        env={"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "Not found on this machine: Java" in found.stdout
    assert "Traceback" not in found.stdout + found.stderr
