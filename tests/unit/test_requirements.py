"""The pins: exact, hashed, the same in every file."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ["requirements.txt", "requirements-dev.txt", "webhook/requirements.txt", "processor/requirements.txt"]


def pins(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / file).read_text(), re.MULTILINE))


@pytest.mark.parametrize("file", FILES)
def test_every_requirement_is_pinned_exactly_and_hashed(file: str) -> None:
    lines = [
        line for line in (ROOT / file).read_text().splitlines() if line and not line.startswith((" ", "#"))
    ]
    assert lines
    assert [line for line in lines if "==" not in line or not line.endswith("\\")] == []


@pytest.mark.parametrize("file", FILES)
def test_a_package_has_one_version_in_every_file(file: str) -> None:
    everything = pins("requirements-dev.txt")
    assert {name: version for name, version in pins(file).items() if everything[name] != version} == {}


def test_no_file_names_a_package_index() -> None:
    assert [file for file in FILES if "://" in (ROOT / file).read_text()] == []
