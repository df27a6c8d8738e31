"""A load on one HTTP endpoint and the CPU its server spends on it, by the operating system's own account."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reading:
    """What a run cost.  Seconds; latencies sorted."""

    requests: int
    cpu: float
    wall: float
    latencies: list[float]

    def percentile(self, share: float) -> float:
        """The latency that this share of the requests stayed under."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def measure(pid: int, url: str, requests: Callable[[], bytes], *, count: int, concurrency: int) -> Reading:
    """Posts `count` requests over `concurrency` keep-alive connections; CPU of `pid` and its children."""
    host, port = url.removeprefix("http://").split("/")[0].split(":")
    before, started = cpu_seconds(pid), time.perf_counter()
    latencies = asyncio.run(_drive(host, int(port), requests, count, concurrency))
    wall = time.perf_counter() - started
    return Reading(count, cpu_seconds(pid) - before, wall, sorted(latencies))


async def _drive(
    host: str, port: int, requests: Callable[[], bytes], count: int, concurrency: int
) -> list[float]:
    left: Iterator[int] = iter(range(count))
    latencies: list[float] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for _ in left:
            started = time.perf_counter()
            writer.write(requests())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            latencies.append(time.perf_counter() - started)
            if b" 200 " not in head[:16]:
                raise RuntimeError(f"not accepted: {head[:40]!r} {body[:200]!r}")
        writer.close()

    await asyncio.gather(*(connection() for _ in range(concurrency)))
    return latencies


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its living descendants, to the nanosecond."""
    return sum(time.clock_gettime(_clock_of(one)) for one in itertools.chain([pid], _descendants(pid)))


def _clock_of(pid: int) -> int:
    """The CPU clock of another process, as clock_getcpuclockid(3) makes it; /proc counts in steps of 10 ms."""
    return (~pid << 3) | 2


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from _descendants(int(child))


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of a request."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
