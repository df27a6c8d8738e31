"""Runs a script of scripts/: as a person does from the root of a clone, or in this process, which is faster."""

import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[3]


def run(script: str, *words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`python scripts/{script}.py`, with this environment alone."""
    command = [sys.executable, f"scripts/{script}.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, timeout=60, check=False
    )


def load(script: str) -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location(script, ROOT / "scripts" / f"{script}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    path = sys.path[:]
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = path
    return module


def exit_code(module: ModuleType, *words: str, environment: Mapping[str, str]) -> int:
    """What the script's main gives back, or argparse ends it with."""
    try:
        return int(module.main(words, environment))
    except SystemExit as end:
        return int(end.code or 0)
