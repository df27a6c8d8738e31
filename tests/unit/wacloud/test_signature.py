"""A signature is over the bytes as they came, whatever they escape; and nothing but a right one passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wacloud.signature import SignatureError, sign, verify

SECRET = "the-app-secret-of-the-tests"
# Made with OpenSSL: printf '%s' BODY | openssl dgst -sha256 -hmac SECRET
VECTORS: dict[str, tuple[bytes, str]] = {
    "plain": (
        b'{"object":"whatsapp_business_account"}',
        "d558387f62cef7661f9570fb44de57a247f105c0d5d0cb24c9c690f23f56dc72",
    ),
    "escaped unicode": (
        rb'{"text":"\u00e4\u00f6\u00e5 \ud83d\ude97"}',
        "34ae853e836b2def92cd4de4dbd37fe7f10e50cb510e6a770c22124d6750e40c",
    ),
    "escaped slash": (
        rb'{"url":"https:\/\/example.com\/a"}',
        "c1f6427460e2fab9548d765329c9fca6a0aed65dd5a82c06ca7c0868e9cd24de",
    ),
    "escaped signs": (
        rb'{"text":"\u003C\u0025\u0040"}',
        "a29d119b8de9766dfedc9a1249fc8ac68cae3ea9d606e7a02ae17452a67859db",
    ),
    "raw UTF-8": (
        '{"text":"äöå"}'.encode(),
        "d955aeb4940f844dd38d2d2bc1c9bec40d4e63691ee5e066fa4a9368d7d0b495",
    ),
    "emoji": ('{"text":"🚗"}'.encode(), "a6fdcd584d45cad8d4930dbabc2a7edbb871ce1bb6c532f8e75422241935db25"),
    "empty": (b"", "510faaf2f1b4cc96f3feaa8246c4badb7e4ecd84598a84e69ae4a09dc0cad8c9"),
    "not text": (bytes(range(256)), "230156d89d1e02a18795300b13854d40acea505c8ea67631f87f064c9b32820f"),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_body_has_the_signature_that_openssl_gives_it(name: str) -> None:
    body, digest = VECTORS[name]
    assert sign(body, SECRET) == f"sha256={digest}"
    assert verify(body, f"sha256={digest}", [SECRET]) == 0


def test_the_same_json_in_other_bytes_has_another_signature() -> None:
    raw, escaped = '{"text":"é"}'.encode(), rb'{"text":"\u00e9"}'
    with pytest.raises(SignatureError) as refused:
        verify(raw, sign(escaped, SECRET), [SECRET])
    assert refused.value.reason == "wrong"


def test_while_secrets_change_the_old_and_the_new_one_pass() -> None:
    assert verify(b"x", sign(b"x", "old"), ["new", "old"]) == 1
    assert verify(b"x", sign(b"x", "new"), ["new", "old"]) == 0
    assert verify(b"x", sign(b"x", "sénha"), ["sénha"]) == 0


def test_hexadecimal_digits_may_be_large() -> None:
    assert verify(b"x", "sha256=" + sign(b"x", SECRET)[7:].upper(), [SECRET]) == 0


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "missing"),
        ("", "missing"),
        ("sha1=" + "0" * 40, "malformed"),
        ("sha256=", "malformed"),
        ("sha256=" + "0" * 63, "malformed"),
        ("sha256=" + "0" * 65, "malformed"),
        ("sha256=" + "g" * 64, "malformed"),
        ("sha256=" + "０" * 64, "malformed"),
        (" sha256=" + "0" * 64, "malformed"),
        ("sha256=" + "0" * 64 + "\n", "malformed"),
        ("SHA256=" + "0" * 64, "malformed"),
        ("sha256=" + "0" * 64, "wrong"),
    ],
)
def test_anything_else_is_refused_with_its_reason(header: str | None, reason: str) -> None:
    with pytest.raises(SignatureError) as refused:
        verify(b"x", header, [SECRET])
    assert refused.value.reason == reason
    assert SECRET not in str(refused.value)
    assert sign(b"x", SECRET) not in str(refused.value)


def test_without_a_secret_nothing_passes() -> None:
    with pytest.raises(SignatureError):
        verify(b"x", sign(b"x", ""), [])


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 199), st.integers(1, 255))
def test_one_changed_byte_is_enough(body: bytes, place: int, change: int) -> None:
    header = sign(body, SECRET)
    assert verify(body, header, [SECRET]) == 0
    changed = bytearray(body or b"\0")
    changed[place % len(changed)] ^= change
    with pytest.raises(SignatureError):
        verify(bytes(changed), header, [SECRET])


@settings(deadline=None)
@given(st.text(max_size=100))
def test_no_header_makes_it_fail_in_another_way(header: str) -> None:
    with pytest.raises(SignatureError):
        verify(b"x", header, [SECRET])
