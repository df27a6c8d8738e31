"""The schema of a terraform provider, read from its generated CDK bindings.

The bindings (package cdktn-provider-google, JavaScript inside a Python wheel) are generated from the provider's own
`terraform providers schema -json`, so every attribute's type and flags and every block's nesting can be read back.
What only the provider's code knows (ranges, lengths, what excludes what) is not in them.
"""

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Type = Any  # as in a terraform schema: "string", ["list", "string"], ["object", {...}]
Block = dict[str, Any]  # {"attributes": {name: ...}, "blocks": {name: ...}}

_CLASS = re.compile(r"^class (\w+) extends cdktn\.(\w+) \{$(.*?)^\}$", re.DOTALL | re.MULTILINE)
_WRITER = re.compile(r"^function (\w+)ToHclTerraform\(struct\) \{$(.*?)^\}$", re.DOTALL | re.MULTILINE)
_MEMBER = re.compile(
    r"^    // (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n(.*?)(?=^    // \w+ - computed|^    // =====|\Z)",
    re.DOTALL | re.MULTILINE,
)
_ARGUMENT = re.compile(
    r"^\s+(\w+): \{\s+value: .*?,\n\s+isBlock: (true|false),\n\s+type: \"(\w+)\",\n\s+storageClassType: \"(\w+)\",",
    re.DOTALL | re.MULTILINE,
)
_INTERFACE = re.compile(r"^export interface (\w+)(?: extends [\w.]+)? \{$(.*?)^\}$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"/\*\*(.*?)\*/\s+readonly \w+\??: ([^;]+);", re.DOTALL)

# How a member is read tells its type; the first that is found counts.
_GETTERS: tuple[tuple[str, Type], ...] = (
    ("Fn.tolist(this.getListAttribute", ["set", "string"]),
    ("Fn.tolist(this.getNumberListAttribute", ["set", "number"]),
    ("getNumberListAttribute", ["list", "number"]),
    ("getListAttribute", ["list", "string"]),
    ("getStringMapAttribute", ["map", "string"]),
    ("getNumberMapAttribute", ["map", "number"]),
    ("getBooleanMapAttribute", ["map", "bool"]),
    ("getAnyMapAttribute", ["map", "string"]),
    ("getStringAttribute", "string"),
    ("getNumberAttribute", "number"),
    ("getBooleanAttribute", "bool"),
    ("interpolationForAttribute", "dynamic"),
)
_STORED: dict[str, Type] = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "stringMap": ["map", "string"],
    "stringList": ["list", "string"],
}
_MAP_OF = {"String": "string", "Number": "number", "Boolean": "bool", "Any": "string"}
_NESTING = {"list": "list", "set": "set", "struct": "single", "map": "map"}
_REFERENCE = "OutputReference"


@dataclass(frozen=True)
class Written:
    """How an argument is written: as a block or not, in what collection, of which class."""

    is_block: bool
    collection: str
    stored_as: str


def _written(text: str) -> dict[str, Written]:
    return {
        name: Written(is_block == "true", collection, stored)
        for name, is_block, collection, stored in _ARGUMENT.findall(text)
    }


