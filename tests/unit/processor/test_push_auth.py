"""Who may push: tokens signed by a real key, certificates from a real server, and everything that is not quite one."""

import base64
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from processor.push_auth import Anyone, CallerError, CertificatesError, CloudRunInvoker, SignedToken
from tests.support.google_keys import ACCOUNT, AUDIENCE, CertificateServer, Key

KEY, NEXT_KEY, STRANGER = Key("key-1"), Key("key-2"), Key("key-1")


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def google() -> Iterator[CertificateServer]:
    with CertificateServer(KEY) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def signed_token(google: CertificateServer, clock: Clock) -> AsyncIterator[SignedToken]:
    async with httpx.AsyncClient(timeout=2) as client:
        yield SignedToken(AUDIENCE, ACCOUNT, certificates_url=google.url, client=client, clock=clock)


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def with_header(token: str, **header: Any) -> str:
    """The token under another header, its signature as it was."""
    _, claims, signature = token.split(".")
    return ".".join([encoded(header), claims, signature])


async def test_googles_token_for_our_account_is_let_in_and_the_certificates_are_kept(
    signed_token: SignedToken, google: CertificateServer
) -> None:
    for _ in range(3):
        await signed_token.check(f"Bearer {KEY.token()}")
    await signed_token.check(f"bearer {KEY.token(iss='accounts.google.com')}")
    assert google.asked == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("aud", "https://somebody-else.example"),
        ("aud", None),
        ("aud", ["https://somebody-else.example"]),
        ("email", "somebody@else.iam.gserviceaccount.com"),
        ("email", None),
        ("email_verified", False),
        ("email_verified", "true"),
        ("email_verified", None),
        ("exp", -60),
        ("exp", None),
        ("exp", "never"),
        ("iat", 600),
        ("iat", None),
        ("iss", "https://accounts.example.com"),
        ("iss", None),
    ],
)
async def test_a_claim_that_is_not_ours_is_refused(name: str, value: Any, signed_token: SignedToken) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        value += int(time.time())
    with pytest.raises(CallerError):
        await signed_token.check(f"Bearer {KEY.token(**{name: value})}")


@pytest.mark.parametrize(
    "authorization",
    [  # xdist wants ids that do not change, and every key is a new one
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer not-a-jwt",
        "Bearer a.b.c",
        "Bearer é.é.é",
        f"Bearer {encoded([])}.{encoded({})}.c2ln",
        f"Bearer {encoded({'kid': 'key-1'})}.{encoded([])}.c2ln",
        f"Bearer {base64.urlsafe_b64encode(b'[' * 40_000).decode()}.e30.c2ln",
        f"Bearer {STRANGER.token()}",
        f"Bearer {Key('unknown').token()}",
        f"Bearer {KEY.token()[:-8]}AAAAAAAA",
    ],
    ids=itertools.count(),
)
async def test_what_google_has_not_signed_is_refused(
    authorization: str | None, signed_token: SignedToken
) -> None:
    with pytest.raises(CallerError) as refused:
        await signed_token.check(authorization)
    if authorization and len(authorization) > 20:
        assert authorization.split()[-1] not in str(refused.value), "no token in a message"


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "ES256", "RS384", None, [], {}])
async def test_another_algorithm_is_refused(algorithm: Any, signed_token: SignedToken) -> None:
    with pytest.raises(CallerError):
        await signed_token.check(f"Bearer {with_header(KEY.token(), alg=algorithm, kid='key-1')}")
    with pytest.raises(CallerError):
        await signed_token.check(
            f"Bearer {encoded({'alg': algorithm, 'kid': 'key-1'})}.{encoded({'aud': AUDIENCE})}."
        )


async def test_the_public_certificate_is_no_shared_secret(
    signed_token: SignedToken, google: CertificateServer
) -> None:
    import hashlib  # noqa: PLC0415 the attack's own tools
    import hmac  # noqa: PLC0415

    claims = KEY.token().split(".")[1]
    signing_input = f"{encoded({'alg': 'HS256', 'kid': 'key-1'})}.{claims}"
    digest = hmac.new(KEY.certificate.encode(), signing_input.encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    with pytest.raises(CallerError):
        await signed_token.check(f"Bearer {signing_input}.{signature}")


@pytest.mark.parametrize("key_id", [None, 7, [], {}])
async def test_a_token_that_names_no_key_is_refused(key_id: Any, signed_token: SignedToken) -> None:
    with pytest.raises(CallerError):
        await signed_token.check(f"Bearer {with_header(KEY.token(), alg='RS256', kid=key_id)}")


async def test_a_new_key_is_looked_for_but_not_at_every_push(
    signed_token: SignedToken, google: CertificateServer, clock: Clock
) -> None:
    await signed_token.check(f"Bearer {KEY.token()}")
    google.publish(KEY, NEXT_KEY)
    for _ in range(3):
        with pytest.raises(CallerError):
            await signed_token.check(f"Bearer {NEXT_KEY.token()}")
    assert google.asked == 1
    clock.now += 61
    await signed_token.check(f"Bearer {NEXT_KEY.token()}")
    assert google.asked == 2


async def test_certificates_are_fetched_anew_when_google_says_so(
    signed_token: SignedToken, google: CertificateServer, clock: Clock
) -> None:
    await signed_token.check(f"Bearer {KEY.token()}")
    google.publish(NEXT_KEY)
    clock.now += 3601
    with pytest.raises(CallerError):
        await signed_token.check(f"Bearer {KEY.token()}")


@pytest.mark.parametrize(
    ("status", "content"),
    [(500, b"{}"), (200, b"<html>"), (200, b"[]"), (200, b'{"keys": []}'), (200, b"{}")],
)
async def test_without_certificates_nobody_is_let_in_or_refused_and_the_address_is_spared(
    status: int, content: bytes, signed_token: SignedToken, google: CertificateServer, clock: Clock
) -> None:
    google.status, google.content = status, content
    for _ in range(3):
        with pytest.raises(CertificatesError):
            await signed_token.check(f"Bearer {KEY.token()}")
    assert google.asked == 1
    google.status = 200
    google.publish(KEY)
    clock.now += 11
    await signed_token.check(f"Bearer {KEY.token()}")


async def test_yesterdays_certificates_serve_while_the_address_is_away_but_no_longer_than_a_day(
    signed_token: SignedToken, google: CertificateServer, clock: Clock
) -> None:
    await signed_token.check(f"Bearer {KEY.token()}")
    google.status = 503
    clock.now += 3601
    await signed_token.check(f"Bearer {KEY.token()}")
    await signed_token.check(f"Bearer {KEY.token()}")
    assert google.asked == 2
    clock.now += 86_400
    with pytest.raises(CertificatesError):
        await signed_token.check(f"Bearer {KEY.token()}")


async def test_behind_cloud_run_the_token_without_its_signature_is_compared() -> None:
    head, claims, _ = KEY.token().split(".")
    invoker = CloudRunInvoker(AUDIENCE, ACCOUNT)
    await invoker.check(f"Bearer {head}.{claims}.SIGNATURE_REMOVED_BY_GOOGLE")
    for token in (
        KEY.token(aud="another"),
        KEY.token(email="another"),
        KEY.token(email_verified=False),
        "a.b.c",
        f"{encoded({})}.{encoded([])}.c2ln",
    ):
        with pytest.raises(CallerError):
            await invoker.check(f"Bearer {token}")
    with pytest.raises(CallerError):
        await invoker.check(None)


async def test_the_emulator_is_let_in() -> None:
    await Anyone().check(None)
