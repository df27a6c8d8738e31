"""gcloud's own judgement of command lines: it parses them and runs nothing."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest


def refused(commands: Iterable[Sequence[str]]) -> dict[str, str]:
    """Of these commands (words after `gcloud`), those that gcloud does not know, and what it says of them."""
    if shutil.which("gcloud") is None:
        pytest.skip("gcloud is not installed: its command lines were not checked on this machine")
    # The checker reads quotes, and a word after a flag, in its own way: neither is given to it.  It takes its time: what
    # differs in a name or a digest only is asked once.
    plain = [
        [
            re.sub(
                r"whatsapp-(webhook|processor)(-\d+)?|sha256:\w+",
                "name",
                re.sub(r"[^\w./:@=,()-]", "_", word),
            )
            for word in words
        ]
        for words in commands
    ]
    lines = {" ".join(["gcloud", *sorted(words, key=lambda word: word.startswith("--"))]) for words in plain}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "commands.json"
        file.write_text(json.dumps([{"command_string": line, "id": line} for line in sorted(lines)]))
        checked = subprocess.run(
            ["gcloud", "meta", "lint-gcloud-commands", f"--commands-file={file}"],
            env=os.environ | {"CLOUDSDK_CONFIG": folder, "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert checked.returncode == 0, checked.stderr
    found = json.loads(checked.stdout)
    assert len(found) == len(lines), checked.stdout[:2000]
    return {one["command_string"]: one["error_message"] for one in found if not one["success"]}
