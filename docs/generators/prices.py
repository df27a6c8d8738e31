"""List prices that docs/cost.md is computed from, as data: what, how much, since when, from where, and whether we saw it.

Google's are list prices in US dollars beyond the free allowances.  Meta's are charged for each message that is
delivered, by the country of the person who gets it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prices:
    """Google's list prices in dollars, in a region of tier 2 such as southamerica-east1."""

    # Google Cloud, "Cloud Run pricing"
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


# Cloud Run in a region of tier 1 (us-east1, us-central1, europe-west1); the rest as above.
TIER_1 = Prices(
    cpu_second=0.000018,
    memory_second=0.000002,
    cpu_second_request=0.000024,
    memory_second_request=0.0000025,
    cpu_second_idle=0.0000025,
)


@dataclass(frozen=True)
class MetaPrice:
    """What Meta charges for one delivered message of a category; `free` are the first of a month and number."""

    category: str
    dollars: float
    free: int
    since: str
    read: str
    source: str
    seen_at_meta: bool


_RESELLERS = (
    "several resellers' and a partner's help pages, which agree; Meta's own price page could not be read"
)
META_BRAZIL = (
    MetaPrice(
        "service: a reply within 24 hours", 0.0068, 1_000, "2026-10-01", "2026-11-25", _RESELLERS, False
    ),
    MetaPrice("utility template", 0.0068, 0, "2026-10-01", "2026-11-25", _RESELLERS, False),
    MetaPrice("marketing template", 0.0625, 0, "2026-10-01", "2026-11-25", _RESELLERS, False),
)
SERVICE = META_BRAZIL[0]
