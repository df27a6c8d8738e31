"""More than fits at once: every round of retries makes progress, and what is refused costs next to nothing."""

import asyncio
import re
import socket
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.integration.webhook.conftest import StartWebhook, Topic
from tests.support import bodies

PEOPLE = 1_000


def a_body_of_many_people(first: int) -> bytes:
    """One message each of a thousand people."""
    senders = range(first, first + PEOPLE)
    return bodies.encoded(bodies.of(*(bodies.text(sender=f"55119{number:08d}") for number in senders)))


async def post_at_once(url: str, raws: Sequence[bytes]) -> list[httpx.Response]:
    async with httpx.AsyncClient(timeout=60) as client:
        return await asyncio.gather(
            *(client.post(f"{url}/webhook/whatsapp", content=raw, headers=bodies.signed(raw)) for raw in raws)
        )


async def test_large_bodies_at_once_are_all_accepted_after_a_few_rounds(
    topic: Topic, start_webhook: StartWebhook
) -> None:
    webhook = start_webhook(PUBLISH_TIMEOUT_SECONDS="3", CLAIM_TIMEOUT_SECONDS="10")
    waiting = [a_body_of_many_people(PEOPLE * index) for index in range(4)]
    rounds = 0
    while waiting and rounds < 10:
        rounds += 1
        answers = await post_at_once(webhook.url, waiting)
        waiting = [raw for raw, answer in zip(waiting, answers, strict=True) if answer.status_code != 200]
    assert rounds <= 3
    assert not waiting
    assert len(set(topic.wamids(at_least=4 * PEOPLE))) == 4 * PEOPLE


async def test_what_does_not_fit_is_refused_before_its_body_is_sent(
    topic: Topic, start_webhook: StartWebhook
) -> None:
    webhook = start_webhook(ADMISSION_BYTES=str(1 << 16), ADMISSION_WAIT_SECONDS="0.05")
    address = webhook.url.removeprefix("http://").split(":")
    # A client that announces a large body and does not send it holds the whole budget.
    with socket.create_connection((address[0], int(address[1]))) as slow:
        slow.sendall(b"POST /webhook/whatsapp HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n{")
        await asyncio.sleep(0.3)
        (answer,) = await post_at_once(webhook.url, [bodies.encoded(bodies.of(bodies.text()))])
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        # It may hold its share for a few seconds only.
        slow.settimeout(20)
        said = await asyncio.to_thread(slow.recv, 100)
        assert b" 408 " in said
    (answer,) = await post_at_once(webhook.url, [bodies.encoded(bodies.of(bodies.text()))])
    assert answer.status_code == 200


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
async def test_eighty_of_the_largest_bodies_at_once_stay_within_the_containers_memory(
    topic: Topic, start_webhook: StartWebhook
) -> None:
    webhook = start_webhook()
    messages = (bodies.text("x" * 2_400, sender=f"55119{number:08d}") for number in range(PEOPLE))
    raw = bodies.encoded(bodies.of(*messages))
    answers = await post_at_once(webhook.url, 80 * [raw])
    statuses = {answer.status_code for answer in answers}
    assert 503 in statuses <= {200, 503}
    assert peak_megabytes(webhook.process.pid) < 350


def peak_megabytes(pid: int) -> float:
    """Of the heaviest of gunicorn and its worker."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = "\n".join(Path(f"/proc/{one}/status").read_text() for one in (str(pid), *children))
    return max(int(peak) for peak in re.findall(r"VmHWM:\s+(\d+) kB", status)) / 1024
