"""The provider's own rules of arguments: the installation keeps them, and each of them can be broken and is then told."""

import copy
import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import msgpack
import pytest

from tests.terraform import argument_rules
from tests.terraform.argument_rules import Facts, Node
from tests.terraform.regenerate import SCHEMA, used_types
from tests.terraform.stand_in import RULES

UNKNOWN = msgpack.ExtType(0, b"")
Place = list[str | int]


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    return dict(json.loads(gzip.decompress(RULES.read_bytes())))


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return dict(json.loads(gzip.decompress(SCHEMA.read_bytes())))


@pytest.fixture(scope="module")
def resources(plan: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Address to (type, values) of every resource of the installation; what terraform does not know yet is UNKNOWN."""
    return {
        change["address"]: (change["type"], _with_unknowns(change["change"]))
        for change in plan["resource_changes"]
        if change["mode"] == "managed" and change["type"].startswith("google_")
    }


def _with_unknowns(change: dict[str, Any]) -> dict[str, Any]:
    def merged(value: Any, unknown: Any) -> Any:
        if unknown is True:
            return UNKNOWN
        if isinstance(unknown, dict) and isinstance(value, dict):
            return {name: merged(value.get(name), unknown.get(name)) for name in {*value, *unknown}}
        if isinstance(unknown, list) and isinstance(value, list) and len(unknown) == len(value):
            return [merged(one, other) for one, other in zip(value, unknown, strict=True)]
        return value

    return dict(merged(change["after"], change["after_unknown"]))


def _judged(kind: str, values: dict[str, Any], rules: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    block = schema["resource"][kind]
    # What only Google decides is in a plan and in no configuration.
    written = {
        name: value
        for name, value in values.items()
        if name in block["blocks"]
        or "o" in block["attributes"][name]["flags"]
        or "r" in block["attributes"][name]["flags"]
    }
    root = argument_rules.tree(rules["resource"][kind]["arguments"])
    return [said for _, said in argument_rules.mistakes(root, block, written)]


def test_every_resource_of_the_installation_has_rules_and_keeps_them(
    resources: dict[str, tuple[str, dict[str, Any]]], rules: dict[str, Any], schema: dict[str, Any]
) -> None:
    missing = {name for kind, name in used_types() if name not in rules[kind]}
    assert not missing, f"tests/terraform/google.rules.json.gz has no rules of {missing}"
    for address, (kind, values) in resources.items():
        assert not _judged(kind, values, rules, schema), address


def _wrong(facts: Facts, right: Any) -> Iterator[Any]:
    """A value of the same type for each of these rules, made from the rule alone, that breaks it."""
    if "enum" in facts:
        yield "NOT_ON_THE_LIST" if isinstance(right, str) else not right if right is True else 10**9
    if "range" in facts:
        low, high = facts["range"]
        if low is not None:
            yield low - 1
        if high is not None:
            yield high + 1
    if "length" in facts:
        low, high = facts["length"]
        if high is not None:
            yield "x" * (high + 1)
        if low:
            yield "x" * (low - 1)
    for pattern in facts.get("regex", []):
        yield from [one for one in ("", "!", " a b ", "ç/") if not re.search(pattern, one, re.ASCII)][:1]
    for name, text in (
        ("json", "{"),
        ("ip", "1.2.3"),
        ("base64", "%"),
        ("rfc3339", "today"),
        ("go_duration", "1 day"),
    ):
        if facts.get(name):
            yield text
    yield from facts.get("not_in", [])


def _ruled(node: Node, value: Any, place: Place) -> Iterator[tuple[Place, Facts, Any]]:
    """Where in these values something stands that has rules of its own."""
    for name, inner in node.inside.items():
        if not isinstance(value, dict) or value.get(name) in (None, UNKNOWN):
            continue
        found = value[name]
        if isinstance(found, list) and inner.inside:
            for index, one in enumerate(found):
                yield from _ruled(inner, one, [*place, name, index])
        elif isinstance(found, list):
            if inner.facts.get("each"):
                yield from (
                    ([*place, name, index], inner.facts["each"], one) for index, one in enumerate(found)
                )
        else:
            yield [*place, name], inner.facts, found


def test_every_rule_of_a_value_that_the_installation_writes_can_be_broken_and_is_told(
    resources: dict[str, tuple[str, dict[str, Any]]], rules: dict[str, Any], schema: dict[str, Any]
) -> None:
    broken = 0
    for address, (kind, values) in resources.items():
        root = argument_rules.tree(rules["resource"][kind]["arguments"])
        for place, facts, right in _ruled(root, values, []):
            for wrong in _wrong(facts, right):
                changed: Any = copy.deepcopy(values)
                holder = changed
                for step in place[:-1]:
                    holder = holder[step]
                holder[place[-1]] = wrong
                # The SDK looks into no block that holds something unknown: so does the judge.
                seen = argument_rules.known(argument_rules.written(changed[place[0]]))
                assert bool(_judged(kind, changed, rules, schema)) == seen, f"{address}: {place} = {wrong!r}"
                broken += seen
    assert broken > 80, broken


TOGETHER: dict[str, tuple[str, dict[str, Any], str]] = {
    "one of two": ("google_secret_manager_secret_version", {"secret_data": None}, "one of"),
    "not both": ("google_secret_manager_secret_version", {"secret_data_wo": "another"}, "only one of"),
    "not both, in a block": (
        "google_secret_manager_secret",
        {"replication": [{"auto": [{}], "user_managed": [{"replicas": [{"location": "us-east1"}]}]}]},
        "only one of",
    ),
    "blocks that exclude each other": (
        "google_pubsub_subscription",
        {"push_config": [{"push_endpoint": "https://example.com"}], "bigquery_config": [{"table": "a.b.c"}]},
        "excludes",
    ),
    "a block given too often": ("google_monitoring_alert_policy", {"documentation": [{}, {}]}, "1 times"),
}


@pytest.mark.parametrize("together", TOGETHER)
def test_what_must_or_must_not_stand_together_is_told(
    together: str,
    resources: dict[str, tuple[str, dict[str, Any]]],
    rules: dict[str, Any],
    schema: dict[str, Any],
) -> None:
    kind, changes, said = TOGETHER[together]
    values = next(values for other, values in resources.values() if other == kind)
    told = _judged(kind, values | changes, rules, schema)
    assert any(said in one for one in told), told
