"""`make run`: everything on this machine, one screen, and nothing left behind afterwards."""

import argparse
import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from wacloud_simulator.simulation import ConfigurationError, refuse_on_cloud_run

from development.emulators import port_or_free, start_emulators
from development.processes import Processes, StartError
from development.stack import APP_SECRET, ROOT, VERIFY_TOKEN, Ports, Stack

LOGS = ROOT / ".local" / "logs"
PROJECT = "local-whatsapp"


def main() -> int:
    """Starts, shows where everything is, waits for Ctrl-C, stops."""
    flags = argparse.ArgumentParser("python -m development", description=__doc__)
    flags.add_argument("--logs", type=Path, default=LOGS, help="default: .local/logs, emptied at each start")
    logs = flags.parse_args().logs
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    console = Console()
    started = time.monotonic()
    try:
        refuse_on_cloud_run(os.environ)
        _make_fresh(logs)
        with Processes() as processes:
            with console.status("starting the Firestore and Pub/Sub emulators"):
                emulators = start_emulators(processes, environ=os.environ, logs=logs)
            ports = Ports(*(port_or_free(port) for port in (8000, 8001, 8080, 9090, 9091)))
            stack = Stack(processes, emulators, project=PROJECT, ports=ports, logs=logs, environ=os.environ)
            with contextlib.ExitStack() as exits:
                with console.status("starting the webhook, the processor and the simulator"):
                    exits.enter_context(stack)
                _show(console, stack, time.monotonic() - started)
                _watch(console, stack)
    except KeyboardInterrupt:
        # The terminal may be gone: saying goodbye must not be what fails.
        with contextlib.suppress(OSError):
            console.print("\nstopped; nothing is left running")
    except (StartError, ConfigurationError) as error:
        console.print(f"\n[bold red]Could not start.[/] {error}", highlight=False, markup=True)
        return 1
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ends the program once; a second Ctrl-C does not interrupt the tidying up."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt


def _make_fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _show(console: Console, stack: Stack, seconds: float) -> None:
    rows = Table.grid(padding=(0, 2))
    rows.add_row(
        "[bold]Open[/]",
        f"[bold cyan underline]{stack.simulator.url}[/]  phones in the browser: write, and watch the answer come",
    )
    rows.add_row("Webhook", f"{stack.webhook_url}/webhook/whatsapp")
    rows.add_row("Processor", f"{stack.processor_url}/pubsub/push")
    rows.add_row("Graph API", f"{stack.simulator.url}/v25.0  (played by the simulator)")
    rows.add_row(
        "Metrics",
        f"http://127.0.0.1:{stack.ports.webhook_metrics}/metrics  http://127.0.0.1:{stack.ports.processor_metrics}/metrics",
    )
    rows.add_row("Logs", _short(stack.logs))
    console.print(
        Panel(
            rows,
            title=f"WhatsApp on Google Cloud, on this machine ({seconds:.1f} s)",
            subtitle="Ctrl-C stops everything",
            padding=(1, 2),
        )
    )
    settings = stack.logs / "ops.env"
    settings.write_text("".join(f"{name}={value}\n" for name, value in stack.installation.items()))
    # As one line each, outside the frame: to be copied.
    webhook = f"{stack.webhook_url}/webhook/whatsapp"
    for what, command in (
        (
            "Send a signed message, as Meta would:",
            f"WHATSAPP_WEBHOOK_SECRET={APP_SECRET} {_short(Path(sys.executable))} scripts/send_test_webhook.py --url {webhook} --text Oi",
        ),
        (
            "Verify the webhook, as Meta does:",
            f"curl '{webhook}?hub.mode=subscribe&hub.challenge=test123&hub.verify_token={VERIFY_TOKEN}'",
        ),
        (
            "Look whether everything is well:",
            f"{_short(Path(sys.executable))} -m ops --env-file {_short(settings)} doctor",
        ),
    ):
        console.print(f"[bold]{what}[/]")
        console.print(f"  {command}", highlight=False, markup=False, soft_wrap=True)


def _short(path: Path) -> str:
    """A path as one would type it from the project's root."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def _watch(console: Console, stack: Stack) -> None:
    """Until somebody ends it; a service that ends by itself is told with its last words."""
    while True:
        time.sleep(0.5)
        for process in stack.crashed():
            console.print(
                f"[bold red]{process.name} ended by itself[/] (exit code {process.exit_code}). It said:"
            )
            console.print(process.tail(), highlight=False, markup=False)
            console.print("Start it again from the page, or stop with Ctrl-C.")


if __name__ == "__main__":
    sys.exit(main())
