"""Firestore as the protocols need it: documents with preconditions, written in groups, read in groups.

The official client's messages and channel, called through cloud.rpc.  There is no transaction here: a document's
`update_time` is the precondition of its next write.
"""

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
import grpc.aio
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcAsyncIOTransport
from google.protobuf.timestamp_pb2 import Timestamp

from cloud import rpc
from cloud.group_commit import GroupCommit, RetryLater

_Write = types.Write.pb()
_Precondition = types.Precondition.pb()

_BatchWriteRequest = types.BatchWriteRequest.pb()
_BatchGetRequest = types.BatchGetDocumentsRequest.pb()
_CommitRequest = types.CommitRequest.pb()
_RunQueryRequest = types.RunQueryRequest.pb()

_CONFLICTS = (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION)
_CONFLICT_CODES = frozenset(code.value[0] for code in _CONFLICTS)
_RETRYABLE_CODES = frozenset(code.value[0] for code in rpc.RETRYABLE)
_SCALARS = {bool: "boolean_value", int: "integer_value", float: "double_value", bytes: "bytes_value"}
_MOST_WRITES = 500  # of one BatchWrite
_HEAVIEST = 8 << 20  # a request may be 10 MiB
_AT_MOST = types.StructuredQuery.FieldFilter.Operator.LESS_THAN_OR_EQUAL
_SERVICE = "/google.firestore.v1.Firestore/"


class _DocumentProto(Protocol):
    name: str
    fields: Any  # a map of google.firestore.v1.Value, filled and read in this module alone


class _PreconditionProto(Protocol):
    exists: bool
    update_time: Timestamp

    def HasField(self, name: str) -> bool: ...  # noqa: N802 protobuf


class _MaskProto(Protocol):
    field_paths: MutableSequence[str]


class Write(Protocol):
    """The raw protobuf google.firestore.v1.Write, for which googleapis has no stubs."""

    delete: str

    @property
    def update(self) -> _DocumentProto: ...
    @property
    def update_mask(self) -> _MaskProto: ...
    @property
    def current_document(self) -> _PreconditionProto: ...
    def ByteSize(self) -> int: ...  # noqa: N802 protobuf


class StoreError(Exception):
    """Base of what a call of this module raises."""


class Conflict(StoreError):  # noqa: N818 a state of the document, not a fault
    """The precondition did not hold: the document exists already, has changed, or is gone.

    After a lost reply the client library sends a write again, so a conflict may be one's own first try: read the
    document and look whose it is.
    """


class Unavailable(StoreError):  # noqa: N818 as google.rpc.Code names it
    """Firestore did not answer in time or refused for a reason of its own; the write may have been applied."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: its fields as Python values, its `update_time` as the next write's precondition."""

    name: str
    fields: dict[str, Any]
    update_time: Timestamp


def create(name: str, fields: Mapping[str, Any]) -> Write:
    """Create-if-absent."""
    write = put(name, fields)
    write.current_document.exists = False
    return write


def replace(name: str, fields: Mapping[str, Any], update_time: Timestamp) -> Write:
    """Replaces the whole document, if it is still the one of `update_time`."""
    write = put(name, fields)
    write.current_document.update_time.CopyFrom(update_time)
    return write


def update(
    name: str, fields: Mapping[str, Any], update_time: Timestamp, mask: Sequence[str] | None = None
) -> Write:
    """Writes these fields (or those of `mask`; one that is not in `fields` is removed), if it is still the one of `update_time`."""
    write = replace(name, fields, update_time)
    write.update_mask.field_paths.extend(fields if mask is None else mask)
    return write


def put(name: str, fields: Mapping[str, Any]) -> Write:
    """Writes the whole document, whether it exists or not."""
    # Filled in place: a third of the time that messages made one by one and copied into each other take.
    write: Write = _Write()
    document = write.update
    document.name = name
    for key, value in fields.items():
        _fill(document.fields[key], value)
    return write


