"""The trace a request belongs to (W3C Trace Context), carried from the webhook through Pub/Sub to the processor."""

import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})", re.ASCII)
_CLOUD_TRACE = re.compile(r"([0-9a-f]{32})(?:/(\d{1,20}))?(?:;o=([01]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Trace:
    """One position in a trace: 32 and 16 lower-case hexadecimal digits."""

    trace_id: str
    span_id: str
    sampled: bool

    @property
    def traceparent(self) -> str:
        """The header and message attribute that hands the trace on."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def parse(traceparent: str | None) -> Trace | None:
    """The trace of a `traceparent` value; None where there is none or it is malformed."""
    if not traceparent or not (match := _TRACEPARENT.fullmatch(traceparent)):
        return None
    trace_id, span_id, flags = match.groups()
    if not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return Trace(trace_id, span_id, bool(int(flags, 16) & 1))


def of_request(headers: Mapping[str, str]) -> Trace:
    """The trace of `traceparent`, else of Cloud Run's `X-Cloud-Trace-Context`, else a new one."""
    if trace := parse(headers.get("traceparent")):
        return trace
    if match := _CLOUD_TRACE.fullmatch(headers.get("x-cloud-trace-context", "")):
        trace_id, span, sampled = match.groups()
        span_id = f"{int(span or 0) & (2**64 - 1):016x}"
        if trace_id.strip("0"):
            return Trace(trace_id, span_id if span_id.strip("0") else secrets.token_hex(8), sampled == "1")
    return Trace(secrets.token_hex(16), secrets.token_hex(8), sampled=False)
