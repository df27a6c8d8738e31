"""Cloud Run as deployment/rollout.py sees it through gcloud: revisions, readiness, traffic, tags.  Run as `gcloud`.

Its state is a JSON file ($CLOUD_RUN_STATE); every command line it gets is kept there too.  As in Cloud Run

- a revision whose image is in `broken` does not start; `latestRevision` means the latest that did;
- the service is Ready when its newest revision and every revision that has a tag started; gcloud waits for that after
  every change, and ends with 1 when it does not come, though the change was made.

`unreachable` names commands that fail and change nothing; `flaky` those that make their change and end with 1 anyway.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

STATE = Path(os.environ.get("CLOUD_RUN_STATE", ""))
Service = dict[str, Any]


def new_service(name: str, ingress: str) -> Service:
    """A service as terraform made it: one revision, which has all the traffic."""
    return {
        "ingress": ingress,
        "images": {f"{name}-1": f"example/{name}@sha256:old"},
        "targets": [{"latestRevision": True, "percent": 100}],
    }


def _started(service: Service, broken: list[str]) -> list[str]:
    return [name for name, image in service["images"].items() if image not in broken]


def failing(service: Service, broken: list[str]) -> list[str]:
    """Revisions that keep the service from being Ready."""
    newest = list(service["images"])[-1]
    tagged = [target["revisionName"] for target in service["targets"] if "tag" in target]
    return [name for name in {newest, *tagged} if name not in _started(service, broken)]


def _described(service: Service, broken: list[str], address: str) -> dict[str, Any]:
    latest = _started(service, broken)[-1]
    traffic = []
    for target in service["targets"]:
        shown = {"revisionName": latest} | target
        if shown["revisionName"] not in _started(service, broken):
            continue  # a route to a revision that does not run is wanted, not there
        if "tag" in target:
            shown["url"] = address
        traffic.append(shown)
    newest = list(service["images"])[-1]
    failed = failing(service, broken)
    ready = {"type": "Ready", "status": "False" if failed else "True"}
    if failed:
        ready["message"] = f"Revision {failed[0]} is not ready: the container did not listen on PORT=8080"
    containers = [
        {"name": "collector", "image": "collector"},
        {"name": "app", "image": service["images"][newest]},
    ]
    return {
        "metadata": {"annotations": {"run.googleapis.com/ingress": service["ingress"]}},
        "spec": {"traffic": service["targets"], "template": {"spec": {"containers": containers}}},
        "status": {
            "conditions": [ready],
            "traffic": traffic,
            "latestCreatedRevisionName": newest,
            "latestReadyRevisionName": latest,
        },
    }


def _deploy(service: Service, name: str, flags: dict[str, str], broken: list[str]) -> None:
    for target in service["targets"]:
        if target.pop("latestRevision", False):
            target["revisionName"] = _started(service, broken)[-1]  # --no-traffic
    revision = f"{name}-{len(service['images']) + 1}"
    service["images"][revision] = flags["image"]
    if "tag" in flags:
        service["targets"].append({"revisionName": revision, "tag": flags["tag"]})


def _update_traffic(service: Service, flags: dict[str, str]) -> None:
    gone = flags.get("remove-tags", "").split(",")
    tagged = [target for target in service["targets"] if "tag" in target and target["tag"] not in gone]
    if "to-tags" in flags:
        tag, _, percent = flags["to-tags"].partition("=")
        for target in service["targets"]:
            target["percent"] = int(percent) if target.get("tag") == tag else 100 - int(percent)
        return
    for target in service["targets"]:
        if target.get("tag") in gone:
            del target["tag"]
    if "to-revisions" in flags:
        revision, _, percent = flags["to-revisions"].partition("=")
        kept = [{"revisionName": revision, "percent": int(percent)}]
    elif "to-latest" in flags:
        kept = [{"latestRevision": True, "percent": 100}]
    else:
        kept = [target for target in service["targets"] if "tag" not in target and target.get("percent")]
        service["targets"] = [*kept, *tagged]
        return
    service["targets"] = [
        *kept,
        *({"revisionName": t["revisionName"], "tag": t["tag"], "percent": 0} for t in tagged),
    ]


def main(arguments: list[str]) -> int:
    state = json.loads(STATE.read_text())
    state["commands"].append(arguments)
    STATE.write_text(json.dumps(state))
    line = " ".join(arguments)
    broken = state["broken"]
    words = [word for word in arguments if not word.startswith("--")]
    flags = dict(word[2:].partition("=")[::2] for word in arguments if word.startswith("--"))
    if any(command in line for command in state["unreachable"]):
        return 1
    code = int(any(command in line for command in state["flaky"]))
    match words:
        case ["run", "services", "describe", name]:
            print(json.dumps(_described(state["services"][name], broken, state["address"])))
        case ["run", "revisions", "describe", revision]:
            image = next(
                service["images"][revision]
                for service in state["services"].values()
                if revision in service["images"]
            )
            sidecar = {"name": "collector", "image": "collector"}
            print(json.dumps({"spec": {"containers": [sidecar, {"name": "app", "image": image}]}}))
        case ["run", "deploy", name]:
            _deploy(state["services"][name], name, flags, broken)
            code = code or bool(failing(state["services"][name], broken))
        case ["run", "services", "update-traffic", name]:
            _update_traffic(state["services"][name], flags)
            code = code or bool(failing(state["services"][name], broken))
        case ["logging", "read", _]:
            print(json.dumps(state["server_errors"]))
        case _:
            code = 64
    STATE.write_text(json.dumps(state))
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
