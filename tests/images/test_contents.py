"""What is in an image, and what is not."""

import re

import pytest

from tests.support.images.base import STAND_IN
from tests.support.images.buildah import ROOT, Buildah
from tests.support.images.container import Containers

SERVICES = {
    "webhook": ("cloud", "webhook", "wacloud"),
    "processor": ("bots", "cloud", "processor", "wacloud"),
}
# Beside /app and /opt/venv: what useradd writes, and the standard library's bytecode.
OF_THE_USER = re.compile(
    r"/home/app(/.*)?|/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?|/var/(log|mail)/.*"
)
BYTECODE = re.compile(r"/usr/lib/python3[^ ]*/__pycache__(/[^/]+\.pyc)?")


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def image(service: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{service}_image"))


def sources(service: str) -> set[str]:
    """The project's files that belong into the image, as this checkout has them."""
    left_out = {"Dockerfile", "requirements.txt"}
    return {
        f"/app/{path.relative_to(home)}"
        for package in SERVICES[service]
        for home in [ROOT / "packages/wacloud/src" if package == "wacloud" else ROOT]
        for path in (home / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name not in left_out
    }


def test_of_the_project_the_image_holds_the_service_and_the_packages_it_stands_on(
    buildah: Buildah, service: str, image: str
) -> None:
    inside = {path for path in buildah.files(image) if path.startswith("/app/")}
    files = {path for path in inside if re.search(r"\.\w+$", path) and "/__pycache__/" not in path}
    assert files == sources(service)
    assert {path.split("/")[2] for path in inside} == set(SERVICES[service])


def test_nothing_else_was_left_in_the_image(buildah: Buildah, image: str) -> None:
    added = buildah.files(image) - buildah.files(STAND_IN)
    elsewhere = {
        path
        for path in added
        if not path.startswith(("/app", "/opt/venv"))
        and not OF_THE_USER.fullmatch(path)
        and not BYTECODE.fullmatch(path)
    }
    assert elsewhere == set()


def test_every_module_and_the_standard_library_are_there_as_bytecode(buildah: Buildah, image: str) -> None:
    files = buildah.files(image)
    modules = {path for path in files if path.startswith(("/app/", "/opt/venv/lib")) and path.endswith(".py")}
    modules |= {path for path in files if re.fullmatch(r"/usr/lib/python3\.\d+/(json|asyncio)/\w+\.py", path)}
    assert len(modules) > 1_000
    compiled = {
        re.sub(r"__pycache__/([^/]+?)\.cpython-\d+\.pyc$", r"\1.py", path)
        for path in files
        if path.endswith(".pyc")
    }
    assert modules - compiled == set()


def test_the_installed_packages_are_the_pinned_ones_and_no_others(
    buildah: Buildah, service: str, image: str
) -> None:
    pins = dict(
        re.findall(
            r"^([a-z0-9._-]+)==([^ ;\\]+)",
            (ROOT / service / "requirements.txt").read_text(),
            re.MULTILINE,
        )
    )
    found = {
        match[1].lower().replace("_", "-").replace(".", "-"): match[2]
        for path in buildah.files(image)
        if (match := re.fullmatch(r"/opt/venv/lib/[^/]+/site-packages/([^/]+?)-([^/-]+)\.dist-info", path))
    }
    assert {name: version for name, version in found.items() if pins.get(name) != version} == {}
    assert {"functions-framework", "uvloop", "httptools", "google-cloud-firestore"} <= set(found)


def test_the_container_starts_its_service_without_a_shell_and_not_as_root(
    buildah: Buildah, service: str, image: str
) -> None:
    configuration = buildah.configuration(image)
    assert configuration["User"] == "10001"
    assert configuration["Cmd"] == [
        *("functions-framework", "--asgi"),
        *("--source", f"{service}/main.py", "--target", service),
    ]
    assert "Entrypoint" not in configuration
    assert "WORKERS=1" in configuration["Env"]


def test_the_service_cannot_write_over_its_own_code(
    buildah: Buildah, containers: Containers, image: str
) -> None:
    attempt = "import os; print(os.getuid(), os.access('/app', os.W_OK), os.access('/opt/venv', os.W_OK))"
    command = buildah.run_command(containers.make(image), ["python", "-c", attempt], {})
    assert buildah(*command[len(buildah.command()) :]) == "10001 False False"