class Module:
    """The bindings of one resource, one data source or the provider itself."""

    def __init__(self, javascript: str, declarations: str) -> None:
        self._classes = {name: (base, body) for name, base, body in _CLASS.findall(javascript)}
        self._writers = {name.lower(): _written(body) for name, body in _WRITER.findall(javascript)}
        self._rules = _rules(declarations)
        self._javascript = javascript

    def types(self) -> Iterator[tuple[str, str, Block]]:
        """(kind, terraform's name, schema) of each; kind is the base class without its prefix."""
        for name, (base, body) in self._classes.items():
            if base not in {"TerraformResource", "TerraformDataSource", "TerraformProvider"}:
                continue
            found = re.search(r'static tfResourceType = "(\w+)"', body)
            if found is None:
                raise ValueError(f"{name} does not tell its terraform type")
            written = _written(body[body.find("synthesizeHclAttributes") :])
            yield base.removeprefix("Terraform"), found[1], self._block(name, written)

    def provider_version(self) -> str | None:
        """The provider's version the bindings were made from."""
        found = re.search(r"providerVersion: '([\d.]+)'", self._javascript)
        return found and found[1]

    def _block(self, class_name: str, written: dict[str, Written]) -> Block:
        base, body = self._classes[class_name]
        interface = class_name.removesuffix(_REFERENCE) if base == "ComplexObject" else f"{class_name}Config"
        attributes: dict[str, Any] = {}
        blocks: dict[str, Any] = {}
        for name, computed, optional, required, code in _MEMBER.findall(body):
            flags = "".join(
                letter
                for letter, said in zip("cor", (computed, optional, required), strict=True)
                if said == "true"
            )
            how = written.get(name)
            nested = self._nested(name, code, body)
            if nested is None and how is not None and how.is_block:
                # The provider's own blocks (batching and the like) have no class, only a writer.
                inner = self._writers[how.stored_as.removesuffix("List").lower()]
                plain = {
                    key: {"type": _STORED.get(field.stored_as, "string"), "flags": "o"}
                    for key, field in inner.items()
                }
                blocks[name] = {
                    "nesting": "list",
                    "min": int("r" in flags),
                    "max": 1,
                    "block": {"attributes": plain, "blocks": {}},
                }
            elif nested is None:
                attributes[name] = {
                    "type": _plain_type(code, how, f"{class_name}.{name}"),
                    "flags": flags,
                } | self._rules.get((interface, name), {})
            elif how is not None and how.is_block and isinstance(nested, _Nested):
                blocks[name] = {
                    "nesting": _NESTING[how.collection],
                    "min": int("r" in flags),
                    "max": int(nested.single),
                    "block": nested.block,
                }
            else:
                kind = nested.as_type() if isinstance(nested, _Nested) else nested
                attributes[name] = {"type": kind, "flags": flags}
        return {"attributes": attributes, "blocks": blocks}

    def _nested(self, name: str, code: str, body: str) -> "_Nested | Type | None":
        """What the member is made of: an inner block, a map of plain values, or None for a plain value."""
        made = rf'= new (?:\w+\.)?(\w+)\(this, "{name}"(?:, (true|false))?\)'
        found = re.search(made, code) or re.search(rf"this\._\w+ {made}", body)
        if found is None:
            return None
        class_name, is_set = found[1], found[2] == "true"
        if plain := re.fullmatch(r"(String|Number|Boolean|Any)Map(List)?", class_name):
            one: Type = ["map", _MAP_OF[plain[1]]]
            return ["list", one] if plain[2] else one
        single = class_name.endswith(_REFERENCE)
        is_map = class_name.endswith("Map")
        element = class_name if single else re.sub(r"(List|Map)$", _REFERENCE, class_name)
        inner = self._block(element, self._writers.get(element.removesuffix(_REFERENCE).lower(), {}))
        return _Nested(inner, single, "map" if is_map else "set" if is_set else "list")


@dataclass(frozen=True)
class _Nested:
    block: Block
    single: bool
    collection: str

    def as_type(self) -> Type:
        """An attribute whose value is an object, or a collection of such."""
        inner = _object(self.block)
        return inner if self.single else [self.collection, inner]


def _object(block: Block) -> Type:
    fields = {name: attribute["type"] for name, attribute in block["attributes"].items()}
    for name, nested in block["blocks"].items():
        fields[name] = ["set" if nested["nesting"] == "set" else "list", _object(nested["block"])]
    return ["object", fields]


def _plain_type(code: str, how: Written | None, where: str) -> Type:
    for getter, kind in _GETTERS:
        if getter in code:
            if how is not None and how.collection == "set" and isinstance(kind, list):
                return ["set", kind[1]]
            return kind
    if how is None:
        raise ValueError(f"{where}: nothing tells its type")
    return _STORED[how.stored_as]


def _rules(declarations: str) -> dict[tuple[str, str], dict[str, Any]]:
    """What the provider's documentation, which the declarations carry, says about a value: a closed list, a duration."""
    rules: dict[tuple[str, str], dict[str, Any]] = {}
    for interface, body in _INTERFACE.findall(declarations):
        for comment, kind in _FIELD.findall(body):
            text = re.sub(r"\s*\n\s*\*\s?", " ", comment)
            name = re.search(r"#(\w+) \w+#\w+\}", text)
            if name is None or kind.strip() != "string":
                continue
            rule: dict[str, Any] = {}
            if listed := re.search(r"Possible values: (\[\"[^\]]*\])", text):
                with contextlib.suppress(json.JSONDecodeError):  # a sentence that only looks like a list
                    rule["enum"] = json.loads(listed[1])
            if "duration in seconds with up to nine fractional digits" in text.lower():
                rule["duration"] = True
            if rule:
                rules[interface, name[1]] = rule
    return rules
