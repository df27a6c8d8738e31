"""Somebody else's webhook: a plain HTTP server that checks signatures and answers through the Graph API.

It shares no code with the services: what the simulator does is seen here as any webhook in any language would see it.
"""

import contextlib
import hashlib
import hmac
import json
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import httpx
from wacloud_simulator.server import Server

APP_SECRET = "the-app-secret-of-a-plain-webhook"
VERIFY_TOKEN = "the-verify-token-of-a-plain-webhook"
NUMBER = "106540352242922"
JSON = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    raw: bytes
    signature: str
    at: float

    @property
    def genuine(self) -> bool:
        digest = hmac.new(APP_SECRET.encode(), self.raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(self.signature, f"sha256={digest}")

    @property
    def values(self) -> list[JSON]:
        """The value of every change; none in a body that is no JSON."""
        with contextlib.suppress(ValueError):
            return self._values()
        return []

    def _values(self) -> list[JSON]:
        return [change["value"] for entry in json.loads(self.raw)["entry"] for change in entry["changes"]]

    @property
    def messages(self) -> list[JSON]:
        return [item for value in self.values for item in value.get("messages", [])]

    @property
    def statuses(self) -> list[JSON]:
        return [item for value in self.values for item in value.get("statuses", [])]


@dataclass
class PlainWebhook:
    """`answers` are the status codes of the next posts (200 when there are none left); `bot` is given every message
    once, however often it comes, and says what is sent back.
    """

    bot: Callable[[JSON], list[JSON]] = lambda _: []
    graph: str = ""
    answers: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    calls: list[tuple[int, JSON]] = field(default_factory=list)
    seconds: float = 0.0
    """How long an answer takes."""
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self.changed = threading.Condition()
        self._seen: set[str] = set()
        self._at_once = 0
        self._answering = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, enough: Callable[[], bool], timeout: float = 8.0) -> None:
        """Until the posts so far are enough."""
        with self.changed:
            assert self.changed.wait_for(enough, timeout), (
                f"not within {timeout} s; {len(self.received)} bodies came: {self.received[-3:]}"
            )

    def forget(self) -> None:
        """As at the start, once the bot's answers that are under way have been sent."""
        self.wait(lambda: self._answering == 0)
        with self.changed:
            self.received.clear()
            self.calls.clear()
            self.answers.clear()
            self.seconds, self.most_at_once = 0.0, 0

    @property
    def messages(self) -> list[JSON]:
        return [message for received in list(self.received) for message in received.messages]

    @property
    def statuses(self) -> list[JSON]:
        return [status for received in list(self.received) for status in received.statuses]

    def call(self, payload: JSON) -> JSON:
        """One send; its status and body are kept in `calls`."""
        answer = httpx.post(
            f"{self.graph}/v25.0/{NUMBER}/messages",
            json={"messaging_product": "whatsapp", **payload},
            headers={"Authorization": "Bearer simulator"},
        )
        with self.changed:
            self.calls.append((answer.status_code, answer.json()))
            self.changed.notify_all()
        return self.calls[-1][1]

    def _take(self, received: Received) -> int:
        with self.changed:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(self.seconds)
        with self.changed:
            self._at_once -= 1
            self.received.append(received)
            status = self.answers.pop(0) if self.answers else 200 if received.genuine else 401
            fresh = []
            if status == 200:
                fresh = [item for item in received.messages if item["id"] not in self._seen]
                self._seen.update(item["id"] for item in fresh)
            self._answering += 1
            self.changed.notify_all()
        threading.Thread(target=self._answer, args=(fresh,), daemon=True).start()
        return status

    def _answer(self, messages: list[JSON]) -> None:
        try:
            for message in messages:
                to = {"to": message["from"]} if "from" in message else {"recipient": message["from_user_id"]}
                for reply in self.bot(message):
                    self.call(reply if "status" in reply else {**to, **reply})
        finally:
            with self.changed:
                self._answering -= 1
                self.changed.notify_all()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                right = query.get("hub.verify_token") == [VERIFY_TOKEN]
                self._say(200 if right else 403, query["hub.challenge"][0].encode() if right else b"")

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                received = Received(raw, self.headers.get("X-Hub-Signature-256", ""), time.monotonic())
                self._say(webhook._take(received), b"{}")

            def _say(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def dealer(message: JSON) -> list[JSON]:
    """A small car dealer: greets with buttons, lists cars, shows one, asks where the person is."""
    if message["type"] == "system":
        return []
    seen: list[JSON] = [
        {"status": "read", "message_id": message["id"], "typing_indicator": {"type": "text"}},
    ]
    chosen = message.get("interactive", {})
    button = chosen.get("button_reply", {}).get("id")
    row = chosen.get("list_reply")
    if row:
        return [
            *seen,
            {"type": "text", "text": {"body": f"Ótima escolha: *{row['title']}*. {row['description']}"}},
        ]
    if button == "cars":
        rows = [
            {"id": "civic", "title": "Honda Civic 2023", "description": "R$ 139.900, 18.000 km"},
            {"id": "hrv", "title": "Honda HR-V 2022", "description": "R$ 128.500, 31.000 km"},
        ]
        action = {"button": "Ver carros", "sections": [{"title": "Seminovos", "rows": rows}]}
        return [*seen, {"type": "interactive", "interactive": {"type": "list", "body": {"text": "Escolha um carro:"}, "action": action}}]  # fmt: skip
    if button == "form":
        action = {
            "name": "flow",
            "parameters": {"flow_message_version": "3", "flow_id": "1", "flow_cta": "Simular"},
        }
        return [*seen, {"type": "interactive", "interactive": {"type": "flow", "body": {"text": "Simule o financiamento."}, "action": action}}]  # fmt: skip
    if chosen.get("nfm_reply"):
        return [
            *seen,
            {"type": "text", "text": {"body": f"Recebido: {chosen['nfm_reply']['response_json']}"}},
        ]
    if message["type"] == "text":
        replies = [("cars", "Ver carros"), ("form", "Simular"), ("person", "Falar com vendedor")]
        buttons = [{"type": "reply", "reply": {"id": key, "title": title}} for key, title in replies]
        body = {"text": f"Olá! Você escreveu: {message['text']['body']}"}
        return [*seen, {"type": "interactive", "interactive": {"type": "button", "body": body, "action": {"buttons": buttons}}}]  # fmt: skip
    return [*seen, {"type": "text", "text": {"body": f"Recebi: {message['type']}"}}]


def start_anew(webhook: PlainWebhook, server: Server) -> None:
    """Both as at the start: nothing more is posted, answers under way are sent, and the chats they reached are emptied."""
    server.simulation.reset()
    webhook.forget()
    server.simulation.reset()
