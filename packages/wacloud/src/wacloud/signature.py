"""Meta's webhook signature: `X-Hub-Signature-256: sha256=<HMAC-SHA256 of the body under the app secret, lower-case hex>`.

The bytes on the wire are what is signed (Meta escapes them: `\\u00e9`, `\\/`): verify before anything is parsed, and
never over JSON that was written anew.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint (read 2026-11)
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

_FORM = re.compile(r"sha256=([0-9a-fA-F]{64})", re.ASCII)


class SignatureError(Exception):
    """A request that Meta did not sign with one of the secrets; `reason` is missing, malformed or wrong."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def sign(body: bytes, secret: str) -> str:
    """The header's value for a body."""
    return f"sha256={_digest(body, secret)}"


def verify(body: bytes, header: str | None, secrets: Sequence[str]) -> int:
    """The index of the secret that signed the body; raises SignatureError.

    Every secret is tried in constant time, so the answer's time tells nothing of a secret (only how many there are).
    """
    if not header:
        raise SignatureError("missing", "X-Hub-Signature-256 is missing")
    if not (match := _FORM.fullmatch(header)):
        raise SignatureError("malformed", "X-Hub-Signature-256 is not 'sha256=' and 64 hexadecimal digits")
    given = match[1].lower().encode("ascii")
    matches = [hmac.compare_digest(_digest(body, secret).encode("ascii"), given) for secret in secrets]
    if not any(matches):
        raise SignatureError("wrong", "X-Hub-Signature-256 fits none of the app secrets")
    return matches.index(True)


def _digest(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
