"""The two images, built once a run.  Only where IMAGES=1 is set (`make test-images`): the first build takes minutes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from development.processes import Processes
from tests.support.images.base import BaseError, base_of, stand_in
from tests.support.images.buildah import CACHE, ROOT, Buildah, BuildahError
from tests.support.images.container import Containers
from tests.support.images.pip_settings import pip_mounts

TOOLS = ("buildah", "debootstrap")
Build = Callable[[str, Path, Path], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One skip for each file, not for each test."""
    if os.environ.get("IMAGES") != "1":
        for item in items:
            if item.path.is_relative_to(ROOT / "tests/images"):
                item.add_marker(pytest.mark.skip("images are built by `make test-images` (IMAGES=1)"))


@pytest.fixture(scope="session")
def buildah() -> Buildah:
    """Buildah and debootstrap, installed where that is possible; a skip that says why where it is not."""
    if os.geteuid() != 0:
        pytest.skip("debootstrap and buildah's chroot isolation need root: sudo make test-images")
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing and not _installed(missing):
        pytest.skip(f"{' and '.join(missing)} could not be installed: apt-get install {' '.join(missing)}")
    return Buildah.here()


@pytest.fixture(scope="session")
def build(buildah: Buildah) -> Build:
    """Builds (name, Dockerfile, context) on the stand-in base; the answer is the image's name."""

    def built(name: str, dockerfile: Path, context: Path) -> str:
        image = f"localhost/{name}:test"
        try:
            stand_in(buildah, base_of(dockerfile))
            buildah.build(dockerfile, context, image, pip_mounts(CACHE))
        except (BaseError, BuildahError) as error:
            pytest.fail(str(error), pytrace=False)
        return image

    return built


@pytest.fixture(scope="session")
def webhook_image(build: Build) -> str:
    """webhook/Dockerfile, built."""
    return build("webhook", ROOT / "webhook/Dockerfile", ROOT)


@pytest.fixture(scope="session")
def processor_image(build: Build) -> str:
    """processor/Dockerfile, built."""
    return build("processor", ROOT / "processor/Dockerfile", ROOT)


@pytest.fixture
def containers(buildah: Buildah, tmp_path: Path) -> Iterator[Containers]:
    """Containers that end with the test."""
    with Processes() as processes:
        running = Containers(buildah, processes, tmp_path)
        yield running
    running.close()


def _installed(tools: list[str]) -> bool:
    if not shutil.which("apt-get"):
        return False
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *tools]
    for command in (install, ["apt-get", "update"], install):
        done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode == 0 and all(shutil.which(tool) for tool in tools):
            return True
    return False
