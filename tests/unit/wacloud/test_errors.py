"""Every code of Meta's is known by what one does about it, and every answer becomes one error."""

import json
import typing
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wacloud import errors
from wacloud.error_codes import CODES, CONSEQUENCES, EXCEPTIONS, TABLE, Kind, kind_of
from wacloud.errors import (
    GRAPH_ERRORS,
    AccessError,
    AmbiguousError,
    GraphError,
    RequestError,
    ThrottledError,
    TransientError,
    WhatsAppError,
    from_response,
)
from wacloud.inbound import parse_status

# Meta, Cloud API, "Error codes", by what one does about each.
META: dict[str, str] = {
    "transient": "1 2 131000 131016 131057 133004 2494100 134101 139102 139103",
    "throttled": "4 17 32 613 80007 130429 131056 133016",
    "access": (
        "0 3 10 33 190 200 210 299 131005 368 131031 131048 131064 131037 131042 131044 131045 133000 133005 133006 "
        "133008 133009 133010 133015 134011 101 102 104 2500 2635 131063 139000"
    ),
    "request": (
        "100 131008 131009 131021 131051 131052 131053 131055 131062 132000 132001 132005 132007 132008 132012 132015 "
        "132016 132068 132069 135000 131020 131041 131059 131200 131215 138000 138006 147001 147005 "
        "2046 2047 134100 134102 139001 139002 139003 139004 139100 139101"
    ),
    "recipient": "2040 130472 130497 131026 131030 131049 131050 137000",
    "window": "131047",
}


def body(code: Any, **more: Any) -> bytes:
    return json.dumps({"error": {"message": "no", "code": code, **more}}).encode()


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, int(code)) for kind in META for code in META[kind].split()]
)
def test_a_code_is_known_by_what_one_does_about_it(kind: str, code: int) -> None:
    assert CODES[code].kind == kind
    error = from_response(400, {}, body(code))
    assert type(error) is GRAPH_ERRORS[CODES[code].kind]
    assert error.kind == kind


def test_no_code_is_in_the_table_that_is_not_metas() -> None:
    listed = {int(code) for codes in META.values() for code in codes.split()}
    assert {entry.code for entry in TABLE} <= listed
    assert len(CODES) == sum((entry.last or entry.code) - entry.code + 1 for entry in TABLE), (
        "a code comes twice"
    )


def test_the_kinds_are_the_labels_that_metrics_have() -> None:
    def below(error: type[WhatsAppError]) -> set[type[WhatsAppError]]:
        return {error} | {leaf for child in error.__subclasses__() for leaf in below(child)}

    assert {error.__name__: error.kind for error in below(WhatsAppError)} == {
        "WhatsAppError": "error",
        "GraphError": "error",
        "InvalidMessageError": "invalid",
        "NotSentError": "not_sent",
        "AmbiguousError": "ambiguous",
        "MediaError": "media",
        "TransientError": "transient",
        "ThrottledError": "throttled",
        "AccessError": "access",
        "RequestError": "request",
        "RecipientError": "recipient",
        "WindowError": "window",
    }


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = {line.split("── ")[1].split()[0] for line in (errors.__doc__ or "").splitlines() if "── " in line}
    defined = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, WhatsAppError)
    }
    assert drawn == defined - {"WhatsAppError"}


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"http_status": 500}, "transient"),
        ({"http_status": 503}, "transient"),
        ({"http_status": 429}, "throttled"),
        ({"http_status": 401}, "access"),
        ({"http_status": 403}, "access"),
        ({"http_status": 404}, "request"),
        ({"http_status": 400}, "request"),
        ({"http_status": 400, "is_transient": True}, "transient"),
        ({}, "request"),
    ],
)
def test_a_code_nobody_knows_is_judged_by_the_http_status(arguments: dict[str, Any], kind: str) -> None:
    assert kind_of(7654321, **arguments) == kind
    assert kind_of(None, **arguments) == kind


@pytest.mark.parametrize(
    ("code", "subcode", "status", "kind"),
    [
        (100, 33, 400, "access"),
        (100, 2388, 400, "request"),
        (2, None, 429, "throttled"),
        (190, None, 429, "access"),
        (131009, None, 500, "request"),
    ],
)
def test_subcode_and_status_change_the_judgement_where_they_must(
    code: int, subcode: int | None, status: int, kind: str
) -> None:
    assert kind_of(code, subcode=subcode, http_status=status) == kind


def test_everything_meta_says_is_kept_and_read_in_one_line() -> None:
    said = body(
        131047,
        message="(#131047) Re-engagement message",
        error_subcode=2494055,
        error_data={"messaging_product": "whatsapp", "details": "More than 24 hours"},
        fbtrace_id="AbC",
        is_transient=False,
    )
    error = from_response(400, {}, said)
    assert isinstance(error, GraphError)
    assert (error.code, error.subcode, error.details) == (131047, 2494055, "More than 24 hours")
    assert (error.fbtrace_id, error.is_transient, error.http_status) == ("AbC", False, 400)
    assert str(error) == (
        "(#131047) Re-engagement message: More than 24 hours "
        "(code 131047, subcode 2494055, HTTP 400, fbtrace_id AbC)"
    )


