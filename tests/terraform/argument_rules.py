"""What the google provider's own code demands of arguments, beyond its schema, judged from data (google.rules.json.gz).

The data are facts read from the provider's source (github.com/hashicorp/terraform-provider-google; commit and date stand
in it under "source") for every type that terraform/ uses: {"resource": {type: {"arguments": {path: facts}}}}.  A rule of
a type that is used later is added there by whoever reads it in the source ("hand": true).

The order, and what is put off while a value is not known, follow the plugin SDK's validation (helper/schema, 2.40):

- `exactly_one_of` and `at_least_one_of` are asked of every argument, written or not; `required_with`,
  `conflicts_with` and the value's own rules only of one that is written;
- an argument in which anything is unknown is not looked into any further: a block that holds one unknown value is not
  checked at all, until terraform plans with values;
- null is "not written", an empty list of blocks too; "" and 0 are written.
"""

import base64
import binascii
import datetime
import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgpack

Block = dict[str, Any]
Facts = dict[str, Any]
Path = tuple[str | int, ...]
Mistake = tuple[Path, str]


class Unknown:
    """A value terraform does not know yet."""


UNKNOWN = Unknown()


class Node:
    """One argument's facts, and those of the arguments inside it."""

    def __init__(self) -> None:
        self.facts: Facts = {}
        self.inside: dict[str, Node] = {}


def tree(arguments: dict[str, Facts]) -> Node:
    root = Node()
    for path, facts in arguments.items():
        node = root
        for name in path.split("."):
            node = node.inside.setdefault(name, Node())
        node.facts = facts
    return root


def written(value: Any, block: Block | None = None) -> Any:
    """The configuration as the SDK sees it: without nulls and without empty lists of blocks."""
    if isinstance(value, msgpack.ExtType):
        return UNKNOWN
    if isinstance(value, dict):
        blocks = block["blocks"] if block else {}
        return {
            name: written(one, blocks[name]["block"] if name in blocks else None)
            for name, one in value.items()
            if one is not None and not (name in blocks and one == [])
        }
    if isinstance(value, list):
        return [written(one, block) for one in value]
    return value


def known(value: Any) -> bool:
    if isinstance(value, dict):
        return all(known(one) for one in value.values())
    if isinstance(value, list):
        return all(known(one) for one in value)
    return value is not UNKNOWN


_MISSING = object()


def look_up(config: Any, key: str) -> Any:
    """`a.0.b` in a configuration; _MISSING where nothing is written."""
    for part in key.split("."):
        if isinstance(config, dict):
            config = config.get(part, _MISSING)
        elif isinstance(config, list) and part.isdigit():
            config = config[int(part)] if int(part) < len(config) else _MISSING
        else:
            return _MISSING
        if config is _MISSING:
            return _MISSING
    return config


def mistakes(root: Node, block: Block, value: dict[str, Any] | None) -> Iterator[Mistake]:
    """Every demand that this configuration of one resource does not meet."""
    if value is not None:
        config = written(value, block)
        for name, node in root.inside.items():
            for path, said in _argument(name, (name,), node, config):
                yield _reachable(path, block), said


def _reachable(path: Path, block: Block | None) -> Path:
    """As far as the protocol can say it: nothing inside a set has an address."""
    for index, step in enumerate(path):
        if block is None or isinstance(step, int):
            continue
        if step in block["blocks"]:
            nested = block["blocks"][step]
            if nested["nesting"] == "set":
                return path[: index + 1]
            block = nested["block"]
        else:
            kind = block["attributes"].get(step, {}).get("type")
            return path[: index + 1] if isinstance(kind, list) and kind[0] == "set" else path
    return path


def _argument(key: str, path: Path, node: Node, config: dict[str, Any]) -> Iterator[Mistake]:
    facts = node.facts
    raw = look_up(config, key)
    if said := _together(key, facts, config):
        yield path, said
        return
    if raw is _MISSING:
        if facts.get("required"):
            yield path, f"{key} is required"
        return
    if facts.get("unconfigurable"):
        yield path, f"{key} is decided by Google and cannot be set"
        return
    if "required_with" in facts:
        every = sorted({*facts["required_with"], key})
        if any(look_up(config, other) is _MISSING for other in every):
            yield path, f"{key}: all of {', '.join(every)} must be given"
            return
    if not known(raw):
        return
    for other in facts.get("conflicts_with", []):
        found = look_up(config, other)
        if found is not _MISSING and found is not UNKNOWN:
            yield path, f"{key} excludes {other}"
            return
    if isinstance(raw, list):
        yield from _list(key, path, node, raw, config)
    elif isinstance(raw, dict) and node.inside:
        for name, inner in node.inside.items():
            yield from _argument(f"{key}.{name}", (*path, name), inner, config)
    else:
        for said in broken(facts, raw):
            yield path, f"{key} {said}; it is {_shown(raw)}"


def _list(key: str, path: Path, node: Node, raw: list[Any], config: dict[str, Any]) -> Iterator[Mistake]:
    low, high = node.facts.get("items", [0, None])
    if high and len(raw) > high:
        yield path, f"{key} can be given {high} times, not {len(raw)}"
        return
    if len(raw) < low:
        yield path, f"{key} must be given {low} times, not {len(raw)}"
        return
    for index, one in enumerate(raw):
        if isinstance(one, dict):
            for name, inner in node.inside.items():
                yield from _argument(f"{key}.{index}.{name}", (*path, index, name), inner, config)
        else:
            for said in broken(node.facts.get("each", {}), one):
                yield (*path, index), f"{key}.{index} {said}; it is {_shown(one)}"


