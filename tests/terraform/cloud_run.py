"""Cloud Run as scripts/rollout.py sees it through gcloud: revisions, traffic, tags.  A stand-in; run as `gcloud`.

Its state is a JSON file ($CLOUD_RUN_STATE); every command line it gets is kept there too.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

STATE = Path(os.environ.get("CLOUD_RUN_STATE", ""))


def new_service(name: str, ingress: str) -> dict[str, Any]:
    """A service as terraform made it: one revision, which has all the traffic."""
    return {
        "ingress": ingress,
        "images": {f"{name}-1": f"example/{name}@sha256:old"},
        "targets": [{"latestRevision": True, "percent": 100}],
    }


def _latest(service: dict[str, Any]) -> str:
    return list(service["images"])[-1]


def _pin(service: dict[str, Any]) -> None:
    for target in service["targets"]:
        if target.pop("latestRevision", False):
            target["revisionName"] = _latest(service)


def _described(service: dict[str, Any], address: str) -> dict[str, Any]:
    traffic = []
    for target in service["targets"]:
        shown = {"revisionName": _latest(service)} | target
        if "tag" in target:
            shown["url"] = address
        traffic.append(shown)
    return {
        "metadata": {"annotations": {"run.googleapis.com/ingress": service["ingress"]}},
        "status": {"traffic": traffic, "latestReadyRevisionName": _latest(service)},
    }


def main(arguments: list[str]) -> int:
    state = json.loads(STATE.read_text())
    state["commands"].append(arguments)
    words = [word for word in arguments if not word.startswith("--")]
    flags = dict(word[2:].partition("=")[::2] for word in arguments if word.startswith("--"))
    code = 0
    match words:
        case ["run", "services", "describe", name]:
            print(json.dumps(_described(state["services"][name], state["address"])))
        case ["run", "revisions", "describe", revision]:
            image = next(
                service["images"][revision]
                for service in state["services"].values()
                if revision in service["images"]
            )
            sidecar = {"name": "collector", "image": "collector"}
            print(json.dumps({"spec": {"containers": [sidecar, {"name": "app", "image": image}]}}))
        case ["run", "deploy", name]:
            service = state["services"][name]
            _pin(service)
            revision = f"{name}-{len(service['images']) + 1}"
            service["images"][revision] = flags["image"]
            if "tag" in flags:
                service["targets"].append({"revisionName": revision, "tag": flags["tag"]})
            code = int(flags["image"] in state["broken"])
        case ["run", "services", "update-traffic", name]:
            service = state["services"][name]
            targets = service["targets"]
            if "to-tags" in flags:
                tag, _, percent = flags["to-tags"].partition("=")
                for target in targets:
                    target["percent"] = int(percent) if target.get("tag") == tag else 100 - int(percent)
            elif "to-revisions" in flags:
                revision, _, percent = flags["to-revisions"].partition("=")
                tagged = [{**target, "percent": 0} for target in targets if "tag" in target]
                service["targets"] = [{"revisionName": revision, "percent": int(percent)}, *tagged]
            else:
                kept = [
                    target for target in targets if target.get("tag") not in {None, flags.get("remove-tags")}
                ]
                service["targets"] = [{"latestRevision": True, "percent": 100}, *kept]
        case ["logging", "read", _]:
            print(json.dumps(state["server_errors"]))
        case _:
            code = 64
    STATE.write_text(json.dumps(state))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
