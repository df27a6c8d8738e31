"""What each way to fail on the wire is taken for, how often it is tried again, and what nobody gets to see."""

import asyncio
import hashlib
import hmac
import logging
import socket
import time
import traceback
from collections.abc import Iterator

import pytest
from wacloud.client import Client
from wacloud.errors import (
    AccessError,
    AmbiguousError,
    GraphError,
    NotSentError,
    RequestError,
    ThrottledError,
    TransientError,
    WhatsAppError,
    WindowError,
)
from wacloud.outbound import Text

from tests.support.wacloud.clients import TOKEN, client_of
from tests.support.wacloud.graph import (
    Answer,
    Close,
    Graph,
    Reset,
    Stall,
    Step,
    answer,
    graph,
    ok,
    refusal,
)

ANA = "5511999990001"
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
HTML = b"<html><body>Bad Gateway</body></html>"

# What leaves in doubt whether Meta accepted.
AMBIGUOUS: dict[str, Step] = {
    "stall": Stall(),
    "drip": Answer(ok().body, drip=0.05),
    "reset": Reset(),
    "reset amid the answer": Reset(after=HALF),
    "close": Close(),
    "close amid the answer": Close(after=HALF),
    "no HTTP": Close(after=b"SSH-2.0-OpenSSH\r\n\r\n"),
    "HTML with 200": Answer(HTML),
    "HTML with 502": Answer(HTML, status=502),
    "empty 200": Answer(b""),
    "empty 500": Answer(b"", status=500),
    "a list": Answer(b"[]"),
    "no message": answer({"messages": []}),
    "broken gzip": Answer(b"not gzip", headers={"Content-Encoding": "gzip"}),
    "408": Answer(HTML, status=408),
}


SILENT = {"stall", "drip"}


def patience(name: str) -> float:
    """Seconds: few where no answer comes, many where one must on a slow machine."""
    return 1.0 if name in SILENT else 10.0


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_a_doubtful_end_is_raised_at_once_where_the_caller_wants_to_know(name: str) -> None:
    async with graph(AMBIGUOUS[name]) as meta, client_of(meta, timeout=patience(name)) as client:
        with pytest.raises(AmbiguousError):
            await client.send(Text(body="Oi"), to=ANA, ambiguous="raise")
        assert len(meta.requests) == 1


@pytest.mark.parametrize("name", [name for name in AMBIGUOUS if name != "no message"])
async def test_a_doubtful_end_is_tried_again_by_default(name: str) -> None:
    steps = [AMBIGUOUS[name], ok("wamid.SECOND")]
    async with graph(*steps) as meta, client_of(meta, timeout=patience(name)) as client:
        assert (await client.send(Text(body="Oi"), to=ANA)).wamid == "wamid.SECOND"


async def test_an_answer_without_a_message_id_is_never_sent_again() -> None:
    async with graph(AMBIGUOUS["no message"]) as meta, client_of(meta) as client:
        with pytest.raises(AmbiguousError, match="names no message"):
            await client.send(Text(body="Oi"), to=ANA)


@pytest.mark.parametrize("ambiguous", ["retry", "raise"])
async def test_what_meta_calls_transient_is_tried_three_times(ambiguous: str) -> None:
    steps = [refusal(131000, 500), refusal(2, 503), refusal(131016, 500)]
    async with graph(*steps) as meta, client_of(meta) as client:
        with pytest.raises(TransientError) as failed:
            await client.send(Text(body="Oi"), to=ANA, ambiguous=ambiguous)
        assert len(meta.requests) == 3
    assert failed.value.code == 131016


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        (100, 400, RequestError),
        (131009, 400, RequestError),
        (131047, 400, WindowError),
        (190, 401, AccessError),
        (131056, 400, ThrottledError),
        (130429, 400, ThrottledError),
        (80007, 429, ThrottledError),
        (999999, 403, AccessError),
        (999999, 404, RequestError),
    ],
)
async def test_a_refusal_is_never_tried_again(code: int, status: int, expected: type[GraphError]) -> None:
    async with graph(refusal(code, status)) as meta, client_of(meta) as client:
        with pytest.raises(expected) as refused:
            await client.send(Text(body="Oi"), to=ANA)
        assert type(refused.value) is expected
        assert (refused.value.code, refused.value.http_status) == (code, status)
        assert (refused.value.details, refused.value.fbtrace_id) == ("why", "AbC")
        assert len(meta.requests) == 1


