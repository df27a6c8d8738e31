"""What `debug_token` says, read: validity, expiry, permissions, accounts."""

import datetime as dt
from typing import Any

import pytest

from ops.finding import Finding
from ops.meta_checks import SCOPES, examine_token

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
WABA = "102290129340398"


def told(**more: Any) -> dict[str, Any]:
    """The answer for a good system user's token, changed."""
    return {"is_valid": True, "expires_at": 0, "scopes": sorted(SCOPES), **more}


def problems(**more: Any) -> list[Finding]:
    return [one for one in examine_token(told(**more), WABA, NOW) if one.verdict == "problem"]


def seconds(days: float) -> int:
    return int((NOW + dt.timedelta(days=days)).timestamp())


def test_a_permanent_token_with_both_permissions_is_well() -> None:
    assert problems() == []


def test_a_token_that_is_not_valid_is_told_in_metas_words() -> None:
    (one,) = problems(is_valid=False, error={"message": "Session has expired"})
    assert "Session has expired" in one.said


@pytest.mark.parametrize("field", ["expires_at", "data_access_expires_at"])
def test_a_token_that_ends_within_two_weeks_is_a_problem(field: str) -> None:
    (one,) = problems(**{field: seconds(3)})
    assert "expires 2026-11-27" in one.said


def test_a_token_that_ends_later_is_none() -> None:
    assert problems(expires_at=seconds(60)) == []


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_a_missing_permission_is_named(scope: str) -> None:
    (one,) = problems(scopes=sorted(SCOPES - {scope}))
    assert one.said == f"missing: {scope}"


def test_permissions_for_other_accounts_only_are_a_problem() -> None:
    granular = [{"scope": scope, "target_ids": ["1"]} for scope in sorted(SCOPES)]
    (one,) = problems(granular_scopes=granular)
    assert WABA in one.said


def test_a_permission_without_accounts_holds_for_all() -> None:
    assert problems(granular_scopes=[{"scope": scope} for scope in sorted(SCOPES)]) == []
