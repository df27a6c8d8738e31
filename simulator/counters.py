"""What was counted: here, and by the services on their /metrics. Both are shown, so that they can be compared."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx

from simulator.people import JSON
from simulator.simulation import Simulation

_SAMPLE = re.compile(r"^(whatsapp_\w+_total)(?:\{[^}]*\})? ([0-9.eE+-]+)$", re.MULTILINE)


def counters(simulation: Simulation) -> JSON:
    """Messages written, copies, replies; and every counter of the services, summed over its labels."""
    messages = simulation.world.messages()
    written = [message for message in messages if message.from_person]
    replies = [message for message in messages if not message.from_person]
    answered = {message.reply_to_delivery for message in replies if message.reply_to_delivery}
    return {
        "written": len(written),
        "accepted": sum("delivered" in message.moments for message in written),
        "waiting": simulation.sender.waiting,
        "replies": len(replies),
        "answered": len(answered),
        "unanswered": sum(
            "delivered" in message.moments and message.id not in answered for message in written
        ),
        "failed": sum(message.status == "failed" for message in replies),
        "services": _metrics(simulation),
    }


def _metrics(simulation: Simulation) -> dict[str, dict[str, float] | None]:
    """By service; None where /metrics does not answer."""
    urls = simulation.configuration.metrics_urls
    if not urls:
        return {}
    with ThreadPoolExecutor(len(urls)) as pool:
        return dict(zip(urls, pool.map(_scrape, urls.values()), strict=True))


def _scrape(url: str) -> dict[str, float] | None:
    try:
        text = httpx.get(url, timeout=1).text
    except httpx.HTTPError:
        return None
    totals: dict[str, float] = {}
    for name, value in _SAMPLE.findall(text):
        totals[name] = totals.get(name, 0.0) + float(value)
    return totals