async def test_a_throttled_request_says_how_long_to_wait() -> None:
    async with graph(refusal(130429, 429, Retry_After="7")) as meta, client_of(meta) as client:
        with pytest.raises(ThrottledError) as throttled:
            await client.send(Text(body="Oi"), to=ANA)
    assert throttled.value.retry_after == 7.0
    assert throttled.value.pause(0) == 7.0


async def test_the_pair_limit_asks_for_four_to_the_power_of_the_tries() -> None:
    async with graph(refusal(131056)) as meta, client_of(meta) as client:
        with pytest.raises(ThrottledError) as throttled:
            await client.send(Text(body="Oi"), to=ANA)
    assert throttled.value.is_pair_limit
    assert [throttled.value.pause(tries) for tries in range(4)] == [1, 4, 16, 64]


async def test_a_pause_that_meta_asks_for_is_kept_between_the_tries() -> None:
    async with graph(refusal(2, 503, Retry_After="0.3"), ok()) as meta, client_of(meta) as client:
        began = time.monotonic()
        await client.send(Text(body="Oi"), to=ANA)
        assert time.monotonic() - began >= 0.3


async def test_a_pause_that_is_too_long_for_the_client_is_the_callers() -> None:
    async with graph(refusal(2, 503, Retry_After="3600")) as meta, client_of(meta) as client:
        with pytest.raises(TransientError) as failed:
            await client.send(Text(body="Oi"), to=ANA)
    assert failed.value.retry_after == 3600


@pytest.mark.parametrize(
    ("status", "expected"),
    [(301, AccessError), (403, AccessError), (404, AccessError), (413, RequestError), (429, ThrottledError)],
)
async def test_a_refusal_without_metas_body_is_judged_by_its_status(
    status: int, expected: type[WhatsAppError]
) -> None:
    async with graph(Answer(HTML, status=status)) as meta, client_of(meta) as client:
        with pytest.raises(expected, match=f"HTTP {status} without Meta's error body"):
            await client.send(Text(body="Oi"), to=ANA)


async def test_an_error_in_a_200_is_an_error() -> None:
    error = {"error": {"message": "(#131047) Re-engagement message", "code": 131047}}
    async with graph(answer(error)) as meta, client_of(meta) as client:
        with pytest.raises(WindowError):
            await client.send(Text(body="Oi"), to=ANA)


