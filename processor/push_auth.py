"""Who may push: the service account of the push subscription, by the OIDC token it sends.

Google Cloud, Pub/Sub, "Authentication for push subscriptions"; Cloud Run, "Troubleshooting", "Signature removed".
"""

import asyncio
import logging
import math
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import httpx
from google.auth import exceptions, jwt

log = logging.getLogger(__name__)
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
# google-auth has no types; these two check form, signature, life time and audience.
_decode: Callable[..., Mapping[str, Any]] = jwt.decode
_decode_header: Callable[..., Mapping[str, Any]] = jwt.decode_header
_MAX_AGE = re.compile(r"max-age=(\d+)")
_MALFORMED = (ValueError, RecursionError, exceptions.GoogleAuthError)
_LEAST_AGE = 60.0  # seconds between two looks for certificates, whatever a token claims
_OLDEST = 86_400.0  # seconds that certificates are used for, where there are no newer ones
_PAUSE = 10.0  # seconds between two looks where the first found nothing
_SKEW = 30  # seconds by which clocks may differ


class CallerError(Exception):
    """The caller is not proven to be the push subscription; the message says which proof is missing, no secret."""


class CertificatesError(Exception):
    """Google's certificates cannot be had: the token can be neither accepted nor refused."""


class PushAuth(Protocol):
    """Lets a caller in, or raises CallerError or CertificatesError."""

    async def check(self, authorization: str | None) -> None: ...


class Anyone:
    """For the emulator, which sends no token; settings refuse it on Cloud Run."""

    async def check(self, authorization: str | None) -> None:
        """Lets everybody in."""


class CloudRunInvoker:
    """Cloud Run's own check stands before the container; it takes the token's signature away.

    The claims are compared as a second lock, for the day somebody opens the first.
    """

    def __init__(self, audience: str, service_account: str) -> None:
        self._audience = audience
        self._service_account = service_account

    async def check(self, authorization: str | None) -> None:
        """Compares audience and account."""
        try:
            claims = _decode(_token(authorization), verify=False)
        except _MALFORMED:
            raise CallerError("the bearer token is no JWT") from None
        if claims.get("aud") != self._audience:
            raise CallerError("the token is for another audience than PUSH_AUDIENCE")
        _check_account(claims, self._service_account)


class SignedToken:
    """Checks the token here, with Google's certificates, kept as long as Google says."""

    def __init__(
        self,
        audience: str,
        service_account: str,
        *,
        certificates_url: str,
        client: httpx.AsyncClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._audience = audience
        self._service_account = service_account
        self._url = certificates_url
        self._client = client
        self._clock = clock
        self._certificates: Mapping[str, str] = {}
        self._ask_again_at = self._asked_at = self._fetched_at = -math.inf
        self._lock = asyncio.Lock()

    async def check(self, authorization: str | None) -> None:
        """Verifies signature, life time, issuer, audience, account."""
        token = _token(authorization)
        try:
            key_id = _decode_header(token).get("kid")
        except _MALFORMED:
            raise CallerError("the bearer token is no JWT") from None
        if not isinstance(key_id, str):
            raise CallerError("the token does not name the key it is signed with")
        certificates = await self._certificates_for(key_id)
        try:
            claims = _decode(token, certificates, audience=self._audience, clock_skew_in_seconds=_SKEW)
        except (*_MALFORMED, TypeError):  # TypeError: a life time that is no number
            raise CallerError("the token is expired, for another audience, or not signed by Google") from None
        if claims.get("iss") not in ISSUERS:
            raise CallerError("the token was not issued by Google")
        _check_account(claims, self._service_account)

    async def _certificates_for(self, key_id: str) -> Mapping[str, str]:
        async with self._lock:
            now = self._clock()
            rotated = key_id not in self._certificates and now > self._asked_at + _LEAST_AGE
            if now > self._ask_again_at or rotated:
                await self._ask(now)
            # Yesterday's are better than none: Google announces new ones days ahead.
            if now > self._fetched_at + _OLDEST:
                raise CertificatesError(f"no certificates from {self._url}")
            return self._certificates

    async def _ask(self, now: float) -> None:
        self._asked_at = now
        # Pushes that come while the address does not answer wait for it one after the other: not each of them.
        self._ask_again_at = now + _PAUSE
        try:
            answer = (await self._client.get(self._url)).raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.error("no certificates from %s: %s", self._url, type(error).__name__)
            return
        if (
            not found
            or not isinstance(found, dict)
            or not all(isinstance(pem, str) for pem in found.values())
        ):
            log.error("no certificates from %s: not an object of PEM texts by key id", self._url)
            return
        age = _MAX_AGE.search(answer.headers.get("cache-control", ""))
        self._certificates = found
        self._fetched_at = now
        self._ask_again_at = now + min(max(_LEAST_AGE, float(age[1]) if age else 0.0), _OLDEST)


def _token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise CallerError("there is no bearer token: the push subscription must send an OIDC token")
    return token.strip()


def _check_account(claims: Mapping[str, Any], service_account: str) -> None:
    if claims.get("email") != service_account or claims.get("email_verified") is not True:
        raise CallerError("the token belongs to another account than PUSH_SERVICE_ACCOUNT")
