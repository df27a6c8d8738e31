"""Rolls new images out to Cloud Run: no traffic, smoke test, 10 %, 100 %; back to what ran before if anything fails.

    python3 deployment/rollout.py --project=P --region=R --tag=c-1a2b3c4d processor=IMAGE@sha256:... webhook=IMAGE@sha256:...

cloudbuild.yaml runs it; by hand it needs gcloud, logged in.  Only the standard library: the image it runs in has no
more.  A service ends with all traffic on its latest revision, so that what terraform changes later takes effect too.

gcloud's exit code does not decide.  It waits for the service to be Ready, which a service is not while its newest
revision or a revision that has a tag did not start: also the change that repairs it ends with an error then (seen in
gcloud 528's source).  What Cloud Run says of the service afterwards decides.
"""

import argparse
import http.client
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOST_SERVER_ERRORS = 5  # of the new revision while 10 % of the traffic is watched
TRIES = 6  # of a look at the service, and of a request of the smoke test
TAG_PREFIX = "c-"  # of every tag a roll-out makes

Described = dict[str, Any]


class RolloutError(Exception):
    """The new revision must not get the traffic; the message says why."""


@dataclass(frozen=True)
class Cloud:
    """gcloud, for one project and region."""

    project: str
    region: str
    pause: float  # seconds between two tries

    def run(self, *arguments: str) -> str:
        """`gcloud run ...` in the region; its output.  RolloutError when it fails."""
        return self.gcloud("run", *arguments, f"--region={self.region}")

    def gcloud(self, *arguments: str) -> str:
        """The output of this command; RolloutError when it fails."""
        command = ["gcloud", *arguments, f"--project={self.project}", "--quiet"]
        print("+", " ".join(command), flush=True)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 no shell
        if done.returncode:
            raise RolloutError(f"{' '.join(command[:4])} ended with {done.returncode}")
        return done.stdout


class Service:
    """One Cloud Run service on its way from the revision that runs to a new image."""

    def __init__(self, cloud: Cloud, name: str, image: str, tag: str) -> None:
        self.name = f"whatsapp-{name}"
        self._cloud = cloud
        self._image = image
        self._tag = tag
        running = self._describe()
        self._public = running["metadata"]["annotations"].get("run.googleapis.com/ingress") == "all"
        serving = _serving(running)
        self._previous = max(serving, key=lambda revision: serving[revision])
        self._previous_image = self._image_of(self._previous)
        self._touched = False

    def deploy(self) -> None:
        """The new revision, without traffic, at an address of its own; it is up when this returns."""
        self._touched = True
        if stale := _tags(self._describe()):  # a roll-out that was cut off: its revision may not even start
            self._change(
                lambda seen: not _tags(seen),
                ("services", "update-traffic", self.name, f"--remove-tags={','.join(stale)}"),
            )
        self._make(self._image, f"--tag={self._tag}")

    def smoke_test(self) -> None:
        """Asks the new revision what can be asked without a secret."""
        if not self._public:
            print(f"{self.name} takes no request from here: its start-up probe has been its test", flush=True)
            return
        address = self._tagged()["url"]
        for method, path, expected in (
            ("GET", "/ready", 200),
            ("GET", "/webhook/whatsapp", 400),  # a handshake without its parameters
            ("POST", "/webhook/whatsapp", 401),  # a notification that nobody signed
        ):
            self._ask_until(method, address + path, expected)
            print(f"{self.name}: {method} {path} {expected}", flush=True)

    def take_some_traffic(self) -> None:
        """Ten percent for the new revision."""
        self._change(
            lambda seen: [t.get("percent") for t in _traffic(seen) if t.get("tag") == self._tag] == [10],
            ("services", "update-traffic", self.name, f"--to-tags={self._tag}=10"),
        )

    def check_errors(self, since: str) -> None:
        """RolloutError when the new revision has failed too many requests since then."""
        revision = self._tagged()["revisionName"]
        query = (
            'log_id("run.googleapis.com/requests") AND httpRequest.status>=500 AND '
            f'resource.labels.revision_name="{revision}" AND timestamp>="{since}"'
        )
        found = json.loads(
            self._cloud.gcloud("logging", "read", query, f"--limit={MOST_SERVER_ERRORS + 1}", "--format=json")
        )
        if len(found) > MOST_SERVER_ERRORS:
            raise RolloutError(f"{revision} answered over {MOST_SERVER_ERRORS} requests with 5xx")

    def take_all_traffic(self) -> None:
        """All traffic for whatever is the latest revision, now and later."""
        self._change(
            lambda seen: (
                not _tags(seen)
                and [t.get("percent") for t in _traffic(seen) if t.get("latestRevision")] == [100]
                and _started(seen)
            ),
            ("services", "update-traffic", self.name, "--to-latest", f"--remove-tags={self._tag}"),
        )

    def roll_back(self) -> None:
        """All traffic to the old revision at once; then the old image becomes the latest revision again."""
        if not self._touched:
            return
        untag = [f"--remove-tags={self._tag}"] if _tags(self._describe()) else []
        self._change(
            lambda seen: not _tags(seen) and _serving(seen) == {self._previous: 100},
            ("services", "update-traffic", self.name, f"--to-revisions={self._previous}=100", *untag),
        )
        print(f"{self.name}: all traffic is on {self._previous} again", flush=True)
        self._make(self._previous_image)
        self.take_all_traffic()

    def _make(self, image: str, *arguments: str) -> None:
        self._change(
            lambda seen: _started(seen) and _app_image(seen["spec"]["template"]["spec"]) == image,
            ("deploy", self.name, f"--image={image}", "--no-traffic", *arguments),
        )

    def _change(self, holds: Callable[[Described], bool], command: tuple[str, ...]) -> None:
        """Runs it; RolloutError when Cloud Run does not say afterwards that it holds."""
        failed = ""
        try:
            self._cloud.run(*command)
        except RolloutError as error:
            failed = f" ({error})"
        for left in reversed(range(TRIES)):
            seen = self._describe()
            if holds(seen):
                return
            if left:
                time.sleep(self._cloud.pause)
        conditions = [one for one in seen["status"].get("conditions", []) if one.get("status") == "False"]
        said = "; ".join(str(one.get("message", one.get("type"))) for one in conditions)
        raise RolloutError(
            f"gcloud run {' '.join(command[:3])} did not take effect{failed}: {said or 'no reason given'}"
        )

    def _ask_until(self, method: str, url: str, expected: int) -> None:
        """The expected answer; a new revision's address and its first connections may need some tries."""
        for left in reversed(range(TRIES)):
            said = _ask(method, url)
            if isinstance(said, tuple) and said[0] == expected and _is_json(said[1]):
                return
            if left:
                time.sleep(self._cloud.pause)
        given = said if isinstance(said, str) else f"gave {said[0]}, not {expected}: {said[1][:300]!r}"
        raise RolloutError(f"{method} {url} {given}, {TRIES} times")

    def _tagged(self) -> Described:
        return next(target for target in _traffic(self._describe()) if target.get("tag") == self._tag)

    def _describe(self) -> Described:
        return dict(json.loads(self._cloud.run("services", "describe", self.name, "--format=json")))

    def _image_of(self, revision: str) -> str:
        return _app_image(
            json.loads(self._cloud.run("revisions", "describe", revision, "--format=json"))["spec"]
        )