async def test_a_refused_connection_was_surely_not_a_send(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host, port = closed.getsockname()
    async with client_of(Graph(url=f"http://{host}:{port}", script=[])) as client:
        with (
            caplog.at_level(logging.WARNING, "wacloud"),
            pytest.raises(NotSentError, match="ClientConnectorError"),
        ):
            await client.send(Text(body="Oi"), to=ANA, ambiguous="raise")
    assert [record.getMessage() for record in caplog.records] == [
        f"try {number} of 3 of POST messages failed: not_sent" for number in (1, 2, 3)
    ]


@pytest.fixture
def deaf_address() -> Iterator[str]:
    """A port whose queue of connections is full: nobody gets through, nobody is refused."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = []
        for _ in range(4):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex(server.getsockname())
            waiting.append(caller)
        host, port = server.getsockname()
        yield f"http://{host}:{port}"
        for caller in waiting:
            caller.close()


async def test_a_connection_that_nobody_takes_was_surely_not_a_send(deaf_address: str) -> None:
    async with client_of(Graph(url=deaf_address, script=[]), tries=1, timeout=0.6) as client:
        with pytest.raises(NotSentError, match="ConnectionTimeoutError"):
            await client.send(Text(body="Oi"), to=ANA, ambiguous="raise")


@pytest.mark.parametrize("polite", [True, False])
async def test_a_kept_connection_that_has_ended_meanwhile_is_replaced(polite: bool) -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(ok().body) + ok().body
    end: Step = Close(after=whole) if polite else Reset(after=whole)
    async with graph(end, ok("wamid.SECOND")) as meta, client_of(meta, tries=1) as client:
        await client.send(Text(body="Oi"), to=ANA)
        await meta.tasks[0]
        await asyncio.sleep(0.05)
        sent = await client.send(Text(body="Oi"), to=ANA, ambiguous="raise")
        assert (sent.wamid, meta.connections) == ("wamid.SECOND", 2)


async def test_a_connection_that_breaks_under_an_upload_is_a_doubtful_end() -> None:
    """It broke while the request was being written: of that nobody can say that it never left."""
    async with graph(Reset()) as meta, client_of(meta, tries=1) as client:
        with pytest.raises(AmbiguousError):
            await client.media.upload(b"x" * 20_000_000, mime_type="application/pdf")


async def test_a_proof_of_the_app_secret_goes_with_every_call_and_not_with_downloads() -> None:
    file = {"id": "77", "url": "", "mime_type": "image/png"}
    async with graph(ok()) as meta, client_of(meta, app_secret="the-app-secret") as client:
        meta.then(answer({**file, "url": f"{meta.url}/file?x=1"}), Answer(b"png"))
        await client.send(Text(body="Oi"), to=ANA)
        assert b"".join([piece async for piece in client.media.download("77")]) == b"png"
    expected = hmac.new(b"the-app-secret", TOKEN.encode(), hashlib.sha256).hexdigest()
    send, look_up, download = (request.target for request in meta.requests)
    assert send.endswith(f"/messages?appsecret_proof={expected}")
    assert f"appsecret_proof={expected}" in look_up
    assert download == "/file?x=1"


async def test_a_missing_proof_is_a_fault_of_the_installation_and_not_of_the_message() -> None:
    said = "API calls from the server require an appsecret_proof argument"
    async with graph(refusal(100, message=said)) as meta, client_of(meta) as client:
        with pytest.raises(AccessError) as refused:
            await client.send(Text(body="Oi"), to=ANA)
    assert refused.value.consequence.number == "paused"


async def test_a_send_that_finds_no_free_connection_was_surely_not_one() -> None:
    async with graph(*[Stall()] * 101) as meta, client_of(meta, tries=1, timeout=1.5) as client:
        sends = [client.send(Text(body="Oi"), to=ANA, ambiguous="raise") for _ in range(101)]
        ends = await asyncio.gather(*sends, return_exceptions=True)
        arrived = len(meta.requests)
        meta.script.clear()
    found = [type(end) for end in ends]
    assert set(found) == {AmbiguousError, NotSentError}
    # On a slow machine some are given up before they arrive; what arrived is never called "not sent".
    assert found.count(AmbiguousError) >= arrived


async def test_a_try_ends_with_its_time_however_busy_the_wire_is() -> None:
    dripping = Answer(b"{" + b" " * 1000, drip=0.01)
    async with graph(dripping) as meta, client_of(meta, timeout=1.0) as client:
        began = time.monotonic()
        with pytest.raises(AmbiguousError, match="TimeoutError"):
            await client.send(Text(body="Oi"), to=ANA, ambiguous="raise")
        assert time.monotonic() - began < 5


async def test_a_cancelled_send_is_cancelled() -> None:
    async with graph(Stall()) as meta, client_of(meta, timeout=30) as client:
        sending = asyncio.create_task(client.send(Text(body="Oi"), to=ANA))
        await meta.first_request.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_neither_token_nor_number_is_in_a_log_a_repr_or_an_exception(
    caplog: pytest.LogCaptureFixture,
) -> None:
    quoted = refusal(190, 401, message=f"Malformed access token {TOKEN}")
    steps = [
        quoted,
        refusal(131000, 500, message=TOKEN),
        refusal(131026, message=f"to {ANA}"),
        Reset(),
        Stall(),
    ]
    seen: list[str] = []
    with caplog.at_level(logging.DEBUG):
        async with graph(*steps) as meta, client_of(meta, tries=1, timeout=1.0) as client:
            for _ in steps:
                with pytest.raises(WhatsAppError) as failed:
                    await client.send(Text(body="Oi"), to=ANA)
                seen += [repr(failed.value), *traceback.format_exception(failed.value)]
            seen += [repr(client), repr(vars(client)), str(client)]
    text = "\n".join(seen)
    assert "Malformed access token ***" in text
    assert TOKEN not in text + caplog.text
    assert ANA not in caplog.text


async def test_a_client_closes_its_connections_at_the_end() -> None:
    async with graph(ok()) as meta:
        client = client_of(meta)
        async with client:
            await client.send(Text(body="Oi"), to=ANA)
        assert isinstance(client, Client)
        async with asyncio.timeout(2):
            await meta.tasks[0]