def test_a_token_that_meta_quotes_is_taken_out_of_what_is_said_and_nothing_else() -> None:
    said = body(190, message="Malformed access token code", error_data={"details": "code is no token"})
    error = from_response(401, {}, said, secret="code")
    assert str(error) == "Malformed access token ***: *** is no token (code 190, HTTP 401)"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({}, None),
        ({"X-Business-Use-Case-Usage": "not json"}, None),
        ({"X-Business-Use-Case-Usage": "[]"}, None),
        (
            {
                "X-Business-Use-Case-Usage": json.dumps(
                    {"1": [{"type": "whatsapp", "estimated_time_to_regain_access": 5}, {"call_count": 100}]}
                )
            },
            300.0,
        ),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
    ],
)
def test_how_long_to_wait_is_read_wherever_it_is_said(
    headers: Mapping[str, str], seconds: float | None
) -> None:
    error = from_response(429, headers, body(80007))
    assert isinstance(error, ThrottledError)
    assert error.retry_after == seconds


def test_a_date_to_come_back_at_is_seconds_too() -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    error = from_response(429, {"Retry-After": when}, body(4))
    assert isinstance(error, ThrottledError)
    assert error.retry_after == pytest.approx(120, abs=3)


def test_the_pause_grows_by_four_and_is_metas_own_where_meta_names_one() -> None:
    assert [ThrottledError("x", code=131056).pause(tries) for tries in range(4)] == [1, 4, 16, 64]
    assert ThrottledError("x", code=131056, retry_after=9).pause(3) == 9
    assert ThrottledError("x").pause(10_000) == 4.0**8


@pytest.mark.parametrize("status", [200, 204, 408, 500, 502, 504])
def test_what_may_have_been_accepted_is_ambiguous(status: int) -> None:
    for garbage in (b"", b"<html>", b"[]", b'"no"', b"{}", b'{"error": "no"}', b"\xff\xfe"):
        assert isinstance(from_response(status, {}, garbage), AmbiguousError)


@pytest.mark.parametrize(
    ("status", "kind"), [(302, AccessError), (404, AccessError), (401, AccessError), (400, RequestError)]
)
def test_what_something_before_meta_refused_was_not_accepted(status: int, kind: type[GraphError]) -> None:
    error = from_response(status, {}, b"<html>")
    assert isinstance(error, kind)
    assert error.code is None


@pytest.mark.parametrize("odd", [None, "190", True, [], {}, 1.5])
def test_odd_values_in_an_error_body_do_no_harm(odd: Any) -> None:
    said = {
        "message": odd,
        "code": odd,
        "error_subcode": odd,
        "error_data": odd,
        "fbtrace_id": odd,
        "is_transient": odd,
    }
    error = from_response(500, {}, json.dumps({"error": said}))
    assert isinstance(error, TransientError)
    assert error.code is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    st.integers(100, 599),
    st.dictionaries(st.sampled_from(["Retry-After", "X-Business-Use-Case-Usage"]), st.text(max_size=20)),
    st.binary(max_size=30) | json_values.map(lambda value: json.dumps({"error": value}).encode()),
)
def test_any_answer_becomes_one_error(status: int, headers: dict[str, str], raw: bytes) -> None:
    error = from_response(status, headers, raw)
    assert isinstance(error, WhatsAppError)
    assert str(error)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_refusal_means_the_same_as_an_answer_and_as_a_failed_status(code: int) -> None:
    answered = from_response(400, {}, body(code))
    status = parse_status({"id": "w", "status": "failed", "errors": [{"code": code, "title": "no"}]})
    assert isinstance(answered, GraphError)
    assert status.errors[0].kind == answered.kind
    assert status.errors[0].consequence == answered.consequence


def test_every_kind_has_a_consequence_and_every_exception_a_code() -> None:
    assert set(CONSEQUENCES) == set(typing.get_args(Kind)) == set(GRAPH_ERRORS)
    assert set(EXCEPTIONS) <= set(CODES)


def test_what_would_refuse_every_message_pauses_the_number_and_somebody_is_told() -> None:
    paused = {kind for kind, consequence in CONSEQUENCES.items() if consequence.number == "paused"}
    assert paused == {"access"}
    assert CONSEQUENCES["access"].alert
    assert CONSEQUENCES["access"].reply == "later", "no reply fails for it"


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        (100, "API calls from the server require an appsecret_proof argument", "access"),
        (100, "Invalid appsecret_proof provided in the API argument", "access"),
        (100, "(#100) Unknown path components: /v99.0/1/messages", "access"),
        (100, "(#100) Invalid parameter", "request"),
        (131009, "the value appsecret_proof is not valid", "request"),
    ],
)
def test_a_code_with_two_meanings_is_told_by_what_meta_says(code: int, said: str, kind: str) -> None:
    answered = from_response(400, {}, json.dumps({"error": {"message": said, "code": code}}))
    status = parse_status({"status": "failed", "errors": [{"code": code, "message": said}]})
    assert answered.kind == status.errors[0].kind == kind


def test_a_number_that_is_not_on_the_list_may_be_on_it_in_its_other_spelling() -> None:
    assert [code for code, consequence in EXCEPTIONS.items() if consequence.other_spelling] == [131030]
