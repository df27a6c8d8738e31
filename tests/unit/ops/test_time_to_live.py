"""The time-to-live policies, asked by Google's own client of a server that speaks Firestore's Admin API."""

from collections.abc import Callable, Iterator
from concurrent import futures

import grpc
import pytest
from google.cloud.firestore_admin_v1 import Field, FirestoreAdminClient, ListFieldsRequest, ListFieldsResponse
from google.cloud.firestore_admin_v1.services.firestore_admin.transports import FirestoreAdminGrpcTransport

from ops.google_checks import COLLECTIONS, time_to_live
from ops.settings import OpsSettings

State = Field.TtlConfig.State
Serve = Callable[[dict[str, State]], FirestoreAdminClient]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> OpsSettings:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "a-project")
    return OpsSettings()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A client of a server that has these policies on `expire_at`, by collection."""
    server = grpc.server(futures.ThreadPoolExecutor(1))
    channels: list[grpc.Channel] = []

    def start(policies: dict[str, State]) -> FirestoreAdminClient:
        def list_fields(request: ListFieldsRequest, context: grpc.ServicerContext) -> ListFieldsResponse:
            group = "projects/a-project/databases/(default)/collectionGroups"
            if (request.parent, request.filter) != (f"{group}/-", "ttlConfig:*"):
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "this is not what the API takes")
            fields = [
                Field(name=f"{group}/{collection}/fields/expire_at", ttl_config={"state": state})
                for collection, state in policies.items()
            ]
            return ListFieldsResponse(fields=fields)

        method = grpc.unary_unary_rpc_method_handler(
            list_fields,
            request_deserializer=ListFieldsRequest.deserialize,
            response_serializer=ListFieldsResponse.serialize,
        )
        handlers = grpc.method_handlers_generic_handler(
            "google.firestore.admin.v1.FirestoreAdmin", {"ListFields": method}
        )
        server.add_generic_rpc_handlers((handlers,))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        channels.append(grpc.insecure_channel(f"127.0.0.1:{port}"))
        return FirestoreAdminClient(transport=FirestoreAdminGrpcTransport(channel=channels[0]))

    yield start
    for channel in channels:
        channel.close()
    server.stop(None).wait()


def test_active_policies_on_every_collection_are_well(serve: Serve, settings: OpsSettings) -> None:
    found = list(time_to_live(serve(dict.fromkeys(COLLECTIONS, State.ACTIVE)), settings))
    assert {one.verdict for one in found} == {"ok"}
    assert [one.about.split()[-1] for one in found] == list(COLLECTIONS)


def test_a_missing_or_broken_policy_is_a_problem_and_one_in_the_making_is_none(
    serve: Serve, settings: OpsSettings
) -> None:
    admin = serve({"inbox": State.CREATING, "outbox": State.NEEDS_REPAIR})
    found = {one.about.split()[-1]: one for one in time_to_live(admin, settings)}
    assert {name: one.verdict for name, one in found.items()} == {
        "inbox": "ok",
        "outbox": "problem",
        "conversations": "problem",
        "timers": "problem",
    }
    assert "documents stay for ever" in found["conversations"].said


def test_a_refusal_is_a_problem(serve: Serve, settings: OpsSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    other = settings.model_copy(update={"firestore_database": "another"})
    (problem,) = time_to_live(serve({}), other)
    assert (problem.verdict, "InvalidArgument" in problem.said) == ("problem", True)
