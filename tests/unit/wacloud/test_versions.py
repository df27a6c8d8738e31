"""A version that ends is told in time."""

from datetime import date
from itertools import pairwise

import pytest
from wacloud.versions import CURRENT, VERSIONS, days_left, version_of


@pytest.mark.parametrize(
    ("url", "days"),
    [
        ("https://graph.facebook.com/v21.0", 57),
        ("https://graph.facebook.com/v21.0/", 57),
        ("https://graph.facebook.com/v20.0", -62),
        ("https://graph.facebook.com/v26.0", None),
        ("https://graph.facebook.com/v99.0", None),
        ("https://graph.facebook.com", None),
        ("http://127.0.0.1:8080/v21.0", 57),
    ],
)
def test_an_address_says_how_long_its_version_lives(url: str, days: int | None) -> None:
    assert days_left(url, date(2026, 11, 25)) == days


def test_the_current_version_is_the_newest_and_an_older_one_ends_first() -> None:
    assert version_of("https://graph.facebook.com/v26.0/") == CURRENT
    for older, newer in pairwise(VERSIONS):
        assert older.released < newer.released
        assert newer.ends is None or (older.ends is not None and older.ends < newer.ends)
