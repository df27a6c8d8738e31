"""Everything that can go wrong with the Cloud API, in a tree by what one does about it.

    WhatsAppError
    ├── InvalidMessageError   mend the message before it is sent (also a ValueError)
    ├── NotSentError          try again: it surely never left
    ├── AmbiguousError        it may have been accepted: look for a status before sending again
    ├── MediaError            a file that is not what Meta announced
    └── GraphError            Meta answered with an error body: surely not accepted
        ├── TransientError    try again
        ├── ThrottledError    slow down
        ├── AccessError       pause the number: the message is not at fault
        ├── RequestError      mend the request: it fails the same way every time
        ├── RecipientError    this person cannot be reached with it
        └── WindowError       the 24-hour window is shut: use a template

Which code is which stands in `wacloud.error_codes`.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (read 2026-11)
"""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

from wacloud.error_codes import PAIR_LIMIT, Consequence, Kind, consequence_of, kind_of


class WhatsAppError(Exception):
    """The root of the tree; `kind` is a short name that never changes, good for a metric's label."""

    kind: ClassVar[str] = "error"


class InvalidMessageError(WhatsAppError, ValueError):
    """A message that Meta would refuse; `problems` holds (field, what is wrong) for each."""

    kind = "invalid"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{field}: {what}" if field else what for field, what in problems))


class NotSentError(WhatsAppError):
    """The request never reached Meta: connection refused, connect time-out, no free connection."""

    kind = "not_sent"


class AmbiguousError(WhatsAppError):
    """Meta may have accepted the request: the answer is missing or unreadable."""

    kind = "ambiguous"

    def __init__(self, message: str, *, http_status: int | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status


class MediaError(WhatsAppError):
    """A file whose checksum is not the announced one, or whose address is not Meta's."""

    kind = "media"


class GraphError(WhatsAppError):
    """Meta's refusal.

    `code`, `subcode`, `details`, `fbtrace_id` and `is_transient` are Meta's; `code` is None where something before
    Meta's servers answered.  `retry_after` is in seconds, None where nobody said.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        subcode: int | None = None,
        details: str | None = None,
        fbtrace_id: str | None = None,
        is_transient: bool = False,
        http_status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.message = message
        self.code = code
        self.subcode = subcode
        self.details = details
        self.fbtrace_id = fbtrace_id
        self.is_transient = is_transient
        self.http_status = http_status
        self.retry_after = retry_after
        names = {"code": code, "subcode": subcode, "HTTP": http_status, "fbtrace_id": fbtrace_id}
        facts = ", ".join(f"{name} {value}" for name, value in names.items() if value is not None)
        text = f"{message}: {details}" if details else message
        super().__init__(f"{text} ({facts})" if facts else text)

    @property
    def consequence(self) -> Consequence:
        """What it means for the reply, the number and an alert."""
        return consequence_of(_kind(type(self)), self.code)


def _kind(error: type[GraphError]) -> Kind:
    return next(kind for kind, known in GRAPH_ERRORS.items() if issubclass(error, known))


class TransientError(GraphError):
    """Meta failed and says so: the same request may pass a moment later."""

    kind = "transient"


class ThrottledError(GraphError):
    """Too much, too fast; HTTP 400 more often than 429."""

    kind = "throttled"

    @property
    def is_pair_limit(self) -> bool:
        """Whether only this person's messages must wait (131056), not the number's."""
        return self.code == PAIR_LIMIT

    def pause(self, attempt: int) -> float:
        """Seconds to wait before try number `attempt` (0 for the first one after the refusal).

        What Meta asked for; else 4^attempt, which is Meta's rule for the pair limit and no worse for the others.
        """
        return self.retry_after if self.retry_after is not None else 4.0 ** min(attempt, 8)


class AccessError(GraphError):
    """Token, permission, registration, billing or policy: nothing from this number passes until someone acts."""

    kind = "access"


class RequestError(GraphError):
    """The request itself is wrong and stays wrong."""

    kind = "request"


class RecipientError(GraphError):
    """The person cannot or does not want to get it."""

    kind = "recipient"


class WindowError(GraphError):
    """131047: more than 24 hours since the person last wrote; only a template passes."""

    kind = "window"


GRAPH_ERRORS: Mapping[Kind, type[GraphError]] = {
    "transient": TransientError,
    "throttled": ThrottledError,
    "access": AccessError,
    "request": RequestError,
    "recipient": RecipientError,
    "window": WindowError,
}


def from_response(
    http_status: int, headers: Mapping[str, str], body: bytes | str, *, secret: str = ""
) -> GraphError | AmbiguousError:
    """The error that a response is; one that should have been a success is an AmbiguousError.

    `secret` is the access token: Meta quotes one that it does not like, and it is taken out.
    """
    error = _error_object(body)
    if error is None:
        return _without_error_body(http_status, _retry_after(headers))
    code = _integer(error.get("code"))
    subcode = _integer(error.get("error_subcode"))
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else data
    is_transient = error.get("is_transient") is True
    message = str(error.get("message") or error.get("error_user_msg") or "an error without a message")
    kind = kind_of(code, subcode=subcode, http_status=http_status, is_transient=is_transient, message=message)

    def without_secret(text: str) -> str:
        return text.replace(secret, "***") if secret else text

    return GRAPH_ERRORS[kind](
        without_secret(message),
        code=code,
        subcode=subcode,
        details=without_secret(details) if isinstance(details, str) and details else None,
        fbtrace_id=error.get("fbtrace_id") if isinstance(error.get("fbtrace_id"), str) else None,
        is_transient=is_transient,
        http_status=http_status,
        retry_after=_retry_after(headers),
    )


def _without_error_body(http_status: int, retry_after: float | None) -> GraphError | AmbiguousError:
    text = f"HTTP {http_status} without Meta's error body"
    # 408: a proxy gave up waiting; for which side, nobody can tell.
    if http_status < 300 or http_status >= 500 or http_status == 408:
        return AmbiguousError(text, http_status=http_status)
    # A redirect or a 404 of a host that is not Meta's is a wrong WHATSAPP_API_URL, no message's fault.
    kind = kind_of(None, http_status=403 if http_status < 400 or http_status == 404 else http_status)
    return GRAPH_ERRORS[kind](text, http_status=http_status, retry_after=retry_after)


def _error_object(body: bytes | str) -> Mapping[str, Any] | None:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = parsed.get("error") if isinstance(parsed, dict) else None
    return error if isinstance(error, dict) else None


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from `Retry-After` in either of its forms, else from Meta's own usage header (which counts minutes)."""
    lowered = {name.lower(): value for name, value in headers.items()}
    value = lowered.get("retry-after", "").strip()
    if value:
        try:
            seconds = float(value)
        except ValueError:
            seconds = _until(value)
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return _regained(lowered.get("x-business-use-case-usage", ""))


def _until(date: str) -> float:
    try:
        when = parsedate_to_datetime(date)
    except ValueError:
        return math.nan
    return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _regained(usage: str) -> float | None:
    """The longest `estimated_time_to_regain_access`.

    Source: https://developers.facebook.com/docs/graph-api/overview/rate-limiting (read 2026-11)
    """
    try:
        uses = [use for group in json.loads(usage or "{}").values() for use in group]
        minutes = max(float(use.get("estimated_time_to_regain_access", 0)) for use in uses)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return minutes * 60 if minutes > 0 else None
