"""A Graph API that does what a test tells it, on a real socket: answers, stalls, resets, drips, speaks HTML.

Each request takes the next step of the script; a request that the script does not expect fails the test.
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `delay` seconds before it, `drip` seconds between its bytes."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0


@dataclass(frozen=True)
class Reset:
    """The connection is torn down (RST) once the request has been read; `after` bytes of an answer may go first."""

    after: bytes = b""


@dataclass(frozen=True)
class Close:
    """The connection ends politely, with no answer or with a part of one."""

    after: bytes = b""


@dataclass(frozen=True)
class Stall:
    """Nothing, until the client goes."""


Step = Answer | Reset | Close | Stall


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass
class Graph:
    """The server: `script` is what is still to come, `requests` what came."""

    url: str
    script: list[Step]
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    surprises: list[str] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    first_request: asyncio.Event = field(default_factory=asyncio.Event)

    def then(self, *steps: Step) -> None:
        """More of the script."""
        self.script += steps

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A new connection."""
        self.tasks.append(asyncio.create_task(self.serve(reader, writer)))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while request := await _read(reader):
                self.requests.append(request)
                self.first_request.set()
                if not self.script:
                    self.surprises.append(f"{request.method} {request.target}")
                    return
                if not await self._play(self.script.pop(0), reader, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _play(self, step: Step, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        match step:
            case Answer():
                await asyncio.sleep(step.delay)
                lines = [f"HTTP/1.1 {step.status} x", f"Content-Length: {len(step.body)}"]
                lines += [f"{name}: {value}" for name, value in step.headers.items()]
                writer.write("\r\n".join([*lines, "", ""]).encode())
                if step.drip:
                    for byte in step.body:
                        writer.write(bytes([byte]))
                        await writer.drain()
                        await asyncio.sleep(step.drip)
                else:
                    writer.write(step.body)
                await writer.drain()
                return True
            case Reset():
                writer.write(step.after)
                await writer.drain()
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            case Close():
                writer.write(step.after)
                await writer.drain()
                return False
            case Stall():
                await reader.read()
                return False


async def _read(reader: asyncio.StreamReader) -> Request | None:
    first = await reader.readline()
    if not first:
        return None
    method, target, _ = first.decode().split(" ", 2)
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, target, headers, body)


@asynccontextmanager
async def graph(*script: Step) -> AsyncIterator[Graph]:
    """The server, on a free port; at the end the script must be played out, and nothing more may have come."""
    played = Graph(url="", script=list(script))
    server = await asyncio.start_server(played.accept, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    played.url = f"http://{host}:{port}"
    try:
        yield played
    finally:
        server.close()
        for task in played.tasks:
            task.cancel()
        await asyncio.gather(*played.tasks, return_exceptions=True)
    assert not played.surprises, f"requests nobody expected: {played.surprises}"
    assert not played.script, f"steps that were never asked for: {played.script}"


def ok(wamid: str = "wamid.OUT", **more: Any) -> Answer:
    """An accepted message."""
    contact = {"input": "5511999990001", "wa_id": "5511999990001"}
    body = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}], **more}
    return Answer(json.dumps(body).encode())


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    """A JSON answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(json.dumps(body).encode(), status, named)


def refusal(code: int, status: int = 400, *, message: str = "refused", **headers: str) -> Answer:
    """Meta's error body."""
    error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}
    return answer({"error": {**error, "error_data": {"details": "why"}}}, status, **headers)
