"""The layout is the architecture: imports point downwards only, and the hot path stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = {
    "wacloud": ROOT / "packages/wacloud/src/wacloud",
    "wacloud_simulator": ROOT / "packages/wacloud-simulator/src/wacloud_simulator",
}
MAY_IMPORT: dict[str, set[str]] = {
    "wacloud": set(),
    "cloud": set(),
    "webhook": {"wacloud", "cloud"},
    "bots": {"wacloud"},
    "processor": {"bots", "wacloud", "cloud"},
    "wacloud_simulator": set(),
    "ops": {"wacloud", "cloud"},
    "development": {"wacloud", "cloud", "wacloud_simulator", "tests"},  # of tests: support
}


def imported(package: str) -> set[tuple[str, str]]:
    """(file, package of this project it imports)."""
    found = set()
    for path in HOME.get(package, ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: relative import; functions-framework loads main.py by path"
                names = [node.module or ""]
            found |= {(str(path.relative_to(ROOT)), name.split(".")[0]) for name in names}
    return {(file, name) for file, name in found if name in {*MAY_IMPORT, "tests"}}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_downwards_only(package: str) -> None:
    wrong = {(file, name) for file, name in imported(package) if name not in MAY_IMPORT[package] | {package}}
    assert not wrong


@pytest.mark.parametrize("package", ["webhook", "processor", "bots", "wacloud", "cloud"])
def test_only_settings_and_main_read_the_environment(package: str) -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in HOME.get(package, ROOT / package).rglob("*.py")
        if path.name not in ("settings.py", "main.py")
        and ("os.environ" in path.read_text() or "getenv" in path.read_text())
    ]
    assert not readers


def test_the_webhooks_way_into_wacloud_loads_neither_pydantic_nor_httpx() -> None:
    code = "import sys, wacloud.signature, wacloud.notification; print(*{'pydantic', 'httpx'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
