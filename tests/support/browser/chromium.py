"""The browser that is on this machine. None is downloaded."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# As root, in a container, without a way out to the internet.
FLAGS = (
    "--no-sandbox --headless --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run --disable-quic"
).split()
MISSING = (
    "No Chromium on this machine, so the page was not tried in a browser. To install it:\n"
    "  Debian, Ubuntu:  sudo apt-get install chromium\n"
    "  Fedora:          sudo dnf install chromium\n"
    "  macOS:           brew install --cask chromium\n"
    "or name one: CHROMIUM=/path/to/chrome make test"
)


def find_chromium() -> Path | None:
    """The one that CHROMIUM names, else the first of the usual names on the path."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None
