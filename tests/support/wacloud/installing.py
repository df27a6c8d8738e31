"""The package as a stranger gets it: a wheel, installed alone, with what its metadata asks for and nothing else.

Nothing is fetched: the wheel is built with the setuptools of the running environment, and the requirements are copied
from there, found by following the metadata of each.
"""

import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def build_wheel(project: Path, folder: Path) -> Path:
    """The wheel of a project's folder, built from a copy so that nothing is left behind in it."""
    source = folder / "source"
    shutil.copytree(project, source, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__", "build"))
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
    ]
    subprocess.run([*command, "--wheel-dir", folder, source], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def requirements(wheel: Path, extra: str = "") -> list[Requirement]:
    """What the wheel's metadata asks for on this machine."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        asked = Parser().parsestr(archive.read(name).decode()).get_all("Requires-Dist") or []
    found = [Requirement(line) for line in asked]
    return [each for each in found if each.marker is None or each.marker.evaluate({"extra": extra})]


def install(wheel: Path, folder: Path, *, extra: str = "") -> Path:
    """A new environment that holds the wheel and the closure of its requirements; its Python."""
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    for distribution in _closure(requirements(wheel, extra)):
        _copy(distribution, packages)
    python = folder / "bin" / "python"
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--offline",
        "--no-index",
        "--no-deps",
    ]
    subprocess.run([*command, "--python", python, wheel], check=True)
    return python


def _closure(asked: list[Requirement]) -> Iterator[metadata.Distribution]:
    waiting, seen = list(asked), set()
    while waiting:
        requirement = waiting.pop()
        wanted = (canonicalize_name(requirement.name), *sorted(requirement.extras))
        if wanted in seen:
            continue
        seen.add(wanted)
        distribution = metadata.distribution(requirement.name)
        assert requirement.specifier.contains(distribution.version, prereleases=True), (
            f"{requirement} is asked for, {distribution.version} is installed here"
        )
        yield distribution
        for line in distribution.requires or ():
            inner = Requirement(line)
            if inner.marker is None or any(
                inner.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)
            ):
                waiting.append(inner)


def _copy(distribution: metadata.Distribution, target: Path) -> None:
    for file in distribution.files or ():
        if ".." in file.parts or file.suffix == ".pyc":
            continue  # commands, and what Python makes itself
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(str(distribution.locate_file(file)), target / file)
