"""Makes google.schema.json.gz anew: the schema of the types that terraform/ uses, from the provider's CDK bindings.

Run it when terraform/ uses a new type, or for a newer provider:

    .venv/bin/python -m pip download --no-deps --dest /tmp/bindings cdktn-provider-google==21.1.0
    .venv/bin/python -m tests.terraform.regenerate /tmp/bindings/*.whl
"""

import gzip
import io
import json
import re
import sys
import tarfile
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.terraform.bindings import Module

SCHEMA = Path(__file__).with_name("google.schema.json.gz")
ROOT = Path(__file__).parents[2] / "terraform"
_FILE = re.compile(r"package/lib/([\w-]+)/[\w/-]*?(index|index-structs|[\w-]+)\.(js|d\.ts)")


def used_types(root: Path = ROOT) -> set[tuple[str, str]]:
    """("resource" or "data", type) of every block of the google provider in these files."""
    text = "\n".join(path.read_text() for path in sorted(root.glob("*.tf")))
    return set(re.findall(r'^(resource|data) "(google_\w+)"', text, re.MULTILINE))


def read(wheel: Path, wanted: set[tuple[str, str]]) -> dict[str, Any]:
    """The schema of these types and of the provider's own configuration; KeyError names a type it does not have."""
    folders = {"provider"} | {
        ("data-" if kind == "data" else "")
        + name.replace("google_", "google-" if kind == "data" else "").replace("_", "-")
        for kind, name in wanted
    }
    sources: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"js": [], "d.ts": []})
    with zipfile.ZipFile(wheel) as outer:
        inner = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(inner)), mode="r:gz") as archive:
            for member in archive:
                found = _FILE.fullmatch(member.name)
                content = archive.extractfile(member) if found and found[1] in folders else None
                if found and content:
                    sources[found[1]][found[3]].append(content.read().decode())

    schema: dict[str, Any] = {"version": None, "provider": None, "resource": {}, "data": {}}
    for source in sources.values():
        module = Module("\n".join(source["js"]), "\n".join(source["d.ts"]))
        for kind, name, block in module.types():
            if kind == "Provider":
                schema["provider"], schema["version"] = block, module.provider_version()
            else:
                schema["resource" if kind == "Resource" else "data"][name] = block
    for kind, name in sorted(wanted):
        if name not in schema[kind]:
            raise KeyError(f"{wheel.name} has no {kind} {name}")
    return schema


def main() -> None:
    """Reads the wheel named on the command line, writes the schema beside this file."""
    schema = read(Path(sys.argv[1]), used_types())
    text = json.dumps(schema, sort_keys=True, separators=(",", ":"))
    SCHEMA.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(
        f"google {schema['version']}: {len(schema['resource'])} resources, {len(schema['data'])} data sources"
    )


if __name__ == "__main__":
    main()