def delete(name: str, update_time: Timestamp | None = None) -> Write:
    """Deletes the document, if it is still the one of `update_time`; without one, whether it exists or not."""
    condition = {} if update_time is None else {"current_document": _Precondition(update_time=update_time)}
    write: Write = _Write(delete=name, **condition)
    return write


class Store:
    """One database.  `timeout` (seconds) bounds every call, the library's retries included."""

    def __init__(
        self,
        channel: grpc.aio.Channel,
        project: str,
        database: str,
        *,
        timeout: float,
        metadata: rpc.Metadata,
    ) -> None:
        self._database = f"projects/{project}/databases/{database}"
        self._timeout = timeout
        self._metadata = grpc.aio.Metadata(*metadata, rpc.routing("database", self._database))
        self._batch_write_rpc = channel.unary_unary(
            f"{_SERVICE}BatchWrite",
            request_serializer=_BatchWriteRequest.SerializeToString,
            response_deserializer=types.BatchWriteResponse.pb().FromString,
        )
        self._batch_get_rpc = channel.unary_stream(
            f"{_SERVICE}BatchGetDocuments",
            request_serializer=_BatchGetRequest.SerializeToString,
            response_deserializer=types.BatchGetDocumentsResponse.pb().FromString,
        )
        self._run_query_rpc = channel.unary_stream(
            f"{_SERVICE}RunQuery",
            request_serializer=_RunQueryRequest.SerializeToString,
            response_deserializer=types.RunQueryResponse.pb().FromString,
        )
        self._commit_rpc = channel.unary_unary(
            f"{_SERVICE}Commit",
            request_serializer=_CommitRequest.SerializeToString,
            response_deserializer=types.CommitResponse.pb().FromString,
        )
        self._writes = GroupCommit[Write, Timestamp](
            self._batch_write,
            key=lambda write: write.update.name or write.delete,
            weigh=lambda write: write.ByteSize(),
            most=_MOST_WRITES,
            heaviest=_HEAVIEST,
            in_flight=2,
        )
        self._reads = GroupCommit[str, Document | None](
            self._batch_get,
            key=lambda name: name,
            weigh=len,
            most=_MOST_WRITES,
            heaviest=_HEAVIEST,
            in_flight=2,
        )

    @classmethod
    def connect(
        cls, project: str, database: str, *, timeout: float, emulator_host: str | None = None
    ) -> "Store":
        """A store on Google Cloud with the environment's credentials, or on the emulator at `host:port`."""
        channel = rpc.connect(FirestoreGrpcAsyncIOTransport, emulator_host=emulator_host)
        # To the emulator this is an administrator's token.
        metadata = [("authorization", "Bearer owner")] if emulator_host else []
        return cls(channel, project, database, timeout=timeout, metadata=metadata)

    def path(self, collection: str, document_id: str) -> str:
        """The full name of a document."""
        return f"{self._database}/documents/{collection}/{document_id}"

    def submit(self, write: Write) -> asyncio.Future[Timestamp]:
        """One write, grouped with others; never atomic with them.  The document's new `update_time`.

        Raises Conflict or Unavailable.
        """
        return self._writes.submit(write)

    async def get(self, name: str) -> Document | None:
        """The document as it is now, or None; grouped with other reads.  Raises Unavailable."""
        return await self._reads.submit(name)

    async def commit(self, writes: Iterable[Write]) -> list[Timestamp]:
        """All of the writes or none; each one's `update_time`.  Raises Conflict or Unavailable."""
        request = _CommitRequest(database=self._database, writes=writes)
        try:
            response = await rpc.tried(
                lambda left: self._commit_rpc(request, timeout=left, metadata=self._metadata), self._timeout
            )
        except rpc.RpcError as error:
            raise _refusal(error) from None
        return [result.update_time for result in response.write_results]

    async def until(self, collection: str, field: str, time: dt.datetime, *, most: int) -> list[Document]:
        """The documents whose `field`, a time, is at most `time`: earliest first, at most `most`.  Raises Unavailable.

        Needs the field's ascending index.
        """
        query: Any = _RunQueryRequest(parent=f"{self._database}/documents")
        select = query.structured_query
        select.from_.add().collection_id = collection
        select.where.field_filter.field.field_path = field
        select.where.field_filter.op = _AT_MOST
        _fill(select.where.field_filter.value, time)
        select.order_by.add().field.field_path = field
        select.limit.value = most

        async def read(left: float) -> list[Document]:
            stream = self._run_query_rpc(query, timeout=left, metadata=self._metadata)
            return [_decoded(item.document) async for item in stream if item.document.name]

        try:
            return await rpc.tried(read, self._timeout)
        except rpc.RpcError as error:
            raise _refusal(error) from None

    async def ping(self) -> None:
        """Raises Unavailable where the database cannot be read."""
        await self.get(self.path("health", "ping"))

    async def _batch_write(self, writes: list[Write]) -> Sequence[Timestamp | BaseException]:
        request = _BatchWriteRequest(database=self._database, writes=writes)
        try:
            response = await rpc.tried(
                lambda left: self._batch_write_rpc(request, timeout=left, metadata=self._metadata),
                self._timeout,
            )
        except rpc.RpcError as error:
            raise _refusal(error) from None
        return [
            result.update_time if not status.code else _error(status)
            for result, status in zip(response.write_results, response.status, strict=True)
        ]

    async def _batch_get(self, names: list[str]) -> Sequence[Document | BaseException | None]:
        request = _BatchGetRequest(database=self._database, documents=names)

        async def read(left: float) -> dict[str, Document]:
            stream = self._batch_get_rpc(request, timeout=left, metadata=self._metadata)
            return {item.found.name: _decoded(item.found) async for item in stream if item.found.name}

        try:
            found = await rpc.tried(read, self._timeout)
        except rpc.RpcError as error:
            raise _refusal(error) from None
        return [found.get(name) for name in names]


