"""Structured logs on stdout, in Cloud Logging's JSON form; readable lines when stdout is a terminal.

What a line may hold is decided here: no phone number unmasked, no message text, no token.  Services log identifiers
as `cloud.logs.fields(...)`; free text (messages, tracebacks) passes a filter that masks whatever looks like a phone
number.  Form: docs.cloud.google.com, Structured logging, "Special JSON fields".
"""

import datetime as dt
import json
import logging
import re
import sys
from typing import Any, TextIO

from cloud import trace

_encode = json.JSONEncoder(default=str, separators=(",", ":")).encode
_DIGITS = re.compile(r"\d{9}", re.ASCII)
_PHONE = re.compile(r"(?<![\w.-])\+?\d{9,15}(?![\w.-])")
_SEVERITIES = {
    "WARNING": "WARNING",
    "INFO": "INFO",
    "DEBUG": "DEBUG",
    "ERROR": "ERROR",
    "CRITICAL": "CRITICAL",
}


def mask(identity: str) -> str:
    """A phone number or user id as a log may show it: `55119****9999`; short ones not at all."""
    return f"{identity[:5]}****{identity[-4:]}" if len(identity) > 9 else "****"


def redact(text: str) -> str:
    """The text with every run of digits that could be a phone number masked."""
    return _PHONE.sub(lambda match: mask(match[0]), text) if _DIGITS.search(text) else text


def fields(**values: object) -> dict[str, dict[str, object]]:
    """What `extra=` of a logging call takes: named values beside the message."""
    return {"fields": values}


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, project: str, service: str) -> None:
        super().__init__()
        self._traces = f"projects/{project}/traces/"
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "severity": _SEVERITIES.get(record.levelname, "DEFAULT"),
            "message": redact(record.getMessage()),
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "logger": record.name,
            "service": self._service,
        }
        if record.exc_info:
            entry["stack_trace"] = redact(self.formatException(record.exc_info))
        if current := trace.current.get():
            entry["logging.googleapis.com/trace"] = self._traces + current.trace_id
            entry["logging.googleapis.com/spanId"] = current.span_id
            entry["logging.googleapis.com/trace_sampled"] = current.sampled
        entry.update(record.__dict__.get("fields", {}))
        return _encode(entry)


class ConsoleFormatter(logging.Formatter):
    """What a person reads in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        when = dt.datetime.fromtimestamp(record.created, dt.UTC).astimezone().strftime("%H:%M:%S")
        values = record.__dict__.get("fields", {})
        line = f"{when} {record.levelname:7} {redact(record.getMessage())}"
        line += "".join(f"  {key}={value}" for key, value in values.items() if value is not None)
        if record.exc_info:
            line += "\n" + redact(self.formatException(record.exc_info))
        return line


def configure(*, project: str, service: str, level: str, form: str, stream: TextIO | None = None) -> None:
    """Every log line of the process to stdout; `form` is json, console, or auto (json unless stdout is a terminal)."""
    out = stream or sys.stdout
    handler = logging.StreamHandler(out)
    console = form == "console" or (form == "auto" and out.isatty())
    handler.setFormatter(ConsoleFormatter() if console else JsonFormatter(project, service))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # No line shows them (Python's logging HOWTO, "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    # Request URLs at INFO (the handshake's verify token and the Graph API's ids are in them), every call at DEBUG.
    for name in ("asyncio", "grpc", "httpcore", "httpx", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
