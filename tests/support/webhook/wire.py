"""A wire to an emulator that counts calls, loses a reply, or is slow: a TCP proxy that can tell HTTP/2 frames apart.

What the emulator has done when a reply is lost, it has done: this is what a port wrapped in Python cannot show, for
here the client library's own retries are part of it.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

_PREFACE = 24  # bytes a client sends before its first frame (RFC 9113, 3.4)
_DATA, _HEADERS, _RST_STREAM = 0x0, 0x1, 0x3
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: the peer sees a reset


class Wire:
    """Listens on `address` while the `with` block lasts."""

    def __init__(self, target: str) -> None:
        host, port = target.rsplit(":", 1)
        self._target = (host, int(port))
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._lock = threading.Lock()
        self._calls = 0
        self._until_loss: int | None = None
        self._lost = 0
        self._flows = threading.Event()
        self._flows.set()
        self._sockets: list[socket.socket] = []

    @property
    def calls(self) -> int:
        """gRPC calls seen so far."""
        return self._calls

    @property
    def lost(self) -> int:
        """Replies lost so far: a test that lost none has shown nothing."""
        return self._lost

    def lose_reply(self, *, after: int = 0) -> None:
        """Once: the reply that comes after `after` others is swallowed, and the connection reset."""
        self._until_loss = after

    def hold(self) -> None:
        """Calls wait on the wire; giving one up does not take it back."""
        self._flows.clear()

    def release(self) -> None:
        """What was held goes on its way."""
        self._flows.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flows.set()
        # Wakes the thread that waits in accept(), which close() alone does not on Linux.
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for one in self._sockets:
            _end(one)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
                upstream = socket.create_connection(self._target)
            except OSError:
                return
            self._sockets += [client, upstream]
            for run in (self._requests, self._replies):
                threading.Thread(target=run, args=(client, upstream), daemon=True).start()

    def _requests(self, client: socket.socket, upstream: socket.socket) -> None:
        held: set[int] = set()
        with contextlib.suppress(OSError):
            upstream.sendall(_exactly(client, _PREFACE))
            for kind, stream, frame in _frames(client):
                if kind == _HEADERS:
                    with self._lock:
                        self._calls += 1
                if not self._flows.is_set():
                    held.add(stream)
                    self._flows.wait()
                if kind == _RST_STREAM and held:
                    continue
                upstream.sendall(frame)
        _end(client, upstream)

    def _replies(self, client: socket.socket, upstream: socket.socket) -> None:
        begun: set[int] = set()
        with contextlib.suppress(OSError):
            for kind, stream, frame in _frames(upstream):
                if kind == _HEADERS and stream not in begun:
                    begun.add(stream)
                    if self._is_to_be_lost():
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                        break
                client.sendall(frame)
        _end(client, upstream)

    def _is_to_be_lost(self) -> bool:
        with self._lock:
            if self._until_loss is None:
                return False
            self._until_loss -= 1
            if self._until_loss >= 0:
                return False
            self._until_loss = None
            self._lost += 1
            return True


def _frames(source: socket.socket) -> Iterator[tuple[int, int, bytes]]:
    """(type, stream, the frame's bytes), until the connection ends (RFC 9113, 4.1)."""
    while True:
        head = _exactly(source, 9)
        body = _exactly(source, int.from_bytes(head[:3]))
        yield head[3], int.from_bytes(head[5:9]) & 0x7FFFFFFF, head + body


def _exactly(source: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        part = source.recv(count - len(found))
        if not part:
            raise ConnectionResetError
        found += part
    return found


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
