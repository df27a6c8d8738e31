"""A stand-in for the official Python image, made of Debian packages: no container registry is asked.

It proves the Dockerfiles' instructions, not the official image's contents.  Python is Debian's own, of the same minor
version, and as in the official image `python` is on the path and the standard library has no bytecode.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.images.buildah import ROOT, Buildah

STAND_IN = "localhost/stand-in:1"
PACKAGES = "python3,python3-venv,ca-certificates"
UNUSED = ("usr/share/doc", "usr/share/locale", "usr/share/man", "var/cache/apt", "var/lib/apt/lists")


class BaseError(Exception):
    """The base image could not be made."""


def base_of(dockerfile: Path) -> str:
    """The image a Dockerfile is built on: the default of its argument PYTHON_IMAGE."""
    found = re.search(r"^ARG PYTHON_IMAGE=(\S+)$", dockerfile.read_text(), re.MULTILINE)
    if not found:
        raise BaseError(f"{dockerfile.relative_to(ROOT)} has no line ARG PYTHON_IMAGE=...")
    return found[1]


def stand_in(buildah: Buildah, name: str) -> None:
    """Has the base image ready under `name`; made once, in about a minute."""
    if not buildah.has(STAND_IN):
        release = re.search(r"-slim-([a-z]+)", name)
        if not release:
            raise BaseError(f"{name} does not end in -slim-<Debian release>")
        with tempfile.TemporaryDirectory(dir=buildah.store) as folder:
            _bootstrap(Path(folder), release[1])
            _commit(buildah, Path(folder))
    buildah("tag", STAND_IN, name)


def _bootstrap(folder: Path, release: str) -> None:
    command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", release, str(folder), *_mirror()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise BaseError(f"debootstrap failed ({done.returncode}):\n{said}")
    for path in UNUSED:
        shutil.rmtree(folder / path, ignore_errors=True)
    for compiled in (folder / "usr/lib").rglob("*.pyc"):
        compiled.unlink()
    (folder / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    # mkdtemp made it for its owner alone; it becomes the image's root.
    folder.chmod(0o755)


def _commit(buildah: Buildah, folder: Path) -> None:
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, str(folder), "/")
    path = "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    buildah("config", "--env", path, "--cmd", "python3", container)
    buildah("commit", "--quiet", "--rm", container, STAND_IN)


def _mirror() -> list[str]:
    """Where apt gets Debian's packages on this machine; nothing where that is not Debian: debootstrap knows its own."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(COMPONENT) $(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    archives = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("main ")]
    found = [archive for archive in archives if archive.rstrip("/").endswith("/debian")]
    return found[:1]
