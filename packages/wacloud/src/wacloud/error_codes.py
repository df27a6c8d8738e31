"""Meta's error codes as data: what each means and what one does about it.

The same codes come back from a send and, later, in a webhook (`errors` of a status, a message or a whole value).
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
- https://developers.facebook.com/documentation/business-messaging/whatsapp/groups
- https://developers.facebook.com/documentation/business-messaging/whatsapp/calling
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["transient", "throttled", "access", "request", "recipient", "window"]

PAIR_LIMIT = 131056
REENGAGEMENT = 131047
# Code and subcode: Meta's one answer for an object that does not exist and for one the token may not see.
NO_SUCH_OBJECT = (100, 33)


@dataclass(frozen=True, slots=True)
class Code:
    """One code, or a range of them that share a fate (`last` included)."""

    code: int
    kind: Kind
    meaning: str
    last: int | None = None


TABLE: tuple[Code, ...] = (
    Code(1, "transient", "unknown error, possibly Meta's own"),
    Code(2, "transient", "the service is down or overloaded"),
    Code(131000, "transient", "something went wrong at Meta"),
    Code(131016, "transient", "the service is overloaded or down"),
    Code(131057, "transient", "the account is in maintenance, for instance while its throughput is raised"),
    Code(133004, "transient", "the server is temporarily unavailable"),
    Code(2494100, "transient", "the number is in maintenance"),
    Code(4, "throttled", "the app's call limit"),
    Code(80007, "throttled", "the WhatsApp Business Account's call limit"),
    Code(130429, "throttled", "the number's throughput: 80, 1,000 or 20 messages a second"),
    Code(PAIR_LIMIT, "throttled", "too many messages from this number to this person: wait 4^X seconds"),
    Code(133016, "throttled", "too many registrations of the number"),
    Code(0, "access", "the token could not be authenticated"),
    Code(3, "access", "the app lacks a capability"),
    Code(10, "access", "a permission is missing or was removed"),
    Code(33, "access", "the phone number was deleted or is unknown"),
    Code(190, "access", "the access token has expired or is not valid"),
    Code(200, "access", "a permission is missing or was removed", last=299),
    Code(131005, "access", "access denied"),
    Code(368, "access", "blocked for violating a policy"),
    Code(131031, "access", "the account is locked"),
    Code(131048, "access", "spam limit: too many messages of this number were blocked or reported"),
    Code(131064, "access", "the messaging limit of the portfolio is used up"),
    Code(131037, "access", "the number's display name is not approved"),
    Code(131042, "access", "a problem with the payment method"),
    Code(131044, "access", "no payment method, or not one for this kind of message"),
    Code(131045, "access", "the number is not registered, or its certificate is wrong"),
    Code(133000, "access", "an earlier deletion of the number is not finished"),
    Code(133005, "access", "wrong two-step PIN"),
    Code(133006, "access", "the number must be verified before it is registered"),
    Code(133008, "access", "too many wrong PINs"),
    Code(133009, "access", "PINs entered too fast"),
    Code(133010, "access", "the number is not registered with the platform"),
    Code(133015, "access", "the number was deleted a moment ago: wait five minutes"),
    Code(134011, "access", "the terms of WhatsApp Payments were not accepted"),
    Code(100, "request", "a parameter is wrong, unknown or missing"),
    Code(131008, "request", "a required parameter is missing"),
    Code(131009, "request", "a parameter's value is not valid"),
    Code(131021, "request", "sender and recipient are the same number"),
    Code(131051, "request", "this message type is not supported"),
    Code(131052, "request", "the person's media could not be downloaded, for instance over 100 MB"),
    Code(131053, "request", "the media could not be uploaded: type, size, or an unreachable link"),
    Code(131055, "request", "this method is not allowed here"),
    Code(131062, "request", "a business-scoped user id cannot be the recipient of this message"),
    Code(132000, "request", "the number of template parameters does not fit"),
    Code(132001, "request", "no such template in this language, or not approved"),
    Code(132005, "request", "the filled-in template is too long"),
    Code(132007, "request", "the template's content violates a policy"),
    Code(132008, "request", "a template parameter is not valid"),
    Code(132012, "request", "a template parameter has the wrong format"),
    Code(132015, "request", "the template is paused for low quality"),
    Code(132016, "request", "the template is disabled for low quality"),
    Code(132068, "request", "the flow is blocked"),
    Code(132069, "request", "the flow is throttled"),
    Code(135000, "request", "generic user error: a parameter of the request"),
    Code(131020, "request", "Groups API: the group does not exist or was deleted"),
    Code(131041, "request", "Groups API: not possible for this group"),
    Code(131059, "request", "Groups API: not possible for this account"),
    Code(131200, "request", "Groups API", last=131299),
    Code(138000, "request", "Calling API", last=138999),
    Code(147001, "request", "usernames", last=147005),
    Code(130472, "recipient", "the person is in an experiment of Meta's and gets no marketing"),
    Code(130497, "recipient", "the business may not write to people of this country"),
    Code(131026, "recipient", "undeliverable: no WhatsApp, too old an app, or terms not accepted"),
    Code(131030, "recipient", "not on the test number's list of allowed recipients"),
    Code(131049, "recipient", "Meta limits marketing to this person: wait 24 hours or more"),
    Code(131050, "recipient", "the person stopped this business's marketing"),
    Code(137000, "recipient", "the person's identity key has changed"),
    Code(REENGAGEMENT, "window", "more than 24 hours since the person last wrote"),
)


def _index(table: Iterable[Code]) -> dict[int, Code]:
    return {number: entry for entry in table for number in range(entry.code, (entry.last or entry.code) + 1)}


CODES: Mapping[int, Code] = _index(TABLE)


def kind_of(
    code: int | None,
    *,
    subcode: int | None = None,
    http_status: int | None = None,
    is_transient: bool = False,
) -> Kind:
    """What one does about an error; a code nobody knows is judged by `is_transient` and the HTTP status."""
    known = CODES.get(code) if code is not None else None
    kind: Kind | None = known.kind if known else None
    if (code, subcode) == NO_SUCH_OBJECT:
        kind = "access"
    if http_status == 429 and kind in (None, "transient", "request"):
        return "throttled"
    if kind is not None:
        return kind
    if is_transient or (http_status is not None and http_status >= 500):
        return "transient"
    return "access" if http_status in (401, 403) else "request"
