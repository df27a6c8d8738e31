"""All parts of the simulator, put together. Who serves them over HTTP is said in app.py."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from wacloud_simulator.clock import Clock
from wacloud_simulator.events import Events
from wacloud_simulator.faults import Faults
from wacloud_simulator.graph.media import MediaStore
from wacloud_simulator.graph.rates import Rates
from wacloud_simulator.graph.sends import Sends
from wacloud_simulator.graph.templates import Templates
from wacloud_simulator.journal import Journal
from wacloud_simulator.log_watch import LogWatch
from wacloud_simulator.people import Business
from wacloud_simulator.person_actions import PersonActions
from wacloud_simulator.phones import Phones
from wacloud_simulator.seed import Seed
from wacloud_simulator.service_logs import ServiceLogs
from wacloud_simulator.service_metrics import ServiceMetrics
from wacloud_simulator.webhooks import WebhookSender
from wacloud_simulator.world import World


class ConfigurationError(Exception):
    """The simulator must not or cannot start so."""


@dataclass(frozen=True)
class Configuration:
    """What the simulator is started with."""

    webhook_url: str
    app_secret: str
    verify_token: str = ""
    access_token: str = "simulator"  # noqa: S105 the page shows it: it opens nothing
    business: Business = field(default_factory=Business)
    app_id: str = "670843887433847"
    host: str = "127.0.0.1"
    port: int = 8080
    retry_seconds: float = 1.0
    messages_per_second: float = 1_000
    silence_seconds: float = 60.0
    seed: Seed | None = None
    state_file: os.PathLike[str] | None = None
    log_files: tuple[os.PathLike[str], ...] = ()
    metrics_urls: Mapping[str, str] = field(default_factory=dict)
    service_logs: ServiceLogs = field(default_factory=ServiceLogs)
    allowed_hosts: tuple[str, ...] = ()

    @property
    def base_url(self) -> str:
        """Where the page and the Graph API are."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host
        return f"http://{host}:{self.port}"


class ServiceError(Exception):
    """A service could not be stopped or started; says why."""


class Services(Protocol):
    """The processes that a person may stop and start from the page, where there are any. They raise ServiceError."""

    def states(self) -> dict[str, bool]:
        """Every service's name, and whether it runs."""

    def stop(self, name: str, *, kill: bool = False) -> None:
        """Ends it: in order, or as a crash."""

    def start(self, name: str) -> None:
        """Starts it again and waits until it answers."""


class NoServices:
    """The webhook is somebody else's: nothing can be stopped."""

    def states(self) -> dict[str, bool]:
        """None."""
        return {}

    def stop(self, name: str, *, kill: bool = False) -> None:
        """Says that there is nothing to stop."""
        raise ServiceError(f"no service {name!r} was started by the simulator")

    def start(self, name: str) -> None:
        """Says that there is nothing to start."""
        raise ServiceError(f"no service {name!r} was started by the simulator")


class Simulation:
    """Meta, the phones, and what is known of the services behind the webhook."""

    def __init__(self, configuration: Configuration, services: Services | None = None) -> None:
        self.configuration = configuration
        self.services: Services = services or NoServices()
        logs = configuration.service_logs
        self.clock = Clock()
        self.events = Events()
        self.journal = Journal(self.events)
        self.world = World(configuration.business, self.events, self.clock, logs.id_of)
        self.media = MediaStore(self.clock.now)
        self.templates = Templates()
        self.rates = Rates(configuration.messages_per_second, self.clock.now)
        self.sender = WebhookSender(
            self.world,
            self.journal,
            url=configuration.webhook_url,
            app_secret=configuration.app_secret,
            retry_seconds=configuration.retry_seconds,
        )
        media_url = f"{configuration.base_url}/whatsapp_business/attachments/"
        self.phones = Phones(self.world, self.sender, self.media, media_url)
        self.actions = PersonActions(self.world, self.sender)
        self.sends = Sends(
            self.world,
            self.phones,
            self.media,
            self.templates,
            rates=self.rates,
            answered_by=logs.answered_by,
        )
        self.logs = LogWatch(configuration.log_files, self.world, self.events, logs)
        self.metrics = ServiceMetrics(configuration.metrics_urls)
        self._plant()

    def reset(self) -> None:
        """Everything as at the start, what is in flight given up."""
        self.sender.reset()
        self.journal.clear()
        self.rates.reset()
        self.templates.reset()
        self.logs.clear()
        self.metrics.reset()
        self.world.reset()
        self._plant()

    def _plant(self) -> None:
        """What the seed file holds, in the place of the usual people and templates."""
        seed, now = self.configuration.seed, self.clock.now()
        if seed is not None and seed.templates:
            self.templates.load(list(seed.templates))
        if seed is not None and seed.people:
            self.world.load(seed.people_at(now), seed.messages_at(now), Faults())

    def close(self) -> None:
        """Ends every thread."""
        self.events.close()
        self.logs.close()
        self.sender.close()


def refuse_on_cloud_run(environ: Mapping[str, str]) -> None:
    """The simulator accepts anybody's messages: never where others can reach it."""
    if environ.get("K_SERVICE"):
        message = (
            "The simulator is for development on one machine and refuses to start on Cloud Run (K_SERVICE is set). "
            "Deploy webhook/ and processor/ instead; see terraform/."
        )
        raise ConfigurationError(message)