def _refusal(error: rpc.RpcError) -> StoreError:
    if error.code() in _CONFLICTS:
        return Conflict(error.details() or error.code().name)
    return Unavailable(f"{error.code().name} from Firestore")


def _error(status: Any) -> StoreError | RetryLater:
    """A write's own google.rpc.Status."""
    if status.code in _CONFLICT_CODES:
        return Conflict(status.message)
    error = Unavailable(f"Firestore status {status.code}")
    # Contention (ABORTED), most of all: racing copies are exactly what this service is for.
    return RetryLater(error) if status.code in _RETRYABLE_CODES else error


def _fill(target: Any, value: Any) -> None:
    """Puts a Python value into a raw google.firestore.v1.Value."""
    # The types of the hot path come first.
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, Timestamp):
        target.timestamp_value.CopyFrom(value)
    elif isinstance(value, dt.datetime):
        target.timestamp_value.CopyFrom(timestamp(value))
    elif value is None:
        target.null_value = 0
    elif field := _SCALARS.get(type(value)):
        setattr(target, field, value)
    elif isinstance(value, list | tuple):
        target.array_value.SetInParent()
        for item in value:
            _fill(target.array_value.values.add(), item)
    elif isinstance(value, Mapping):
        target.map_value.SetInParent()
        for key, item in value.items():
            _fill(target.map_value.fields[key], item)
    else:
        raise TypeError(f"{type(value).__name__} cannot be a Firestore value")


def timestamp(when: dt.datetime) -> Timestamp:
    """A point in time as protobuf has it, to the microsecond.  `when` must know its time zone."""
    seconds = when.timestamp()
    return Timestamp(seconds=int(seconds // 1), nanos=when.microsecond * 1000)


def _decoded(document: Any) -> Document:
    fields = {key: _plain(value) for key, value in document.fields.items()}
    return Document(document.name, fields, document.update_time)


def _plain(value: Any) -> Any:
    match value.WhichOneof("value_type"):
        case "null_value" | None:
            return None
        case "timestamp_value":
            return value.timestamp_value.ToDatetime(tzinfo=dt.UTC)
        case "map_value":
            return {key: _plain(item) for key, item in value.map_value.fields.items()}
        case "array_value":
            return [_plain(item) for item in value.array_value.values]
        case kind:
            return getattr(value, kind)
