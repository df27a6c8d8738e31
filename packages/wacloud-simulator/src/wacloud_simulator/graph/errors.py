"""Refusals in Meta's words. Source: Cloud API, Support, "Error codes"."""

import secrets

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
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.status = status
        self.subcode = subcode
        self.kind = kind
        self.transient = transient

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


def invalid(message: str, details: str | None = None) -> GraphRefusalError:
    """100: the request's form is wrong."""
    return GraphRefusalError(100, f"(#100) {message}", details)


def missing(details: str) -> GraphRefusalError:
    """131008: something is not there."""
    return GraphRefusalError(131008, "(#131008) Required parameter is missing", details)


def bad_value(details: str) -> GraphRefusalError:
    """131009: something is there, and wrong."""
    return GraphRefusalError(131009, "(#131009) Parameter value is not valid", details)


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


def outside_window() -> GraphRefusalError:
    """131047: only a template may go now."""
    return GraphRefusalError(
        131047,
        "(#131047) Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this "
        "number.",
    )


def pair_limit() -> GraphRefusalError:
    """131056: too many messages to one person."""
    return GraphRefusalError(
        131056,
        "(#131056) (Business Account, Consumer Account) pair rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number to the same phone "
        "number in a short period of time.",
    )


def throughput(status: int = 400) -> GraphRefusalError:
    """130429: too many messages a second. Meta's pages disagree on the HTTP status: 400 or 429."""
    return GraphRefusalError(
        130429,
        "(#130429) Rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number in a short period "
        "of time.",
        status=status,
    )


def transient() -> GraphRefusalError:
    """131000: try again."""
    return GraphRefusalError(
        131000,
        "(#131000) Something went wrong",
        "Something went wrong, please try again later.",
        status=500,
        transient=True,
    )


def expired_token() -> GraphRefusalError:
    """190, subcode 463: the token was good once."""
    reason = "Error validating access token: Session has expired on Thursday, 01-Jan-26 00:00:00 PST."
    return bad_token(reason, subcode=463)
