"""Writes README.md's tables of settings and metrics from the code that has them.  `--check` only says whether they are true."""

import importlib
import sys
from pathlib import Path
from typing import Any, get_args

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from prometheus_client import Counter, Gauge, Histogram  # noqa: E402
from pydantic import SecretStr  # noqa: E402
from pydantic_core import PydanticUndefined  # noqa: E402

from cloud.settings import CloudSettings  # noqa: E402
from docs.generators import marked_page  # noqa: E402
from processor.settings import ProcessorSettings  # noqa: E402
from webhook.settings import WebhookSettings  # noqa: E402

KINDS = {Counter: "counter", Gauge: "gauge", Histogram: "histogram"}


def settings() -> str:
    """One row a setting: the shared ones, the webhook's, the processor's."""
    rows = ["| Variable | Service | Default | Meaning |", "| --- | --- | --- | --- |"]
    for service, model in (
        ("both", CloudSettings),
        ("webhook", WebhookSettings),
        ("processor", ProcessorSettings),
    ):
        inherited = {} if model is CloudSettings else CloudSettings.model_fields
        for name, field in model.model_fields.items():
            if name in inherited:
                continue
            meaning = field.description or ""
            if SecretStr in (field.annotation, *get_args(field.annotation)):
                meaning += " (secret)"
            rows.append(f"| `{name.upper()}` | {service} | {_default(field.default)} | {meaning} |")
    return "\n".join(rows)


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "**required**"
    if value is None:
        return "unset"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def metrics() -> str:
    """One row a metric, by service."""
    rows = ["| Metric | Kind | Labels | Service | Meaning |", "| --- | --- | --- | --- | --- |"]
    for service in ("webhook", "processor"):
        module = importlib.import_module(f"{service}.metrics")
        for metric in vars(module).values():
            kind = KINDS.get(type(metric))
            if kind is None:
                continue
            name = metric._name + ("_total" if kind == "counter" else "")
            labels = ", ".join(f"`{label}`" for label in metric._labelnames)
            rows.append(f"| `{name}` | {kind} | {labels} | {service} | {metric._documentation} |")
    return "\n".join(rows)


PARTS = {"settings": settings, "metrics": metrics}


def written(text: str) -> str:
    """README.md with both tables as the code has them."""
    return marked_page.written(text, PARTS)


if __name__ == "__main__":
    sys.exit(marked_page.main(ROOT, {"README.md": PARTS}, "readme_tables"))
