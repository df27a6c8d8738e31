"""A Graph API that answers as it is told and remembers what it took: for answers the simulator's weather cannot make."""

import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

Json = dict[str, Any]
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: the peer sees a reset
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """What happens to one send.  `takes`: Meta accepts it, whatever is then heard of that."""

    status: int = 200
    body: Json | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    takes: bool = False
    then: Literal["answer", "reset", "stall"] = "answer"
    after: float = 0.0
    """Seconds of silence before."""


def refused(code: int, status: int = 400, *, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    """Meta's error body."""
    error = {"message": f"(#{code}) refused", "type": "OAuthException", "code": code, **more}
    return Answer(status, {"error": error}, headers or {})


TAKEN = Answer(takes=True)


class Graph:
    """Listens while the `with` block lasts.  Sends are taken, but for what `will` was told."""

    def __init__(self) -> None:
        self.taken: list[Json] = []
        self.asked: list[Json] = []
        self.read_marks: list[Json] = []
        self._next: list[Answer] = []
        self._always = TAKEN
        self._lock = threading.Lock()
        self._ended = threading.Event()
        graph = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                graph._handle(self)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the client hung up
        self.url = f"http://127.0.0.1:{self._server.server_port}/v25.0"

    def will(self, *answers: Answer, always: Answer | None = None) -> None:
        """What the next sends get, one after the other, and then all of them."""
        self._next += answers
        if always is not None:
            self._always = always

    def forget(self) -> None:
        """As at the start."""
        with self._lock:
            self.taken, self.asked, self.read_marks, self._next = [], [], [], []
            self._always = TAKEN

    def taken_for(self, recipient: str) -> list[Json]:
        """The sends to somebody that were accepted."""
        with self._lock:
            return [body for body in self.taken if recipient in (body.get("to"), body.get("recipient"))]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        raw = request.rfile.read(int(request.headers["content-length"]))
        body = json.loads(raw)
        if body.get("status") == "read":
            self.read_marks.append(body)
            _respond(request, 200, b'{"success":true}', {})
            return
        wamid = f"wamid.SENT{next(_numbers):08d}"
        with self._lock:
            self.asked.append(body)
            answer = self._next.pop(0) if self._next else self._always
            if answer.takes:
                self.taken.append({**body, "wamid": wamid})
        time.sleep(answer.after)
        if answer.then == "stall":
            self._ended.wait(10)
        if answer.then != "answer":
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            request.connection.close()
            request.close_connection = True
            return
        accepted = {"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": wamid}]}
        said = accepted if answer.body is None else answer.body
        content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        _respond(request, answer.status, content, answer.headers)


def _respond(
    request: BaseHTTPRequestHandler, status: int, content: bytes, headers: Mapping[str, str]
) -> None:
    request.send_response(status)
    for name, value in {"Content-Length": str(len(content)), **headers}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(content)
