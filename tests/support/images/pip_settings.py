"""This machine's pip configuration, for the time of a build."""

import re
import subprocess
import sys
from pathlib import Path


def pip_mounts(folder: Path) -> list[str]:
    """Volumes (`from:to:ro`) by which pip in a build asks where pip here asks.  Writes one file into `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    # scope.name='value'; pip lists a file's settings and the environment's, and the environment's win.
    found = re.findall(r"^(?P<scope>[^.]*)\.(?P<name>[\w-]+)='(?P<value>.*)'$", done.stdout, re.MULTILINE)
    ranked = sorted(found, key=lambda setting: setting[0] == ":env:")
    settings = {name: value for _, name, value in ranked}
    configuration = folder / "pip.conf"
    configuration.write_text(
        "\n".join(["[global]", *(f"{name} = {value}" for name, value in settings.items()), ""])
    )
    named = {word for value in settings.values() for word in value.replace("\\n", " ").split()}
    local = sorted({_existing(word) for word in named} - {None}, key=str)
    return [f"{configuration}:/etc/pip.conf:ro", *(f"{path}:{path}:ro" for path in local)]


def _existing(word: str) -> Path | None:
    """The folder or file of this machine that a setting names; of a local index, all of it."""
    path = Path(word.removeprefix("file://"))
    if not path.is_absolute() or not path.exists():
        return None
    return path.parent if path.name == "simple" else path
