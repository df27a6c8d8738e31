"""The commands of docs/images.md that lay out the sources for `gcloud run deploy --source`."""

import os
import re
import subprocess
from pathlib import Path

from tests.images.conftest import Build
from tests.support.images.buildah import ROOT, Buildah


def documented() -> str:
    """The block of commands that ends in gcloud run deploy."""
    blocks = re.findall(
        r"^```bash\n(.*?)^```", (ROOT / "docs/images.md").read_text(), re.MULTILINE | re.DOTALL
    )
    return next(block for block in blocks if "gcloud run deploy" in block)


def test_what_the_documented_commands_hand_to_cloud_run_builds_the_same_image(
    buildah: Buildah, build: Build, processor_image: str, tmp_path: Path
) -> None:
    spoken = tmp_path / "bin"
    spoken.mkdir()
    (spoken / "gcloud").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$GCLOUD_ARGUMENTS"\n')
    (spoken / "gcloud").chmod(0o755)
    said = tmp_path / "arguments"
    commands = documented().replace("service=webhook", "service=processor")
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": f"{spoken}:{os.environ['PATH']}",
            "TMPDIR": str(tmp_path),
            "GCLOUD_ARGUMENTS": str(said),
        },
        check=True,
    )
    arguments = said.read_text().split()
    assert arguments[:3] == ["run", "deploy", "whatsapp-processor"]
    (source,) = [Path(word.removeprefix("--source=")) for word in arguments if word.startswith("--source=")]

    built = build("processor-from-source", source / "Dockerfile", source)

    assert buildah.configuration(built)["Cmd"] == buildah.configuration(processor_image)["Cmd"]
    assert buildah.files(built) == buildah.files(processor_image)
