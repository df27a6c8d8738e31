"""A google provider that knows its schema and its rules of arguments only, so that terraform checks and plans without the registry or an account.

Terraform finds it through TF_REATTACH_PROVIDERS, its door for providers under a debugger, and speaks the real plugin
protocol with it (version 6, gRPC on a unix socket).  It checks what the schema and the documentation say of values,
and plans like a provider that knows nothing yet: what is computed stays unknown.  It refuses to apply.

By hand, in terraform/:

    PYTHONPATH=.. ../.venv/bin/python -m tests.terraform.stand_in terraform validate
"""

import concurrent.futures
import contextlib
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

import grpc
import msgpack
from tfplugin_proto import tfplugin6_5_pb2 as pb
from tfplugin_proto import tfplugin6_5_pb2_grpc as rpc

from tests.terraform import argument_rules
from tests.terraform.regenerate import SCHEMA

# ruff: noqa: N802 - the methods' names are the protocol's

GOOGLE, TIME = "hashicorp/google", "hashicorp/time"  # as in terraform/versions.tf
RULES = SCHEMA.with_name("google.rules.json.gz")  # what the provider's code demands beyond its schema
_DURATION = re.compile(r"(\d+(\.\d{1,9})?s)?")
_UNKNOWN = msgpack.ExtType(0, b"")
_UNLIMITED = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]

Block = dict[str, Any]
Value = dict[str, Any] | None


class StandIn(rpc.ProviderServicer):
    """The provider's side of the protocol."""

    def __init__(self, schema: dict[str, Any], rules: dict[str, Any]) -> None:
        self._provider: Block = schema["provider"]
        self._resources: dict[str, Block] = schema["resource"]
        self._data: dict[str, Block] = schema["data"]
        self._demands = {
            kind: {name: argument_rules.tree(one["arguments"]) for name, one in rules[kind].items()}
            for kind in ("resource", "data")
        }
        self._provider_demands = argument_rules.tree(rules["provider"]["arguments"])
        self._refusals = {name: one.get("plan", []) for name, one in rules["resource"].items()}
        self._schema = pb.GetProviderSchema.Response(
            provider=pb.Schema(block=_message(schema["provider"])),
            resource_schemas={
                name: pb.Schema(block=_message(block)) for name, block in self._resources.items()
            },
            data_source_schemas={
                name: pb.Schema(block=_message(block)) for name, block in self._data.items()
            },
        )

    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        return self._schema

    def GetMetadata(self, request: Any, context: Any) -> Any:
        kinds = pb.GetMetadata
        return kinds.Response(
            resources=[kinds.ResourceMetadata(type_name=name) for name in self._resources],
            data_sources=[kinds.DataSourceMetadata(type_name=name) for name in self._data],
        )

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:
        found = argument_rules.mistakes(
            self._provider_demands, self._provider, _unpack(request.config.msgpack)
        )
        return pb.ValidateProviderConfig.Response(diagnostics=_diagnostics(found))

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        block, config = self._resources[request.type_name], _unpack(request.config.msgpack)
        found = list(_diagnostics(self._unmet("resource", request.type_name, block, config)))
        told = [one.attribute for one in found]
        found += [one for one in _mistakes(block, config, []) if one.attribute not in told]
        return pb.ValidateResourceConfig.Response(diagnostics=found)

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:
        block, config = self._data[request.type_name], _unpack(request.config.msgpack)
        found = _diagnostics(self._unmet("data", request.type_name, block, config))
        return pb.ValidateDataResourceConfig.Response(diagnostics=found)

    def _unmet(self, kind: str, name: str, block: Block, config: Value) -> Iterator[argument_rules.Mistake]:
        if name in self._demands[kind]:
            yield from argument_rules.mistakes(self._demands[kind][name], block, config)

    def ConfigureProvider(self, request: Any, context: Any) -> Any:
        return pb.ConfigureProvider.Response()

    def PlanResourceChange(self, request: Any, context: Any) -> Any:
        block, proposed = self._resources[request.type_name], _unpack(request.proposed_new_state.msgpack)
        refused = list(argument_rules.refusals(self._refusals.get(request.type_name, []), block, proposed))
        if refused:
            return pb.PlanResourceChange.Response(diagnostics=_diagnostics(refused))
        planned = _planned(block, proposed)
        return pb.PlanResourceChange.Response(planned_state=_pack(planned), legacy_type_system=True)

    def ReadDataSource(self, request: Any, context: Any) -> Any:
        block = self._data[request.type_name]
        state = _unpack(request.config.msgpack) or {}
        for name, attribute in block["attributes"].items():
            if "c" in attribute["flags"] and state.get(name) is None:
                state[name] = _something(attribute["type"])
        return pb.ReadDataSource.Response(state=_pack(state))

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:
        refusal = pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary="A stand-in applies nothing")
        return pb.ApplyResourceChange.Response(diagnostics=[refusal])

    def StopProvider(self, request: Any, context: Any) -> Any:
        return pb.StopProvider.Response()


def _message(block: Block) -> Any:
    message = pb.Schema.Block()
    for name, attribute in sorted(block["attributes"].items()):
        flags = attribute["flags"]
        message.attributes.add(
            name=name,
            type=json.dumps(attribute["type"]).encode(),
            required="r" in flags,
            optional="o" in flags,
            computed="c" in flags,
        )
    for name, nested in sorted(block["blocks"].items()):
        several = nested["nesting"] in {"list", "set"}
        message.block_types.add(
            type_name=name,
            nesting=pb.Schema.NestedBlock.NestingMode.Value(nested["nesting"].upper()),
            min_items=nested["min"] if several else 0,
            max_items=nested["max"] if several else 0,
            block=_message(nested["block"]),
        )
    return message


