"""Finds Java and the two emulators on this machine, or says what to install. Starts nothing."""

import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from development.processes import StartError

USUAL_ROOTS = (
    "/usr/lib/google-cloud-sdk",  # Debian, Ubuntu
    "/usr/lib64/google-cloud-sdk",  # Fedora, RHEL
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-cli",  # Arch
    "/opt/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
    "/opt/homebrew/share/google-cloud-sdk",  # macOS, Homebrew
    "/usr/local/share/google-cloud-sdk",
    "~/google-cloud-sdk",  # Google's own installer
)
FIRESTORE_JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
PUBSUB_JARS = "platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"

INSTALL = {
    "debian": """\
  sudo apt-get install default-jre-headless google-cloud-cli-firestore-emulator google-cloud-cli-pubsub-emulator
(the last two come from Google's own package source: https://cloud.google.com/sdk/docs/install#deb)""",
    "fedora": """\
  sudo dnf install java-latest-openjdk-headless google-cloud-cli-firestore-emulator google-cloud-cli-pubsub-emulator
(the last two come from Google's own package source: https://cloud.google.com/sdk/docs/install#rpm)""",
    "macos": """\
  brew install --cask temurin google-cloud-sdk
  gcloud components install cloud-firestore-emulator pubsub-emulator""",
    "windows": """\
  Run this project inside WSL (https://learn.microsoft.com/windows/wsl/install), where Ubuntu needs:
  sudo apt-get install default-jre-headless google-cloud-cli-firestore-emulator google-cloud-cli-pubsub-emulator
(the last two come from Google's own package source: https://cloud.google.com/sdk/docs/install#deb)""",
    "other": """\
  a Java runtime (17 or later) from your system's packages, the Google Cloud CLI from
  https://cloud.google.com/sdk/docs/install, and then:
  gcloud components install cloud-firestore-emulator pubsub-emulator""",
}


@dataclass(frozen=True)
class Tools:
    """What the emulators are started with."""

    java: Path
    firestore_jar: Path
    pubsub_jar: Path


def find_tools(environ: Mapping[str, str]) -> Tools:
    """Java and both emulators; StartError with the commands to type where something is missing."""
    java = _java(environ)
    roots = list(_roots(environ))
    firestore = next((root / FIRESTORE_JAR for root in roots if (root / FIRESTORE_JAR).exists()), None)
    pubsub = next((jar for root in roots for jar in sorted(root.glob(PUBSUB_JARS), reverse=True)), None)
    if java and firestore and pubsub:
        return Tools(java, firestore, pubsub)
    found = {"Java": java, "the Firestore emulator": firestore, "the Pub/Sub emulator": pubsub}
    raise StartError(missing([name for name, path in found.items() if path is None], _system()))


def missing(names: list[str], system: str) -> str:
    """The message for what is not there: names what is missing and how it is installed on that system."""
    what = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"Not found on this machine: {what}. To install:\n\n{INSTALL[system]}\n"


def _java(environ: Mapping[str, str]) -> Path | None:
    home = environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").exists():
        return Path(home) / "bin" / "java"
    on_path = shutil.which("java", path=environ.get("PATH"))
    return Path(on_path) if on_path else None


def _roots(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where a Cloud SDK may be. `gcloud info` knows, but takes a second to say it."""
    if environ.get("CLOUDSDK_ROOT"):
        yield Path(environ["CLOUDSDK_ROOT"])
    gcloud = shutil.which("gcloud", path=environ.get("PATH"))
    if gcloud:
        yield Path(gcloud).resolve().parent.parent
    for root in USUAL_ROOTS:
        yield Path(root).expanduser()


def _system() -> str:
    name = platform.system()
    if name in ("Darwin", "Windows"):
        return {"Darwin": "macos", "Windows": "windows"}[name]
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "other"
    families = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    if families & {"debian", "ubuntu"}:
        return "debian"
    return "fedora" if families & {"fedora", "rhel", "centos"} else "other"
