"""Google's gRPC methods on a real server of this process, which answers what a test tells it to.

For answers that the emulators never give: contention, overload, a reply that comes too late.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import grpc
import grpc.aio

Method = Callable[[Any, grpc.aio.ServicerContext[Any, Any]], Awaitable[Any]]


@contextlib.asynccontextmanager
async def serving(methods: Mapping[str, tuple[Any, Method]]) -> AsyncIterator[str]:
    """The address of a server of `{full method name: (raw request type, method)}`; each is unary."""

    class Handlers(grpc.GenericRpcHandler):
        def service(self, details: grpc.HandlerCallDetails) -> Any:
            kind, method = methods[details.method]

            async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
                return await method(request, context)

            return grpc.unary_unary_rpc_method_handler(
                call, kind.FromString, lambda answer: answer.SerializeToString()
            )

    server = grpc.aio.server(options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((Handlers(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)
