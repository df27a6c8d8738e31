"""Log lines: Cloud Logging's form, and nothing in them that tells who a person is."""

import io
import json
import logging

import pytest

from cloud import logs, trace

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    logs.configure(project="p", service="webhook", level="INFO", form="json", stream=stream)
    return stream


def test_a_line_is_one_json_object_with_severity_and_trace(written: io.StringIO) -> None:
    token = trace.current.set(trace.parse(TRACEPARENT))
    logging.getLogger("x").warning("refused", extra=logs.fields(kind="message"))
    trace.current.reset(token)
    entry = json.loads(written.getvalue())
    assert (entry["severity"], entry["message"], entry["kind"]) == ("WARNING", "refused", "message")
    assert entry["logging.googleapis.com/trace"] == "projects/p/traces/0af7651916cd43dd8448eb211c80319c"
    assert entry["logging.googleapis.com/spanId"] == "b7ad6b7169203331"
    assert entry["logging.googleapis.com/trace_sampled"] is True


def test_a_phone_number_in_a_message_or_a_traceback_is_masked(written: io.StringIO) -> None:
    try:
        raise ValueError("no such person: 5511999990001")  # noqa: TRY301
    except ValueError:
        logging.getLogger("x").exception("failed for +5511999990001")
    assert "5511999990001" not in written.getvalue()
    assert "55119****0001" in json.loads(written.getvalue())["stack_trace"]


@pytest.mark.parametrize(
    ("identity", "masked"),
    [("5511999999999", "55119****9999"), ("BR.13491208655302741918", "BR.13****1918"), ("12345", "****")],
)
def test_an_identity_is_shown_masked(identity: str, masked: str) -> None:
    assert logs.mask(identity) == masked


def test_a_terminal_gets_a_readable_line() -> None:
    stream = io.StringIO()
    logs.configure(project="p", service="webhook", level="INFO", form="console", stream=stream)
    logging.getLogger("x").info("published", extra=logs.fields(kind="message", field=None))
    assert stream.getvalue().endswith("INFO    published  kind=message\n")


@pytest.mark.parametrize(
    ("headers", "trace_id"),
    [
        ({"traceparent": TRACEPARENT}, "0af7651916cd43dd8448eb211c80319c"),
        (
            {"x-cloud-trace-context": "105445aa7843bc8bf206b12000100000/1;o=1"},
            "105445aa7843bc8bf206b12000100000",
        ),
        ({"traceparent": "nonsense"}, None),
        ({"traceparent": "00-" + "0" * 32 + "-b7ad6b7169203331-01"}, None),
        ({}, None),
    ],
)
def test_a_request_goes_on_with_its_trace_or_begins_one(
    headers: dict[str, str], trace_id: str | None
) -> None:
    found = trace.of_request(headers)
    assert trace_id is None or found.trace_id == trace_id
    assert trace.parse(found.traceparent) == found
