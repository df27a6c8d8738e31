"""The Dockerfiles, as far as they can be judged without building them; tests/images builds them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("webhook", "processor")


def dockerfile(service: str) -> str:
    return (ROOT / service / "Dockerfile").read_text()


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    files = [f"{service}/Dockerfile" for service in SERVICES]
    found = subprocess.run(
        [hadolint, "--failure-threshold", "style", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("service", SERVICES)
def test_the_base_is_an_official_slim_image_of_one_exact_version(service: str) -> None:
    (base,) = re.findall(r"^ARG PYTHON_IMAGE=(.*)$", dockerfile(service), re.MULTILINE)
    assert re.fullmatch(
        r"mirror\.gcr\.io/library/python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base
    )
    assert set(re.findall(r"^FROM (\S+)", dockerfile(service), re.MULTILINE)) == {"${PYTHON_IMAGE}"}


def test_the_two_services_are_built_the_same_way() -> None:
    processor = dockerfile("processor").replace("COPY bots bots\n", "")
    assert dockerfile("webhook").replace("webhook", "processor") == processor


def test_the_build_sees_the_packages_it_copies_and_nothing_else() -> None:
    copied = {
        source
        for service in SERVICES
        for source in re.findall(
            r"^COPY (?!--from)([\w/]+?)(?:/wacloud)? \w+$", dockerfile(service), re.MULTILINE
        )
    }
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    assert {line[1:] for line in lines if line.startswith("!")} == copied


@pytest.mark.parametrize("service", SERVICES)
def test_what_the_page_lays_out_for_a_build_by_cloud_run_is_what_the_build_copies(service: str) -> None:
    page = (ROOT / "docs" / "images.md").read_text()
    (line,) = re.findall(r'^cp -Rp (.+) "\$source"$', page, re.MULTILINE)
    laid_out = set(line.replace('"$service"', service).split())
    copied = set(re.findall(r"^COPY (?!--from)(\w+)", dockerfile(service), re.MULTILINE))
    assert copied
    assert copied <= laid_out
