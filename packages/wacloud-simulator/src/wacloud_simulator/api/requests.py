"""What every route asks of a request: a JSON object, numbers within their bounds. What is wrong is answered with 400."""

import math
from typing import Any

from flask import request

from wacloud_simulator.people import JSON

COPIES_MOST = 200


class RequestError(ValueError):
    """A request that cannot be obeyed; says what is wrong with it."""


def body() -> JSON:
    """The body's JSON object; an absent body is an empty one."""
    found = request.get_json(silent=True)
    if found is None and not request.get_data():
        return {}
    if not isinstance(found, dict):
        raise RequestError("the body must be a JSON object")
    return found


def number(name: str, default: float, most: float) -> float:
    """A number of the query, from 0 to `most`; what is more is taken as `most`."""
    text = request.args.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value >= 0:
        raise RequestError(f"?{name}= is a number, 0 or more, and not {text!r}")
    return min(value, most)


def copies(given: JSON) -> int:
    """How often a body is posted."""
    value: Any = given.get("copies", 1)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= COPIES_MOST:
        raise RequestError(f"copies is a whole number from 1 to {COPIES_MOST}")
    return value
