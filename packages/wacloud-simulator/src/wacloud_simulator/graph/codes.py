"""Meta's error codes: what each says, with which HTTP status, and whether it is transient or a limit.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (read 2025-12-12)
and https://developers.facebook.com/docs/graph-api/guides/error-handling. Where the page names no HTTP status, 400 is
assumed; where it gives no exact text of `details`, the text is ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One row of the table. `limit` names what a throttling code is about: an app, an account, a number, a pair."""

    message: str
    details: str
    status: int = 400
    transient: bool = False
    limit: str | None = None
    subcode: int | None = None


def _code(message: str, details: str = "", status: int = 400, **more: object) -> Code:
    return Code(message, details or f"{message}.", status, **more)  # type: ignore[arg-type]  # keywords of Code


CODES: dict[str, Code] = {
    "0": _code("AuthException", "The app user could not be authenticated.", 401),
    "1": _code("API Unknown", "Invalid request or possible server error.", transient=True),
    "2": _code("API Service", "Temporary due to downtime or due to being overloaded.", 503, transient=True),
    "3": _code("API Method", "Capability or permissions issue.", 500),
    "4": _code(
        "Application request limit reached", "The app has reached its API call rate limit.", 400, limit="app"
    ),
    "10": _code("Permission Denied", "Permission is either not granted or has been removed.", 403),
    "33": _code("Parameter value is not valid", "The business phone number has been deleted."),
    "100": _code(
        "Invalid parameter", "The request included one or more unsupported or misspelled parameters."
    ),
    "190": _code(
        "Error validating access token: Session has expired",
        "The access token has expired.",
        401,
        subcode=463,
    ),
    "200": _code("API Permission", "Permission is either not granted or has been removed.", 403),
    "368": _code(
        "Temporarily blocked for policies violations",
        "The account is restricted for a policy violation.",
        403,
    ),
    "80007": _code(
        "Rate limit issues", "The WhatsApp Business Account has reached its rate limit.", limit="account"
    ),
    "130429": _code(
        "Rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number in a short period "
        "of time.",
        limit="number",
    ),
    "130472": _code(
        "User's number is part of an experiment", "Message was not sent as part of an experiment."
    ),
    "130497": _code(
        "Business account is restricted from messaging users in this country",
        "The account may not message users of this country.",
        403,
    ),
    "131000": _code(
        "Something went wrong", "Something went wrong, please try again later.", 500, transient=True
    ),
    "131005": _code("Access denied", "Permission is either not granted or has been removed.", 403),
    "131008": _code("Required parameter is missing"),
    "131009": _code("Parameter value is not valid"),
    "131016": _code("Service unavailable", "A service is temporarily unavailable.", 500, transient=True),
    "131021": _code("Recipient cannot be sender", "Sender and recipient phone number is the same."),
    "131026": _code("Message undeliverable", "Message Undeliverable."),
    "131030": _code("Recipient phone number not in allowed list"),
    "131031": _code(
        "Business Account locked", "The account was locked: policy violation or failed verification.", 403
    ),
    "131037": _code("Phone number needs display name approval before sending messages"),
    "131042": _code(
        "Business eligibility payment issue", "There was an error related to your payment method."
    ),
    "131044": _code(
        "Message failed to send because of a payment issue", "There is a payment issue with the account."
    ),
    "131045": _code("Incorrect certificate", "The phone number is not registered.", 500),
    "131047": _code(
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this "
        "number.",
    ),
    "131048": _code(
        "Spam rate limit hit",
        "Message failed to send because there are restrictions on how many messages can be sent from this phone "
        "number. This may be because too many previous messages were blocked or flagged as spam.",
        limit="number",
    ),
    "131049": _code(
        "Meta chose not to deliver",
        "This message was not delivered to maintain healthy ecosystem engagement.",
    ),
    "131050": _code(
        "User has stopped marketing messages",
        "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp "
        "from your business",
    ),
    "131051": _code("Unsupported message type"),
    "131052": _code("Media download error", "Unable to download the media sent by the user."),
    "131053": _code("Media upload error", "Unable to upload the media used in the message."),
    "131055": _code("Method not allowed"),
    "131056": _code(
        "(Business Account, Consumer Account) pair rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number to the same phone "
        "number in a short period of time.",
        limit="pair",
    ),
    "131057": _code(
        "Account in maintenance mode", "The account is in maintenance mode.", 500, transient=True
    ),
    "131062": _code("Business-scoped user ID is not supported for this message"),
    "131064": _code(
        "Messaging limit reached", "The account has reached its messaging limit.", limit="account"
    ),
    "132000": _code("Number of parameters does not match the expected number of params"),
    "132001": _code("Template name does not exist in the translation", "", 404),
    "132005": _code("Translated text too long"),
    "132007": _code("Template format character policy violated"),
    "132008": _code("Template parameter has a format mismatch"),
    "132012": _code("Parameter format does not match format in the created template"),
    "132015": _code("Template is paused", "The template is paused due to low quality."),
    "132016": _code("Template is disabled", "The template was paused too often and is now disabled."),
    "132068": _code("Flow is blocked"),
    "132069": _code(
        "Flow is throttled", "10 messages have already been sent from this phone in the last hour."
    ),
    "133000": _code("Incomplete Deregistration", "A previous deregistration attempt failed.", 500),
    "133004": _code("Server Temporarily Unavailable", "", 503, transient=True),
    "133005": _code("Two step verification PIN Mismatch"),
    "133006": _code("Phone number re-verification needed"),
    "133008": _code("Too Many two step verification PIN Guesses"),
    "133009": _code("Two step verification PIN Guessed Too Fast"),
    "133010": _code(
        "Phone number not registered", "Phone number not registered on the WhatsApp Business Platform."
    ),
    "133015": _code("Please wait a few minutes before attempting to register this phone number"),
    "133016": _code("Account register deregister rate limit exceeded", limit="number"),
    "134011": _code("WhatsApp Payments terms of service has not been accepted"),
    "135000": _code("Generic user error"),
    "137000": _code("Business Scoped User ID or identity key mismatch"),
}
