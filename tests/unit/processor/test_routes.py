"""Which push gets which status code before anything of it is read."""

from typing import Any

import pytest
from starlette.requests import Request

from processor import metrics
from processor.push_auth import CallerError, CertificatesError, PushAuth
from processor.routes import routes


class Refusing:
    """A door that says the same to everybody."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def check(self, authorization: str | None) -> None:
        raise self._error


async def never_read() -> Any:
    raise AssertionError("the body of an unproven caller is not read")


def counted(reason: str) -> float:
    (metric,) = metrics.REFUSED.collect()
    return next(
        sample.value
        for sample in metric.samples
        if sample.labels == {"reason": reason} and sample.name.endswith("_total")
    )


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [(CallerError("who?"), 403, "caller"), (CertificatesError("no certificates"), 503, "certificates")],
)
async def test_who_is_not_let_in_is_told_so_unread_and_counted(
    error: Exception, status: int, reason: str
) -> None:
    auth: PushAuth = Refusing(error)
    nothing: Any = None
    router = routes(auth, nothing, nothing, nothing, phone_number_id="1", pings={})
    scope = {"type": "http", "method": "POST", "path": "/pubsub/push", "headers": [], "query_string": b""}
    before = counted(reason)
    answer = await router(Request(scope, never_read))
    assert answer.status_code == status
    assert counted(reason) == before + 1
