"""Checks of texts and lists that go into a call, with one wording."""

from collections.abc import Sized


def check_length(name: str, text: str | None, most: int, least: int = 1) -> None:
    """ValueError where a text that is given has more or fewer characters."""
    if text is not None and not least <= len(text) <= most:
        raise ValueError(f"{name}: {len(text)} characters, {least} to {most}")


def check_count(name: str, items: Sized | None, most: int, least: int = 0) -> None:
    """ValueError where a list that is given has more or fewer items."""
    if items is not None and not least <= len(items) <= most:
        raise ValueError(f"{name}: {len(items)} items, {least} to {most}")
