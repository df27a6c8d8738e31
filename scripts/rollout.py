"""Rolls new images out to Cloud Run: no traffic, smoke test, 10 %, 100 %; back to what ran before if anything fails.

    python3 scripts/rollout.py --project=P --region=R --tag=c-1a2b3c4d processor=IMAGE@sha256:... webhook=IMAGE@sha256:...

cloudbuild.yaml runs it; by hand it needs gcloud, logged in.  Only the standard library: the image it runs in has no
more.  A service ends with all traffic on its latest revision, so that what terraform changes later takes effect too.
"""

import argparse
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

MOST_SERVER_ERRORS = 5  # of the new revision while 10 % of the traffic is watched


class RolloutError(Exception):
    """The new revision must not get the traffic; the message says why."""


@dataclass(frozen=True)
class Cloud:
    """gcloud, for one project and region."""

    project: str
    region: str

    def run(self, *arguments: str) -> str:
        """`gcloud run ...` in the region; its output.  RolloutError when it fails."""
        return self.gcloud("run", *arguments, f"--region={self.region}")

    def gcloud(self, *arguments: str) -> str:
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
        serving = [target for target in running["status"]["traffic"] if target.get("percent")]
        self._previous = max(serving, key=lambda target: target["percent"])["revisionName"]
        self._previous_image = self._image_of(self._previous)
        self._deployed = False

    def deploy(self) -> None:
        """The new revision, without traffic, at an address of its own; it is up when this returns."""
        self._deployed = True
        self._cloud.run("deploy", self.name, f"--image={self._image}", "--no-traffic", f"--tag={self._tag}")

    def smoke_test(self) -> None:
        """Asks the new revision what can be asked without a secret."""
        if not self._public:
            print(f"{self.name} takes no request from here: its start-up probe has been its test", flush=True)
            return
        traffic = self._describe()["status"]["traffic"]
        address = next(target["url"] for target in traffic if target.get("tag") == self._tag)
        # /healthz would not do: Google's front end answers that one path itself, with its own 404.
        for method, path, expected in (
            ("GET", "/readyz", 200),
            ("GET", "/webhook/whatsapp", 400),  # a handshake without its parameters
            ("POST", "/webhook/whatsapp", 401),  # a notification that nobody signed
        ):
            status, body = _ask(method, address + path)
            if status != expected or not _is_json(body):
                raise RolloutError(f"{method} {address}{path} gave {status}, not {expected}: {body[:300]!r}")
            print(f"{self.name}: {method} {path} {status}", flush=True)

    def take_some_traffic(self) -> None:
        self._cloud.run("services", "update-traffic", self.name, f"--to-tags={self._tag}=10")

    def check_errors(self, since: str) -> None:
        """RolloutError when the new revision has failed too many requests since then."""
        revision = self._describe()["status"]["latestReadyRevisionName"]
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
        self._cloud.run("services", "update-traffic", self.name, "--to-latest", f"--remove-tags={self._tag}")

    def roll_back(self) -> None:
        """All traffic to the old revision at once; then the old image becomes the latest revision again."""
        if not self._deployed:
            return
        self._cloud.run("services", "update-traffic", self.name, f"--to-revisions={self._previous}=100")
        self._cloud.run("deploy", self.name, f"--image={self._previous_image}", "--no-traffic")
        self.take_all_traffic()

    def _describe(self) -> Any:
        return json.loads(self._cloud.run("services", "describe", self.name, "--format=json"))

    def _image_of(self, revision: str) -> str:
        described = json.loads(self._cloud.run("revisions", "describe", revision, "--format=json"))
        containers = described["spec"]["containers"]
        return next(str(container["image"]) for container in containers if container.get("name") == "app")


def _ask(method: str, url: str) -> tuple[int, bytes]:
    request = urllib.request.Request(url, data=b"{}" if method == "POST" else None, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 the address is Cloud Run's own
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except urllib.error.URLError as error:
        raise RolloutError(f"{method} {url}: {error.reason}") from error


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
                print(f"{service.name} is NOT rolled back ({failure}): docs/upgrade.md", flush=True)
        raise


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--tag", required=True, help="the new revision's tag, part of its address")
    parser.add_argument(
        "--watch-seconds", type=float, default=180, help="how long 10 %% of the traffic is watched"
    )
    parser.add_argument("images", nargs="+", metavar="SERVICE=IMAGE", help="in the order they are rolled out")
    arguments = parser.parse_args()
    cloud = Cloud(arguments.project, arguments.region)
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