def _traffic(seen: Described) -> list[Described]:
    return list(seen["status"]["traffic"])


def _serving(seen: Described) -> dict[str, int]:
    """Percent of the traffic by revision."""
    percents: dict[str, int] = {}
    for target in _traffic(seen):
        if target.get("percent"):
            percents[target["revisionName"]] = percents.get(target["revisionName"], 0) + target["percent"]
    return percents


def _tags(seen: Described) -> list[str]:
    """Tags that a roll-out made, also of revisions that did not start; a person's own are left alone."""
    wanted = seen["spec"].get("traffic", [])
    return sorted({t["tag"] for t in [*wanted, *_traffic(seen)] if t.get("tag", "").startswith(TAG_PREFIX)})


def _started(seen: Described) -> bool:
    """Whether the newest revision is one that runs."""
    status = seen["status"]
    return bool(status["latestCreatedRevisionName"] == status["latestReadyRevisionName"])


def _app_image(spec: Described) -> str:
    return next(str(container["image"]) for container in spec["containers"] if container.get("name") == "app")


def _ask(method: str, url: str) -> tuple[int, bytes] | str:
    """Status and body, or why there is no answer."""
    request = urllib.request.Request(url, data=b"{}" if method == "POST" else None, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 the address is Cloud Run's own
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except (OSError, http.client.HTTPException) as error:
        return f"had no answer ({error})"


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def roll_out(services: list[Service], watch_seconds: float) -> None:
    """Every step for all services before the next step; what was touched is rolled back when one fails."""
    try:
        for service in services:
            service.deploy()
            service.smoke_test()
        for service in services:
            service.take_some_traffic()
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        time.sleep(watch_seconds)
        for service in services:
            service.check_errors(since)
        for service in services:
            service.take_all_traffic()
    except RolloutError as error:
        print(f"rolling back: {error}", flush=True)
        for service in reversed(services):
            try:
                service.roll_back()
            except RolloutError as failure:  # the others still have to be rolled back
                print(f"{service.name} is NOT rolled back ({failure}): docs/upgrade.md says how", flush=True)
        raise


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument(
        "--tag", required=True, help="the new revision's tag, part of its address; begins with c-"
    )
    parser.add_argument(
        "--watch-seconds", type=float, default=180, help="how long 10 %% of the traffic is watched"
    )
    parser.add_argument("--pause-seconds", type=float, default=5, help="between two looks at a service")
    parser.add_argument("images", nargs="+", metavar="SERVICE=IMAGE", help="in the order they are rolled out")
    arguments = parser.parse_args()
    if not arguments.tag.startswith(TAG_PREFIX):
        parser.error(f"--tag must begin with {TAG_PREFIX}, so that a later roll-out can tell it from yours")
    cloud = Cloud(arguments.project, arguments.region, arguments.pause_seconds)
    try:
        services = [
            Service(cloud, name, image, arguments.tag)
            for name, _, image in (pair.partition("=") for pair in arguments.images)
        ]
        roll_out(services, arguments.watch_seconds)
    except RolloutError as error:
        print(f"not rolled out: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
