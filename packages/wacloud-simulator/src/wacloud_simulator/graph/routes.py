"""The Graph API's HTTP: tokens, nodes, faults, usage headers. What is taken and what is refused is decided beside this file."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from wacloud_simulator.graph.account import Account
from wacloud_simulator.graph.codes import CODES
from wacloud_simulator.graph.errors import (
    GraphRefusalError,
    bad_token,
    expired_token,
    invalid,
    refusal,
    unknown_object,
)
from wacloud_simulator.graph.usage import Usage
from wacloud_simulator.journal import Exchange
from wacloud_simulator.people import JSON
from wacloud_simulator.simulation import Simulation


@dataclass(frozen=True)
class Answer:
    """What goes back. A body of text is no answer of Meta's own servers, but of something before them."""

    body: JSON | str
    status: int = 200
    message_id: str | None = None
    limit: str | None = None
    """What a throttling refusal is about."""


class NoAnswerError(Exception):
    """The connection ends without an answer."""

    def __init__(self, silence: float, message_id: str | None = None) -> None:
        super().__init__()
        self.silence = silence
        self.message_id = message_id


def graph_blueprint(simulation: Simulation) -> Blueprint:
    """Every route below /v25.0 and the like."""
    graph = Graph(simulation)
    blueprint = Blueprint("graph", __name__)
    node = "/<regex_version:version>/<node>"
    blueprint.add_url_rule(node, view_func=graph.node, methods=["GET", "POST", "DELETE"])
    blueprint.add_url_rule(f"{node}/<edge>", view_func=graph.edge, methods=["GET", "POST", "DELETE"])
    blueprint.add_url_rule("/whatsapp_business/attachments/", view_func=graph.download)
    return blueprint