def _together(key: str, facts: Facts, config: dict[str, Any]) -> str | None:
    if "exactly_one_of" in facts:
        every = sorted({*facts["exactly_one_of"], key})
        values = {other: look_up(config, other) for other in every}
        given = [other for other, value in values.items() if value is not _MISSING and known(value)]
        unknown = [other for other, value in values.items() if value is not _MISSING and not known(value)]
        if not given and not unknown:
            return f"{key}: one of {', '.join(every)} must be given"
        if len(given) > 1:
            return f"{key}: only one of {', '.join(every)} can be given, not {', '.join(given)}"
    if "at_least_one_of" in facts:
        every = sorted({*facts["at_least_one_of"], key})
        if all(look_up(config, other) is _MISSING for other in every):
            return f"{key}: one of {', '.join(every)} must be given"
    return None


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _json(text: str) -> bool:
    try:
        json.loads(text or "null")
    except ValueError:
        return False
    return True


def _ip(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text)) and "%" not in text
    except ValueError:
        return False


def _base64(text: str) -> bool:
    try:
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True) is not None
    except (binascii.Error, ValueError):
        return False


def _rfc3339(text: str) -> bool:
    try:
        return bool(
            re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)", text, re.ASCII)
            and datetime.datetime.fromisoformat(text[:19])
        )
    except ValueError:
        return False


_FORMATS: dict[str, tuple[Callable[[str], bool], str]] = {
    "json": (_json, "must be JSON"),
    "ip": (_ip, "must be an IP address"),
    "base64": (_base64, "must be base64"),
    "rfc3339": (_rfc3339, "must be a time such as 2026-01-31T23:59:00Z"),
    "go_duration": (
        lambda text: bool(
            re.fullmatch(r"\+?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)", text, re.ASCII)
            or re.fullmatch(r"-(0|(0+\.?0*(ns|us|µs|μs|ms|s|m|h))+)", text, re.ASCII)
        ),
        "must be a duration such as 1m30s",
    ),
}


def broken(facts: Facts, value: Any) -> Iterator[str]:
    """Which of one value's own rules it breaks, in words."""
    if isinstance(value, str) and {"whole", "range", "above"} & facts.keys():
        value = float(value)  # a number that no float holds exactly travels as text
    if facts.get("whole") and isinstance(value, float) and not value.is_integer():
        yield "must be a whole number"
        return  # the SDK cannot even read it
    text = value if isinstance(value, str) else ""
    if "enum" in facts:
        fold = str.casefold if facts.get("ignore_case") else lambda one: one
        if fold(value) not in [fold(one) for one in facts["enum"]]:
            yield f"must be one of {', '.join(_shown(one) for one in facts['enum'])}"
    if value in facts.get("not_in", []):
        yield f"must not be one of {', '.join(facts['not_in'])}"
    if "range" in facts:
        low, high = facts["range"]
        if (low is not None and value < low) or (high is not None and value > high):
            yield f"must be {_span(low, high)}"
    if "above" in facts and value <= facts["above"]:
        yield f"must be above {facts['above']}"
    if "length" in facts:
        low, high = facts["length"]
        if not (low or 0) <= len(text.encode()) <= (high if high is not None else len(text.encode())):
            yield f"must have {_span(low, high)} bytes"
    for pattern in facts.get("regex", []):
        if not re.search(pattern, text, re.ASCII):
            yield f"must match {pattern}"
    for pattern in facts.get("not_regex", []):
        if re.search(pattern, text, re.ASCII):
            yield f"must not match {pattern}"
    for name, (holds, said) in _FORMATS.items():
        if facts.get(name) and not holds(text):
            yield said
    if "any" in facts:
        each = [list(broken(one, value)) for one in facts["any"]]
        if all(each):
            yield ", or ".join(" and ".join(said) for said in each)


def _span(low: Any, high: Any) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def refusals(rules: list[Facts], block: Block, value: dict[str, Any] | None) -> Iterator[Mistake]:
    """What the provider refuses only while it plans (its CustomizeDiff), of the planned values."""
    if value is None:
        return
    value = written(value, block)
    for rule in rules:
        refuses = rule.get("refuses", {})
        if "unique" in refuses:
            blocks, name = refuses["unique"].split(".")
            seen = [one.get(name) for one in look_up_or(value, blocks, []) if isinstance(one, dict)]
            seen = [one for one in seen if one is not UNKNOWN]
            if len(set(seen)) < len(seen):
                yield (blocks,), f"two {blocks} blocks have the same {name}"
        if "given_only_if" in refuses:
            name, other, wanted = refuses["given_only_if"]
            given, found = look_up_or(value, name, []), look_up_or(value, other, None)
            if UNKNOWN not in (given, found) and bool(given) != (found == wanted):
                yield (name,), f"{name} must be given if and only if {other} is {wanted}"
        for one, other in refuses.get("not_both", []):
            both = [look_up_or(value, path, "") for path in (one, other)]
            if UNKNOWN not in both and all(both):
                yield (one.split(".")[0],), f"{one} and {other} exclude each other"


def look_up_or(value: Any, key: str, otherwise: Any) -> Any:
    found = look_up(value, key)
    return otherwise if found is _MISSING or found is None else found