def _inner(block: Block, value: dict[str, Any]) -> Iterator[tuple[Block, dict[str, Any], list[str | int]]]:
    """(block, value, path) of each nested block that is written in this value."""
    for name, nested in block["blocks"].items():
        written = value.get(name)
        if isinstance(written, dict):
            yield nested["block"], written, [name]
        elif isinstance(written, list):
            for index, one in enumerate(written):
                if isinstance(one, dict):
                    yield nested["block"], one, [name, index] if nested["nesting"] == "list" else [name]


def _mistakes(block: Block, value: Value, path: list[str | int]) -> Iterator[Any]:
    """What the documentation does not allow and terraform itself, which knows types only, cannot see."""
    if value is None:
        return
    for name, attribute in block["attributes"].items():
        given = value.get(name)
        if given is None or isinstance(given, msgpack.ExtType):
            continue
        said = None
        if attribute["flags"] == "c":
            said = f"{name} is decided by Google and cannot be set"
        elif given not in attribute.get("enum", [given]):
            said = f"{name} must be one of {', '.join(attribute['enum'])}; it is {given}"
        elif attribute.get("duration") and not _DURATION.fullmatch(given):
            said = f'{name} must be a number of seconds that ends in "s"; it is {given}'
        if said is not None:
            yield pb.Diagnostic(
                severity=pb.Diagnostic.ERROR,
                summary="A value the provider's documentation does not allow",
                detail=said,
                attribute=_attribute((*path, name)),
            )
    for inner, written, where in _inner(block, value):
        yield from _mistakes(inner, written, path + where)


def _diagnostics(mistakes: Iterable[argument_rules.Mistake]) -> Iterator[Any]:
    for path, said in mistakes:
        yield pb.Diagnostic(
            severity=pb.Diagnostic.ERROR,
            summary="A value the provider's code does not allow",
            detail=said,
            attribute=_attribute(path),
        )


def _attribute(path: Iterable[str | int]) -> Any:
    return pb.AttributePath(
        steps=[
            pb.AttributePath.Step(element_key_int=step)
            if isinstance(step, int)
            else pb.AttributePath.Step(attribute_name=step)
            for step in path
        ]
    )


def _planned(block: Block, value: Value) -> Value:
    if value is None:  # to be destroyed
        return None
    for name, attribute in block["attributes"].items():
        if "c" in attribute["flags"] and value.get(name) is None:
            value[name] = _UNKNOWN
    for inner, written, _ in _inner(block, value):
        _planned(inner, written)
    return value


def _something(kind: Any) -> Any:
    """A value of this type, for what a data source would read in Google Cloud."""
    if isinstance(kind, str):
        return {"string": "0", "number": 0, "bool": False}[kind]
    if kind[0] == "object":
        return {name: _something(inner) for name, inner in kind[1].items()}
    return {} if kind[0] == "map" else []


def _unpack(data: bytes) -> Value:
    value: Value = msgpack.unpackb(data, strict_map_key=False, ext_hook=msgpack.ExtType)
    return value


def _pack(value: Value) -> Any:
    return pb.DynamicValue(msgpack=msgpack.packb(value))


# registry: hashicorp/time 0.12, resource time_sleep (read 2026-11-25); it has no rules that the schema does not tell.
_TIME_SCHEMA: dict[str, Any] = {
    "provider": {"attributes": {}, "blocks": {}},
    "data": {},
    "resource": {
        "time_sleep": {
            "attributes": {
                "create_duration": {"flags": "o", "type": "string"},
                "destroy_duration": {"flags": "o", "type": "string"},
                "triggers": {"flags": "o", "type": ["map", "string"]},
                "id": {"flags": "c", "type": "string"},
            },
            "blocks": {},
        }
    },
}
_NO_RULES: dict[str, Any] = {"provider": {"arguments": {}}, "resource": {}, "data": {}}


@contextlib.contextmanager
def _served(provider: StandIn) -> Iterator[dict[str, Any]]:
    """The address, as TF_REATTACH_PROVIDERS wants it, at which this provider answers."""
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/provider"
        server = grpc.server(concurrent.futures.ThreadPoolExecutor(8), options=_UNLIMITED)
        rpc.add_ProviderServicer_to_server(provider, server)
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        try:
            yield {
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": os.getpid(),
                "Test": True,
                "Addr": {"Network": "unix", "String": socket},
            }
        finally:
            server.stop(grace=None).wait()


@contextlib.contextmanager
def running() -> Iterator[dict[str, str]]:
    """The stand-ins, running; gives the environment in which terraform finds them and asks the network for nothing."""
    schema, rules = (json.loads(gzip.decompress(path.read_bytes())) for path in (SCHEMA, RULES))
    with _served(StandIn(schema, rules)) as google, _served(StandIn(_TIME_SCHEMA, _NO_RULES)) as time:
        yield {
            "TF_REATTACH_PROVIDERS": json.dumps({GOOGLE: google, TIME: time}),
            "TF_CLI_CONFIG_FILE": os.devnull,
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }


def main() -> int:
    """Runs the command given on the command line beside the stand-in."""
    with running() as environment:
        return subprocess.run(sys.argv[1:], env=os.environ | environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
