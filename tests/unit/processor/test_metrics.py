"""Label values are closed sets: what a body says never makes a new time series."""

from typing import get_args

from prometheus_client import generate_latest
from wacloud.error_codes import CODES, Kind

from processor import metrics


def series(name: str) -> set[str]:
    lines = generate_latest().decode().splitlines()
    return {line.rsplit(" ", 1)[0] for line in lines if line.startswith(name + "{")}


def test_a_status_that_meta_adds_is_counted_as_other() -> None:
    for status in ("sent", "read", "a new one", "another", "sending", ""):
        metrics.count_status(status)
    said = series("whatsapp_statuses_total")
    assert {line.split('"')[1] for line in said} == {"sent", "read", "other"}


def test_an_error_code_that_meta_does_not_document_is_counted_as_other() -> None:
    before = series("whatsapp_graph_errors_total")
    for code in (131047, 987_654_321, 987_654_322, -1, 10**30):
        metrics.count_graph_error("request", code)
    metrics.count_graph_error("ambiguous", None)
    new = series("whatsapp_graph_errors_total") - before
    assert {line.split('code="')[1].split('"')[0] for line in new} == {"131047", "other"}
    assert len(CODES) < 1500


def test_what_alerts_look_at_stands_at_zero_from_the_start() -> None:
    text = generate_latest().decode()
    for reason in ("caller", "certificates", "too_large", "envelope", "internal"):
        assert f'whatsapp_pushes_refused_total{{reason="{reason}"}} ' in text
    for kind in get_args(Kind):
        assert (
            f'whatsapp_graph_errors_total{{code="{"190" if kind == "access" else "none"}",kind="{kind}"}} '
            in text
        )
    for name in ("ambiguous", "resent", "parked"):
        assert f"whatsapp_sends_{name}_total " in text
