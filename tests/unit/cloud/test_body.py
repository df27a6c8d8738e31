"""A body is read up to its limit and parsed strictly: what is let through can be written again by anyone."""

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect, Request

from cloud import body


def request(chunks: Iterable[bytes], *, length: str | None = None, ends: bool = True) -> Request:
    """A request whose body comes in these chunks; without its end the client goes away."""
    events: list[dict[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
    ]
    events.append({"type": "http.request", "body": b""} if ends else {"type": "http.disconnect"})
    coming = iter(events)

    async def receive() -> dict[str, Any]:
        return next(coming)

    headers = [(b"content-length", length.encode("latin-1"))] if length else []
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def test_a_body_in_pieces_is_put_together() -> None:
    assert await body.read(request([b"ab", b"", b"c"]), 3) == b"abc"


@pytest.mark.parametrize("length", ["4", "99999999999999999999"])
async def test_a_body_that_says_it_is_too_large_is_not_read_at_all(length: str) -> None:
    class Untouched(Request):
        async def stream(self) -> AsyncIterator[bytes]:
            raise AssertionError
            yield b""

    untouched = Untouched(request([], length=length).scope)
    with pytest.raises(body.TooLargeError):
        await body.read(untouched, 3)


async def test_a_body_that_is_too_large_without_saying_so_is_read_no_further_than_the_limit() -> None:
    read: list[bytes] = []

    def pieces() -> Iterable[bytes]:
        for piece in (b"ab", b"cd", b"ef", b"gh"):
            read.append(piece)
            yield piece

    coming = pieces()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": next(iter(coming)), "more_body": True}

    with pytest.raises(body.TooLargeError):
        await body.read(Request({"type": "http", "method": "POST", "headers": []}, receive), 3)
    assert read == [b"ab", b"cd"]


@pytest.mark.parametrize("length", ["", "x", "-1", "\xb2", "+2"])
async def test_a_strange_content_length_is_no_reason_to_fail(length: str) -> None:
    assert await body.read(request([b"abc"], length=length), 3) == b"abc"


async def test_a_client_that_goes_away_is_told_apart_from_a_short_body() -> None:
    with pytest.raises(ClientDisconnect):
        await body.read(request([b"ab"], ends=False), 3)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"a": "\xe9"}',
        b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a": 1} x',
        b"{'a': 1}",
    ],
    ids=lambda raw: repr(raw[:16]),
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(body.NotJsonError):
        body.parse(raw)


@given(
    st.dictionaries(
        st.text(st.characters(codec=None)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_a_json_object_is_itself(value: dict[str, Any]) -> None:
    assert body.parse(json.dumps(value).encode()) == value


@given(st.binary())
def test_any_bytes_are_a_json_object_or_refused(raw: bytes) -> None:
    try:
        found = body.parse(raw)
    except body.NotJsonError:
        return
    json.dumps(found, allow_nan=False)
