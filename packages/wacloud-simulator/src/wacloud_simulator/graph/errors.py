"""Refusals in Meta's words and envelope. What each code says is in codes.py."""

import secrets

from wacloud_simulator.graph.codes import CODES
from wacloud_simulator.people import JSON


class GraphRefusalError(Exception):
    """What the Graph API answers instead of a success."""

    def __init__(
        self,
        code: int,
        message: str,
        details: str | None = None,
        *,
        status: int = 400,
        subcode: int | None = None,
        kind: str = "OAuthException",
        transient: bool = False,
        limit: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.status = status
        self.subcode = subcode
        self.kind = kind
        self.transient = transient
        self.limit = limit

    @property
    def body(self) -> JSON:
        """The answer's body."""
        error: JSON = {"message": self.message, "type": self.kind, "code": self.code}
        if self.details is not None:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}


def refusal(code: int, details: str | None = None, *, status: int | None = None) -> GraphRefusalError:
    """The refusal of that code, as the table of codes has it."""
    row = CODES[str(code)]
    return GraphRefusalError(
        code,
        f"(#{code}) {row.message}" if code != 190 else row.message,
        row.details if details is None else details,
        status=status or row.status,
        subcode=row.subcode,
        transient=row.transient,
        limit=row.limit,
    )


def status_error(code: int, details: str | None = None) -> JSON:
    """The entry in `errors` of a failed status: the same code, in the shape of a webhook."""
    row = CODES[str(code)]
    return {
        "code": code,
        "title": row.message,
        "message": row.message,
        "error_data": {"details": row.details if details is None else details},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def invalid(message: str, details: str | None = None) -> GraphRefusalError:
    """100: the request's form is wrong."""
    return GraphRefusalError(100, f"(#100) {message}", details)


def missing(details: str) -> GraphRefusalError:
    """131008: something is not there."""
    return refusal(131008, details)


def bad_value(details: str) -> GraphRefusalError:
    """131009: something is there, and wrong."""
    return refusal(131009, details)


def unknown_object(object_id: str, method: str) -> GraphRefusalError:
    """100, subcode 33: no such node."""
    return GraphRefusalError(
        100,
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        subcode=33,
        kind="GraphMethodException",
    )


def bad_token(reason: str, subcode: int | None = None) -> GraphRefusalError:
    """190: the access token."""
    return GraphRefusalError(190, reason, status=401, subcode=subcode)


def expired_token(when: str = "Thursday, 01-Jan-26 00:00:00 PST") -> GraphRefusalError:
    """190, subcode 463: the token was good once."""
    return bad_token(f"Error validating access token: Session has expired on {when}.", subcode=463)
