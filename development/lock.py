"""Pins every dependency group of pyproject.toml: exact versions, hashes, markers for Python 3.11 and later."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "requirements.txt": "run",
    "requirements-dev.txt": "dev",
    "webhook/requirements.txt": "webhook",
    "processor/requirements.txt": "processor",
}


def main() -> None:
    """Writes each file; a package shared by several files has one version, the development set's."""
    constraint = ROOT / "requirements-dev.txt"
    for name in sorted(FILES, key=lambda file: file != constraint.name):
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
        command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
        command += ["--group", FILES[name], "--output-file", name, *sys.argv[1:]]
        if name != constraint.name:
            command += ["--constraint", str(constraint)]
        subprocess.run(command, cwd=ROOT, check=True)
        print(f"{name}: {sum('==' in line for line in (ROOT / name).read_text().splitlines())} packages")


if __name__ == "__main__":
    main()
