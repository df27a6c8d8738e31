"""What a month costs at Google's list prices: the arithmetic behind docs/cost.md.

    python docs/generators/cost.py            the tables of docs/cost.md
    python docs/generators/cost.py --write    ... put into docs/cost.md

Counts per message are what the code does (beside each is where); prices are list prices in US dollars, region
southamerica-east1, beyond the free allowances unless a line says so.  Meta's own prices are not in it.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "cost.md"
BEGIN, END = "<!-- docs/generators/cost.py -->", "<!-- end -->"

MONTH = 730 * 3600.0  # seconds
VOLUMES = (10_000, 100_000, 1_000_000)  # messages received a month
GIB = 2**30


@dataclass(frozen=True)
class Prices:
    """List prices in dollars."""

    # Google Cloud, "Cloud Run pricing", tier 2
    cpu_second: float = 0.0000216  # instance-based billing
    memory_second: float = 0.0000024  # per GiB
    cpu_second_request: float = 0.0000336  # request-based billing, while a request runs
    memory_second_request: float = 0.0000035
    cpu_second_idle: float = 0.0000035  # ... of a minimum instance, while none runs
    request: float = 0.40 / 1e6
    # Google Cloud, "Firestore pricing"
    read: float = 0.045 / 1e5
    write: float = 0.135 / 1e5
    delete: float = 0.015 / 1e5
    stored: float = 0.18  # GiB and month
    # Google Cloud, "Pub/Sub pricing"
    published: float = 40 / 2**40  # a byte, once in and once out
    retained: float = 0.27  # GiB and month, kept for replay
    # Google Cloud, "Google Cloud Observability pricing"
    sample: float = 0.06 / 1e6
    logged: float = 0.50  # GiB, beyond 50
    logged_free: float = 50
    condition: float = 0.10  # an alert's condition, a month
    series: float = 0.35 / 1e6  # a series an alert's query returns
    # Google Cloud, "Secret Manager pricing", "Artifact Registry pricing", "All networking pricing"
    secret: float = 0.06
    image: float = 0.10  # GiB and month
    egress: float = 0.12  # GiB


@dataclass(frozen=True)
class Message:
    """What one message received costs in operations, with one reply and its statuses sent, delivered, read."""

    statuses: int = 3
    # Counted on the emulator.  Webhook: claim, confirm.  Processor: claim, plan and conversation, sent; of the
    # statuses `delivered` and `read` (`sent` tells nothing new).
    writes: int = 2 + 4 + 2
    reads: int = 1 + 3  # the conversation; the outbox document at each status
    deletes: int = 2  # inbox and outbox, by TTL
    stored: int = 4_000  # bytes in Firestore: inbox and outbox for 8 days, the conversation
    published: int = 2_000  # bytes of a Pub/Sub message, attributes included
    webhook_seconds: float = 0.05
    reply_seconds: float = 0.8  # of the processor, most of it waiting for Meta
    status_seconds: float = 0.05
    logged: int = 8_000  # bytes: four requests' lines of Cloud Run, and our own
    egress: int = 3_000  # bytes to Meta

    @property
    def requests(self) -> int:
        return 1 + self.statuses  # to the webhook, and as many pushes to the processor


@dataclass(frozen=True)
class Installation:
    """What stands whether messages come or not, as terraform makes it by default."""

    cpus: float = 2.0  # of an instance: service and metrics sidecar
    memory: float = 0.75  # GiB
    webhook_hours: float = 24.0  # a day: webhook_instances.min = 1
    processor_hours: float = 16.0  # a day: processor_instances.min = 0, up while people write
    samples: int = 250  # of one instance, every 30 s
    conditions: int = 15
    secrets: int = 4
    images: float = 5.0  # GiB


Line = tuple[str, Callable[[int], float]]


def lines(prices: Prices, message: Message, base: Installation, *, instance_based: bool) -> list[Line]:
    """(what, dollars a month for so many messages received)."""
    hours = (base.webhook_hours, base.processor_hours)
    up = sum(hours) / 24 * MONTH

    def instances(_: int) -> float:
        return up * (base.cpus * prices.cpu_second + base.memory * prices.memory_second)

    def requests(messages: int) -> float:
        busy = messages * (
            message.requests * message.webhook_seconds
            + message.reply_seconds
            + message.statuses * message.status_seconds
        )
        idle = max(
            0.0, base.webhook_hours / 24 * MONTH - messages * message.requests * message.webhook_seconds
        )
        return (
            busy * (base.cpus * prices.cpu_second_request + base.memory * prices.memory_second_request)
            + idle * (base.cpus * prices.cpu_second_idle + base.memory * prices.memory_second_request)
            + max(0, 2 * messages * message.requests - 2_000_000) * prices.request
        )

    def firestore(messages: int) -> float:
        return messages * (
            message.writes * prices.write
            + message.reads * prices.read
            + message.deletes * prices.delete
            + message.stored / GIB * prices.stored
        )

    def pubsub(messages: int) -> float:
        sent = messages * message.requests * message.published
        return 2 * sent * prices.published + sent / GIB * prices.retained * 7 / 30

    def monitoring(_: int) -> float:
        evaluated = base.conditions * MONTH / 60
        scraped = up / 30 * base.samples
        return base.conditions * prices.condition + evaluated * prices.series + scraped * prices.sample

    def logs(messages: int) -> float:
        return max(0.0, messages * message.logged / GIB - prices.logged_free) * prices.logged

    def rest(messages: int) -> float:
        kept = base.secrets * prices.secret + base.images * prices.image
        return kept + messages * message.egress / GIB * prices.egress

    return [
        ("Cloud Run, instances with their sidecars", instances if instance_based else requests),
        ("Firestore", firestore),
        ("Pub/Sub, 7 days kept", pubsub),
        ("Monitoring: metrics and alerts", monitoring),
        ("Logs, 50 GiB free", logs),
        ("Secrets, images, traffic to Meta", rest),
    ]


def table(title: str, rows: list[Line]) -> str:
    """A Markdown table: dollars a month for each volume, with their sum and what one more million costs."""
    columns = [*VOLUMES, "one more million"]
    head = [f"| {title} |" + "".join(f" {c:,} |" if isinstance(c, int) else f" {c} |" for c in columns)]
    head.append("|---|" + "---:|" * len(columns))

    def row(what: str, cost: Callable[[int], float]) -> str:
        more = cost(11_000_000) - cost(10_000_000)
        return f"| {what} |" + "".join(f" {value:,.2f} |" for value in (*map(cost, VOLUMES), more))

    body = [row(what, cost) for what, cost in rows]
    total = row("**Sum**", lambda messages: sum(cost(messages) for _, cost in rows))
    return "\n".join([*head, *body, total])


def tables() -> str:
    """Both tables of the page."""
    parts = Prices(), Message(), Installation()
    return "\n\n".join(
        (
            table("`instance_based_billing = true`", lines(*parts, instance_based=True)),
            table("`instance_based_billing = false`", lines(*parts, instance_based=False)),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into docs/cost.md")
    if parser.parse_args().write:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}")
    else:
        print(tables())


if __name__ == "__main__":
    main()
