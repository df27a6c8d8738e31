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
    """One code, or a range of codes with the same kind (`last` included)."""

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
    Code(
        134101,
        "transient",
        "marketing messages: the template is still being synchronised, for up to ten minutes",
    ),
    Code(139102, "transient", "the list of blocked people is being changed by another call"),
    Code(139103, "transient", "blocking people failed at Meta"),
    Code(4, "throttled", "the app's call limit"),
    Code(17, "throttled", "the user's call limit"),
    Code(32, "throttled", "the page's call limit"),
    Code(613, "throttled", "calls to this edge exceed the rate limit"),
    Code(80007, "throttled", "the WhatsApp Business Account's call limit"),
    Code(130429, "throttled", "the number's throughput: 80, 1,000 or 20 messages a second"),
    Code(PAIR_LIMIT, "throttled", "too many messages from this number to this person: wait 4^X seconds"),
    Code(133016, "throttled", "too many registrations of the number"),
    Code(0, "access", "the token could not be authenticated"),
    Code(3, "access", "the app lacks a capability"),
    Code(10, "access", "a permission is missing or was removed"),
    Code(33, "access", "the phone number was deleted or is unknown"),
    Code(101, "access", "the app could not be validated"),
    Code(102, "access", "the session behind the token has ended"),
    Code(104, "access", "the call needs a valid signature (appsecret_proof)"),
    Code(190, "access", "the access token has expired or is not valid"),
    Code(200, "access", "a permission is missing or was removed", last=299),
    Code(2500, "access", "the address is not one of the Graph API's: version, id or path"),
    Code(2635, "access", "this version of the Graph API has ended"),
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
    Code(
        131063,
        "access",
        "marketing templates are switched off for the Cloud API in favour of marketing messages",
    ),
    Code(139000, "access", "flows: blocked for integrity reasons"),
    Code(134011, "access", "the terms of WhatsApp Payments were not accepted"),
    Code(100, "request", "a parameter is wrong, unknown or missing"),
    Code(2040, "recipient", "payments: this person's WhatsApp cannot receive the message"),
    Code(2046, "request", "payments: an order cannot go from its status to this one"),
    Code(2047, "request", "payments: the order cannot be cancelled"),
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
    Code(134100, "request", "marketing messages: only marketing templates can be sent"),
    Code(134102, "request", "marketing messages: the template cannot be used"),
    Code(
        139001, "request", "flows: the flow cannot be changed, published, deprecated or deleted", last=139004
    ),
    Code(139100, "request", "some people could not be blocked or unblocked"),
    Code(139101, "request", "the list of blocked people is full (64,000)"),
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


# Code 100 means a wrong parameter of one message, unless Meta says something that would refuse every message.
ACCESS_PHRASES: Mapping[int, tuple[str, ...]] = {
    100: ("appsecret_proof", "access token", "unknown path components")
}


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a refusal means for the reply, for the number and for the people who look after it.

    `reply`: `again` (the same, soon), `later` (kept until the number or the person is free again), `template` (only one
    passes) or `fail`.  `number`: `free`, `slow` (everybody waits) or `paused` (until somebody acts).  `alert`: somebody
    has to act.  `wait`: seconds before this person may get the like of it, where Meta says.  `other_spelling`: nothing
    was accepted, and the person's number in its other spelling may pass.
    """

    reply: Literal["again", "later", "template", "fail"]
    number: Literal["free", "slow", "paused"] = "free"
    alert: bool = False
    wait: float = 0.0
    other_spelling: bool = False


CONSEQUENCES: Mapping[Kind, Consequence] = {
    "transient": Consequence("again"),
    "throttled": Consequence("later", number="slow"),
    "access": Consequence("later", number="paused", alert=True),
    "request": Consequence("fail"),
    "recipient": Consequence("fail"),
    "window": Consequence("template"),
}
# Codes whose consequence is not that of their kind.
EXCEPTIONS: Mapping[int, Consequence] = {
    PAIR_LIMIT: Consequence("later", wait=6.0),
    131030: Consequence("fail", other_spelling=True),
    131049: Consequence("fail", wait=24 * 3600.0),
}


def consequence_of(kind: Kind, code: int | None = None) -> Consequence:
    """What to do about a refusal, whether it came as the answer of a send or as a `failed` status after it."""
    found = EXCEPTIONS.get(code) if code is not None else None
    return found or CONSEQUENCES[kind]


def kind_of(
    code: int | None,
    *,
    subcode: int | None = None,
    http_status: int | None = None,
    is_transient: bool = False,
    message: str = "",
) -> Kind:
    """What one does about an error; a code nobody knows is judged by `is_transient` and the HTTP status.

    `message` is Meta's text: of a code that has more than one meaning it tells which.
    """
    known = CODES.get(code) if code is not None else None
    kind: Kind | None = known.kind if known else None
    phrases = ACCESS_PHRASES.get(code, ()) if code is not None else ()
    if (code, subcode) == NO_SUCH_OBJECT or any(phrase in message.lower() for phrase in phrases):
        kind = "access"
    if http_status == 429 and kind in (None, "transient", "request"):
        return "throttled"
    if kind is not None:
        return kind
    if is_transient or (http_status is not None and http_status >= 500):
        return "transient"
    return "access" if http_status in (401, 403) else "request"
