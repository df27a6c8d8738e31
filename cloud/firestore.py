"""Firestore as the protocols need it: documents with preconditions, written in groups, read in groups.

Built on the official asynchronous client.  Requests are made as raw protobuf and wrapped once, which costs a third of
what proto-plus objects cost.  There is no transaction here: a document's `update_time` is the fence.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc.aio
from google.api_core import exceptions
from google.api_core.retry import AsyncRetry, if_exception_type
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore import FirestoreAsyncClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcAsyncIOTransport
from google.protobuf.timestamp_pb2 import Timestamp

from cloud.channel import OPTIONS
from cloud.group_commit import GroupCommit

Answer = TypeVar("Answer")
Write = Any  # the raw protobuf google.firestore.v1.Write
_Write = types.Write.pb()
_Value = types.Value.pb()
_Precondition = types.Precondition.pb()
_Document = types.Document.pb()

_CONFLICTS = {5, 6, 9}  # google.rpc.Code NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION
_MOST_WRITES = 500  # of one BatchWrite
_HEAVIEST = 8 << 20  # a request may be 10 MiB
_RETRIED = if_exception_type(exceptions.ServiceUnavailable, exceptions.Aborted)


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
    return _Write(update=_document(name, fields), current_document=_Precondition(exists=False))


def replace(name: str, fields: Mapping[str, Any], update_time: Timestamp) -> Write:
    """The whole document anew, if it is still the one of `update_time`."""
    return _Write(update=_document(name, fields), current_document=_Precondition(update_time=update_time))


def update(
    name: str, fields: Mapping[str, Any], update_time: Timestamp, mask: Sequence[str] | None = None
) -> Write:
    """These fields (or those of `mask`; one that is not in `fields` is removed), if it is still the one of `update_time`."""
    write = replace(name, fields, update_time)
    write.update_mask.field_paths.extend(fields if mask is None else mask)
    return write


def put(name: str, fields: Mapping[str, Any]) -> Write:
    """The whole document, whatever stands there."""
    return _Write(update=_document(name, fields))


def delete(name: str, update_time: Timestamp) -> Write:
    """Away with it, if it is still the one of `update_time`."""
    return _Write(delete=name, current_document=_Precondition(update_time=update_time))


class Store:
    """One database.  `timeout` (seconds) bounds every call, the library's retries included."""

    def __init__(
        self, client: FirestoreAsyncClient, project: str, database: str, *, timeout: float, emulator: bool
    ) -> None:
        self._client = client
        self._database = f"projects/{project}/databases/{database}"
        self._timeout = timeout
        self._retry = AsyncRetry(predicate=_RETRIED, initial=0.05, maximum=0.5, multiplier=2, timeout=timeout)
        # The emulator takes this word for an administrator's token.
        self._metadata = [("authorization", "Bearer owner")] if emulator else []
        self._writes = GroupCommit[Write, Timestamp](
            self._batch_write,
            key=lambda write: write.update.name or write.delete,
            weigh=lambda write: write.ByteSize(),
            most=_MOST_WRITES,
            heaviest=_HEAVIEST,
            in_flight=3,
        )
        self._reads = GroupCommit[str, Document | None](
            self._batch_get,
            key=lambda name: name,
            weigh=len,
            most=_MOST_WRITES,
            heaviest=_HEAVIEST,
            in_flight=3,
        )

    @classmethod
    def connect(
        cls, project: str, database: str, *, timeout: float, emulator_host: str | None = None
    ) -> "Store":
        """A store on Google Cloud with the environment's credentials, or on the emulator at `host:port`."""
        if emulator_host:
            channel = grpc.aio.insecure_channel(emulator_host, options=OPTIONS)
        else:
            channel = FirestoreGrpcAsyncIOTransport.create_channel(options=OPTIONS)
        client = FirestoreAsyncClient(transport=FirestoreGrpcAsyncIOTransport(channel=channel))
        return cls(client, project, database, timeout=timeout, emulator=bool(emulator_host))

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
        request = types.CommitRequest.wrap(types.CommitRequest.pb()(database=self._database, writes=writes))
        response = await self._call(
            self._client.commit(request, retry=self._retry, timeout=self._timeout, metadata=self._metadata)
        )
        return [result.update_time for result in types.CommitResponse.pb(response).write_results]

    async def ping(self) -> None:
        """Raises Unavailable where the database cannot be read."""
        await self.get(self.path("health", "ping"))

    async def _batch_write(self, writes: list[Write]) -> Sequence[Timestamp | BaseException]:
        request = types.BatchWriteRequest.wrap(
            types.BatchWriteRequest.pb()(database=self._database, writes=writes)
        )
        response = types.BatchWriteResponse.pb(
            await self._call(
                self._client.batch_write(
                    request, retry=self._retry, timeout=self._timeout, metadata=self._metadata
                )
            )
        )
        return [
            result.update_time if not status.code else _error(status.code, status.message)
            for result, status in zip(response.write_results, response.status, strict=True)
        ]

    async def _batch_get(self, names: list[str]) -> Sequence[Document | BaseException | None]:
        request = types.BatchGetDocumentsRequest.wrap(
            types.BatchGetDocumentsRequest.pb()(database=self._database, documents=names)
        )

        async def read() -> dict[str, Document]:
            found: dict[str, Document] = {}
            stream = await self._client.batch_get_documents(
                request, retry=self._retry, timeout=self._timeout, metadata=self._metadata
            )
            async for response in stream:
                document = types.BatchGetDocumentsResponse.pb(response).found
                if document.name:
                    found[document.name] = _decoded(document)
            return found

        found = await self._call(read())
        return [found.get(name) for name in names]

    async def _call(self, call: Awaitable[Answer]) -> Answer:
        try:
            # The library's deadline starts anew with each of its tries; this one does not.
            return await asyncio.wait_for(call, self._timeout)
        except TimeoutError as error:
            raise Unavailable(f"Firestore did not answer within {self._timeout} s") from error
        except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound) as error:
            raise Conflict(str(error.message)) from error
        except exceptions.GoogleAPIError as error:
            raise Unavailable(f"{type(error).__name__} from Firestore") from error


def _error(code: int, message: str) -> StoreError:
    return Conflict(message) if code in _CONFLICTS else Unavailable(f"Firestore status {code}: {message}")


def _document(name: str, fields: Mapping[str, Any]) -> Any:
    return _Document(name=name, fields={key: _encoded(value) for key, value in fields.items()})


def _encoded(value: Any) -> Any:
    match value:
        case str():
            return _Value(string_value=value)
        case bool():
            return _Value(boolean_value=value)
        case int():
            return _Value(integer_value=value)
        case float():
            return _Value(double_value=value)
        case None:
            return _Value(null_value=0)
        case dt.datetime():
            stamp = Timestamp()
            stamp.FromDatetime(value)
            return _Value(timestamp_value=stamp)
        case bytes():
            return _Value(bytes_value=value)
        case Mapping():
            return _Value(map_value={"fields": {key: _encoded(item) for key, item in value.items()}})
        case list() | tuple():
            return _Value(array_value={"values": [_encoded(item) for item in value]})
        case _:
            raise TypeError(f"{type(value).__name__} cannot be a Firestore value")


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
