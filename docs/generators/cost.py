"""What a month costs, at Google and at Meta: the arithmetic behind docs/cost.md.

    python -m docs.generators.cost            the tables of docs/cost.md
    python -m docs.generators.cost --write    ... put into docs/cost.md

Counts per message are what the code does (beside each is where); the prices and where they are from: prices.py.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docs.generators.prices import META_BRAZIL, SERVICE, TIER_1, Prices

PAGE = Path(__file__).parents[1] / "cost.md"
BEGIN, END = "<!-- docs/generators/cost.py -->", "<!-- end -->"

MONTH = 730 * 3600.0  # seconds
VOLUMES = (10_000, 100_000, 1_000_000)  # messages received a month
GIB = 2**30
CONVERSATION = 8  # messages of a person who looks for a car, each answered by one reply (assumed)


@dataclass(frozen=True)
class Message:
    """What one message received costs in operations, with one reply and its statuses sent, delivered, read."""

    statuses: int = 3
    replies: float = (
        1.0  # whatsapp_messages_sent_total over whatsapp_messages_received_total: the dashboard has it
    )
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

    cpus: float = 1.25  # of an instance: service and metrics sidecar (terraform/sizes.tf)
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


def meta(messages: float, message: Message) -> float:
    """Dollars a month to Meta for the replies to so many messages received."""
    return max(0.0, messages * message.replies - SERVICE.free) * SERVICE.dollars


def table(title: str, rows: list[Line], message: Message) -> str:
    """A Markdown table: dollars a month for each volume, with their sums and what one more million costs."""
    columns = [*VOLUMES, "one more million"]
    head = [f"| {title} |" + "".join(f" {c:,} |" if isinstance(c, int) else f" {c} |" for c in columns)]
    head.append("|---|" + "---:|" * len(columns))

    def row(what: str, cost: Callable[[int], float]) -> str:
        more = cost(11_000_000) - cost(10_000_000)
        return f"| {what} |" + "".join(f" {value:,.2f} |" for value in (*map(cost, VOLUMES), more))

    def google(messages: int) -> float:
        return sum(cost(messages) for _, cost in rows)

    return "\n".join(
        [
            *head,
            *(row(what, cost) for what, cost in rows),
            row("**Google**", google),
            row("**Meta**, replies within 24 hours", lambda messages: meta(messages, message)),
            row("**Sum**", lambda messages: google(messages) + meta(messages, message)),
        ]
    )


def each(prices: Prices, message: Message, base: Installation) -> str:
    """A Markdown table: what one more message, conversation and million costs, once the installation stands."""
    rows = lines(prices, message, base, instance_based=False)
    google = sum(cost(11_000_000) - cost(10_000_000) for _, cost in rows) / 1e6
    to_meta = message.replies * SERVICE.dollars
    made = ["| in dollars, beyond what is free | Google | Meta | sum |", "|---|---:|---:|---:|"]
    for what, count, digits in (
        ("one answered message", 1, 5),
        (f"a conversation of {CONVERSATION} messages", CONVERSATION, 4),
        ("a million answered messages", 1_000_000, 0),
    ):
        shown = (count * google, count * to_meta, count * (google + to_meta))
        made.append(f"| {what} |" + "".join(f" {value:,.{digits}f} |" for value in shown))
    return "\n".join(made)


def regions(message: Message, base: Installation) -> str:
    """A Markdown table: Google's share in both tiers of regions, as installed by default."""
    made = ["| Google, a month | 10,000 | 100,000 | 1,000,000 |", "|---|---:|---:|---:|"]
    for what, prices in (
        ("tier 2: southamerica-east1", Prices()),
        ("tier 1: us-east1, europe-west1", TIER_1),
    ):
        rows = lines(prices, message, base, instance_based=False)
        made.append(f"| {what} |" + "".join(f" {sum(cost(v) for _, cost in rows):,.2f} |" for v in VOLUMES))
    return "\n".join(made)


def of_meta() -> str:
    """A Markdown table of Meta's prices and where they are from."""
    made = [
        "| Meta, Brazil, each delivered message | dollars | free | since | seen at Meta |",
        "|---|---:|---:|---|---|",
    ]
    for price in META_BRAZIL:
        free = f"{price.free:,} a number and month" if price.free else "none"
        seen = "yes" if price.seen_at_meta else "no"
        made.append(f"| {price.category} | {price.dollars} | {free} | {price.since} | {seen} |")
    sources = sorted({f"Read {price.read} at {price.source}." for price in META_BRAZIL})
    return "\n".join([*made, "", *sources])


def tables() -> str:
    """Every table of the page."""
    prices, message, base = Prices(), Message(), Installation()
    return "\n\n".join(
        (
            table(
                "the default: `instance_based_billing = false`",
                lines(prices, message, base, instance_based=False),
                message,
            ),
            table(
                "`instance_based_billing = true`", lines(prices, message, base, instance_based=True), message
            ),
            each(prices, message, base),
            regions(message, base),
            of_meta(),
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
