"""Buildah on this machine: builds the Dockerfiles, looks into an image, runs one.  What is expected is the tests' matter."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whatsapp-on-google-cloud" / "images"
)


class BuildahError(Exception):
    """A command of buildah that failed, with the last of what it said."""


@dataclass(frozen=True)
class Buildah:
    """One store of images, kept between runs."""

    store: Path
    driver: str

    @classmethod
    def here(cls, store: Path = CACHE) -> "Buildah":
        """With overlay mounts where this machine allows them (seconds), else with whole copies of each layer."""
        store.mkdir(parents=True, exist_ok=True)
        named = os.environ.get("STORAGE_DRIVER")
        if named:
            return cls(store, named)
        overlay = cls(store, "overlay")
        try:
            overlay("info")
        except BuildahError:
            return cls(store, "vfs")
        return overlay

    def command(self, *arguments: str) -> list[str]:
        """The command line of a call."""
        storage = ["--root", str(self.store / self.driver), "--runroot", str(self.store / "run")]
        return ["buildah", *storage, "--storage-driver", self.driver, *arguments]

    def __call__(self, *arguments: str) -> str:
        """What the command printed; raises BuildahError."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False)
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
            raise BuildahError(f"buildah {arguments[0]} failed ({done.returncode}):\n{said}")
        return done.stdout.strip()

    def has(self, image: str) -> bool:
        """Whether the store has an image of this name."""
        return bool(self("images", "--quiet", "--filter", f"reference={image}"))

    def build(self, dockerfile: Path, context: Path, tag: str, mounts: Iterable[str]) -> None:
        """The image `tag`.  `mounts` are there while the stage `build` is built, and in no image."""
        common = ["bud", "--isolation", "chroot", "--pull-never", "--layers", "--file", str(dockerfile)]
        volumes = [part for mount in mounts for part in ("--volume", mount)]
        # A mount leaves its empty mount point behind in whatever stage runs a command, so the last stage, whose files
        # are the image's, is built by a second call, which finds the first one's layers.
        self(*common, *volumes, "--target", "build", str(context))
        self(*common, "--tag", tag, str(context))

    def configuration(self, image: str) -> dict[str, Any]:
        """The image's OCI configuration: User, Env, Cmd, WorkingDir ..."""
        found: dict[str, Any] = json.loads(self("inspect", "--type", "image", image))["OCIv1"]["config"]
        return found

    def files(self, image: str) -> set[str]:
        """Every file and directory of the image, with its path from the root."""
        container = self("from", "--pull-never", image)
        try:
            top = Path(self("mount", container))
            return {
                f"/{os.path.relpath(Path(folder) / name, top)}"
                for folder, folders, files in os.walk(top)
                for name in (*folders, *files)
            }
        finally:
            self("rm", container)

    def run_command(self, container: str, command: Iterable[str], env: Mapping[str, str]) -> list[str]:
        """The command line that runs `command` in a container, as its user, on this machine's network."""
        settings = [part for name, value in env.items() for part in ("--env", f"{name}={value}")]
        return self.command("run", "--isolation", "chroot", *settings, container, "--", *command)
