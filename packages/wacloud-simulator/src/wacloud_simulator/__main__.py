"""`python -m wacloud_simulator`: phones and a Graph API for any webhook, in any language. Flags are read here only."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from wacloud_simulator import __version__
from wacloud_simulator.graph.account import Account
from wacloud_simulator.graph.errors import GraphRefusalError
from wacloud_simulator.people import Business
from wacloud_simulator.seed import Seed, SeedError, read_seed
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration, ConfigurationError, refuse_on_cloud_run


def parser() -> argparse.ArgumentParser:
    """The flags."""
    flags = argparse.ArgumentParser("wacloud-simulator", description=__doc__)
    flags.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    flags.add_argument("--webhook-url", required=True, type=_url, help="where notifications are posted")
    flags.add_argument("--app-secret", required=True, help="what notifications are signed with")
    flags.add_argument("--verify-token", default="", help="asks the webhook for its handshake first")
    flags.add_argument(
        "--access-token", default="simulator", help="what the Graph API accepts (default: %(default)s)"
    )
    flags.add_argument("--phone-number-id", default=Business.phone_number_id, help="default: %(default)s")
    flags.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; 0.0.0.0 in a container (default: %(default)s)",
    )
    flags.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a further host name that requests may use, as a container's; may be given several times",
    )
    flags.add_argument("--port", type=_port, default=8080, help="default: %(default)s")
    flags.add_argument(
        "--retry-seconds",
        type=_seconds,
        default=1.0,
        help="pause before the first retry; it doubles from then on (default: %(default)s)",
    )
    flags.add_argument(
        "--seed",
        type=_seed,
        metavar="FILE",
        help="people, templates and conversations to start with, and to return to at a reset",
    )
    flags.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="keeps people, chats, media and faults in this file, across restarts",
    )
    flags.add_argument(
        "--log-file",
        action="append",
        default=[],
        metavar="FILE",
        help="structured log of a service, for the timeline; may be given several times",
    )
    flags.add_argument(
        "--metrics-url",
        action="append",
        default=[],
        type=_named_url,
        metavar="NAME=URL",
        help="Prometheus metrics of a service, for the counters; may be given several times",
    )
    return flags


def _seed(text: str) -> Seed:
    try:
        return read_seed(Path(text))
    except SeedError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address; write it whole, as http://127.0.0.1:8000/webhook/whatsapp"
        )
    return text


def _named_url(text: str) -> tuple[str, str]:
    name, _, url = text.partition("=")
    if not name or not url:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not NAME=URL, as webhook=http://127.0.0.1:9090/metrics"
        )
    return name, _url(url)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; choose one from 1 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 < value <= 3_600:
        raise argparse.ArgumentTypeError(f"{text!r} is no pause; give seconds, more than 0 and at most 3600")
    return value


def handshake(server: Server) -> str:
    """What came of asking the webhook for the challenge, as Meta does when its address is set."""
    configuration = server.configuration
    asked = {"callback_url": configuration.webhook_url, "verify_token": configuration.verify_token}
    try:
        Account(server.simulation).subscribe(asked)
    except GraphRefusalError as refusal:
        return refusal.message
    return "the webhook gave the challenge back"


def main() -> int:
    """Serves until SIGINT or SIGTERM."""
    given = parser().parse_args()
    try:
        refuse_on_cloud_run(os.environ)
        configuration = Configuration(
            webhook_url=given.webhook_url,
            app_secret=given.app_secret,
            verify_token=given.verify_token,
            access_token=given.access_token,
            business=Business(phone_number_id=given.phone_number_id),
            host=given.host,
            allowed_hosts=tuple(given.allow_host),
            port=given.port,
            retry_seconds=given.retry_seconds,
            seed=given.seed,
            state_file=given.state,
            log_files=tuple(given.log_file),
            metrics_urls=dict(given.metrics_url),
        )
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        with Server(configuration) as server:
            print(f"Phones:     {server.url}")  # noqa: T201 the tool's own screen
            print(f"Graph API:  {server.url}/v25.0   (access token: {configuration.access_token})")  # noqa: T201
            print(f"Posts to:   {configuration.webhook_url}", flush=True)  # noqa: T201
            if configuration.verify_token:
                print(f"Handshake:  {handshake(server)}", flush=True)  # noqa: T201
            stop.wait()
    except ConfigurationError as error:
        print(f"wacloud-simulator: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
