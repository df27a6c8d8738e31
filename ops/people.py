"""How a person is named on the command line: a phone number as people write it, or a business-scoped user id."""

import re

import typer

_PUNCTUATION = re.compile(r"[\s().+-]+")
_PHONE = re.compile(r"[0-9]{5,20}", re.ASCII)
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)


def known_as(given: str) -> str:
    """The id as webhooks have it; raises typer.BadParameter."""
    if _USER_ID.fullmatch(given.strip()):
        return given.strip()
    digits = _PUNCTUATION.sub("", given)
    if not _PHONE.fullmatch(digits):
        raise typer.BadParameter(
            "neither a phone number with its country code (5 to 20 digits) nor a business-scoped user id "
            "such as BR.1349120865530274191"
        )
    return digits


def known_as_if_given(given: str | None) -> str | None:
    """The same for an option that may be absent."""
    return None if given is None else known_as(given)


def all_known_as(given: list[str]) -> list[str]:
    """The same for several."""
    return [known_as(one) for one in given]