class Graph:
    """Answers for the Graph API and writes every exchange into the journal."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._configuration = simulation.configuration
        self._account = Account(simulation)
        self._usage = Usage(self._configuration.business.waba_id, simulation.clock.now)

    def node(self, version: str, node: str) -> Response:
        """/{version}/{id}: the number, or media."""
        return self._journaled(f"{request.method} node", lambda: self._node(node))

    def edge(self, version: str, node: str, edge: str) -> Response:
        """/{version}/{id}/{edge}."""
        about = _about(request.get_json(silent=True), edge)
        return self._journaled(about, lambda: self._edge(node, edge))

    def download(self) -> Response:
        """A media file; the address works for five minutes, with the token."""
        exchange = self._begin("download media")
        media = self._simulation.media.by_url_key(request.args.get("hash", ""))
        try:
            self._check_token()
        except GraphRefusalError as refused:
            response = _json(refused.body, refused.status)
        else:
            response = Response("URL signature expired", 404, mimetype="text/plain")
            if media is not None:
                response = Response(
                    media.data, mimetype=media.mime_type, headers={"Cache-Control": "no-store"}
                )
        said = (
            f"{len(media.data)} bytes of {media.mime_type}" if media and response.status_code == 200 else ""
        )
        self._simulation.journal.end(
            exchange, status=response.status_code, answer=said or response.get_data(as_text=True)
        )
        return response

    def _journaled(self, about: str, answer: Callable[[], Answer]) -> Response:
        exchange = self._begin(about)
        try:
            given = answer()
        except GraphRefusalError as refused:
            given = Answer(refused.body, refused.status, limit=refused.limit)
        except NoAnswerError as silent:
            error = "the connection was closed without an answer"
            if silent.message_id is not None:
                exchange.message_ids.append(silent.message_id)
                error = f"accepted, but {error}"
            _drop_connection(silent.silence)
            self._simulation.journal.end(exchange, status=None, error=error)
            return Response(status=500)
        if given.message_id is not None:
            exchange.message_ids.append(given.message_id)
        text = given.body if isinstance(given.body, str) else json.dumps(given.body)
        self._simulation.journal.end(exchange, status=given.status, answer=text)
        mimetype = "text/html" if isinstance(given.body, str) else "application/json"
        return Response(text, given.status, mimetype=mimetype, headers=self._usage.headers(given.limit))

    def _begin(self, about: str) -> Exchange:
        headers = {key: value for key, value in request.headers.items() if key.lower() != "authorization"}
        if "Authorization" in request.headers:
            headers["Authorization"] = "Bearer ***"
        text = "" if request.mimetype == "multipart/form-data" else request.get_data(as_text=True)
        return self._simulation.journal.begin(
            "graph",
            request.method,
            request.url,
            headers=headers,
            body=text,
            message_ids=self._subjects(),
            about=about,
        )

    def _subjects(self) -> list[str]:
        """The wamids a call is about, as far as its body says."""
        payload = request.get_json(silent=True)
        if not isinstance(payload, dict):
            return []
        data = payload.get("biz_opaque_callback_data")
        log_id = self._configuration.service_logs.answered_by(data) if isinstance(data, str) else None
        answered = self._simulation.world.message_of_log_id(log_id) if log_id is not None else None
        ids = [answered, payload.get("message_id")]
        return [str(message_id) for message_id in ids if message_id]

    def _check_token(self, expected: str | None = None) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token if scheme.lower() == "bearer" else request.args.get("access_token", "")
        if not token:
            raise bad_token("An access token is required to request this resource.")
        if token != (expected or self._configuration.access_token):
            raise bad_token("Invalid OAuth access token - Cannot parse access token")
        if expected is None and self._simulation.world.faults.appsecret_proof:
            digest = hmac.new(self._configuration.app_secret.encode(), token.encode(), hashlib.sha256)
            given = request.values.get("appsecret_proof", "")
            if not hmac.compare_digest(given.encode(), digest.hexdigest().encode()):
                raise invalid("API calls from the server require an appsecret_proof argument")

    def _node(self, node: str) -> Answer:
        self._check_token()
        if node == "debug_token":
            return Answer(self._account.token(request.args.get("input_token", "")))
        if node == self._configuration.business.phone_number_id and request.method in ("GET", "POST"):
            if request.method == "POST":
                return Answer(self._account.override_webhook(request.get_json(silent=True)))
            return Answer(self._account.number())
        media = self._simulation.media.get(node)
        if media is None or request.method == "POST":
            raise unknown_object(node, request.method)
        if request.method == "DELETE":
            self._simulation.media.delete(node)
            return Answer({"success": True})
        return Answer(self._account.media(media, request.host_url))

    def _edge(self, node: str, edge: str) -> Answer:
        business = self._configuration.business
        method = request.method
        payload = request.get_json(silent=True)
        if (node, edge, method) == (self._configuration.app_id, "subscriptions", "POST"):
            return Answer(self._account.subscribe(payload or request.values))
        if (node, edge, method) == (self._configuration.app_id, "subscriptions", "GET"):
            self._check_token(f"{self._configuration.app_id}|{self._configuration.app_secret}")
            return Answer(self._account.subscriptions())
        self._check_token()
        match node, edge, method:
            case business.phone_number_id, "messages", "POST":
                return self._messages(payload or request.form.to_dict())
            case business.phone_number_id, "media", "POST":
                return Answer(self._account.upload(request.form, request.files.get("file")))
            case business.waba_id, "message_templates", _:
                return Answer(self._account.message_templates(method, payload, request.args.get("name")))
            case business.waba_id, "subscribed_apps", _:
                return Answer(self._account.subscribed_apps(method, payload))
            case _:
                raise unknown_object(node, method)

    def _messages(self, payload: Any) -> Answer:
        """A send, with its faults. Read marks and typing meet none."""
        if isinstance(payload, dict) and payload.get("status") is not None:
            return Answer(self._simulation.sends.accept(payload)[0])
        sends = self._simulation.sends
        met = self._simulation.world.take_send_fault(sends.recipient_key(payload))
        name = met.fault if met is not None else ""
        if met is not None and met.report == "answer" and name in CODES:
            raise refusal(int(name))
        if name in REFUSALS:
            raise REFUSALS[name]()
        if name == "server_error":
            return Answer("<html><body><h1>500 Internal Server Error</h1></body></html>", 500)
        if name == "timeout":
            raise NoAnswerError(self._configuration.silence_seconds)
        body, message = sends.accept(payload, met)
        message_id = message.id if message is not None else None
        if name == "accepts_silently":
            raise NoAnswerError(self._configuration.silence_seconds, message_id)
        if name == "accepts_and_drops":
            raise NoAnswerError(0.0, message_id)
        return Answer(body, 200, message_id)


REFUSALS: dict[str, Callable[[], GraphRefusalError]] = {
    "transient": lambda: refusal(131000),
    "throttled": lambda: refusal(130429, status=429),
    "expired_token": expired_token,
}


def _about(payload: Any, edge: str) -> str:
    if edge != "messages" or not isinstance(payload, dict):
        return edge
    if payload.get("status"):
        return "typing" if payload.get("typing_indicator") else "mark as read"
    kind = payload.get("type", "text")
    content = payload.get(kind) if isinstance(kind, str) else None
    detail = f" ({content.get('type')})" if kind == "interactive" and isinstance(content, dict) else ""
    return f"send {kind}{detail}"


def _json(body: JSON, status: int) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def _drop_connection(silence: float) -> None:
    """Says nothing for a while, then closes the connection as a dying server would."""
    connection = request.environ.get("werkzeug.socket")
    deadline = time.monotonic() + silence
    while time.monotonic() < deadline and not _hung_up(connection):
        time.sleep(0.1)
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)


def _hung_up(connection: Any) -> bool:
    """Whether the caller has given up."""
    if not isinstance(connection, socket.socket):
        return True
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
