"""A request's body: read up to a limit, parsed strictly."""

import json
import math
from typing import Any

from starlette.requests import Request


class TooLargeError(Exception):
    """The body is over the limit; it was not read to its end."""


class NotJsonError(Exception):
    """The body is not a JSON object (RFC 8259, UTF-8)."""


async def read(request: Request, largest: int) -> bytes:
    """The body's bytes; raises TooLargeError before more than `largest` of them are held."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > largest:
        raise TooLargeError
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest:
            raise TooLargeError
        chunks.append(chunk)
    return b"".join(chunks)


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object; raises NotJsonError."""
    try:
        value = _decode(body.decode("utf-8"))
    # RecursionError: some thousand nested lists.  ValueError: no JSON, or a number of thousands of digits.
    except (ValueError, RecursionError) as error:
        raise NotJsonError(f"the body is not JSON ({type(error).__name__})") from None
    if not isinstance(value, dict):
        raise NotJsonError(f"the body is a JSON {type(value).__name__}, not an object")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _finite(digits: str) -> float:
    """1e999 would be written again as `Infinity`, which nobody can read."""
    value = float(digits)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value


_decode = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite).decode
