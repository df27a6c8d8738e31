"""What every outbound message has in common: it is frozen, it is checked when it is made, it knows its JSON.

Lengths are counted in Unicode code points.  Which limits there are stands with each kind.
"""

import re
from abc import abstractmethod
from collections.abc import Callable
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from wacloud.errors import InvalidMessageError

Json = dict[str, Any]


class Part(BaseModel):
    """A piece of a message.  Making one that breaks a limit raises InvalidMessageError."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            problems = list(_problems(error))
        else:
            return
        raise InvalidMessageError(problems)

    def dump(self) -> Json:
        """As JSON, without what was not given."""
        return self.model_dump(mode="json", exclude_none=True)


class Outbound(Part):
    """A message that can be sent."""

    kind: ClassVar[str]

    def content(self) -> Json:
        """`{"type": kind, kind: {...}}`, the part of the request that is the message."""
        return {"type": self.kind, self.kind: self.payload()}

    def payload(self) -> Any:
        """What stands under the kind's name."""
        return self.dump()


class Interactive(Outbound):
    """A message with something to tap: `{"type": ..., "header"?, "body"?, "footer"?, "action"}`."""

    kind = "interactive"
    interactive_kind: ClassVar[str]

    def payload(self) -> Json:
        """As Meta wants it, whichever of header, body and footer the kind has."""
        given: Json = {"type": self.interactive_kind}
        if (header := getattr(self, "header", None)) is not None:
            given["header"] = header_json(header)
        for name in ("body", "footer"):
            if (text := getattr(self, name, None)) is not None:
                given[name] = {"text": text}
        return {**given, "action": self.action()}

    @abstractmethod
    def action(self) -> Json:
        """The kind's own part."""


def header_json(header: str | Outbound) -> Json:
    """A header of text, or of media."""
    return {"type": "text", "text": header} if isinstance(header, str) else header.content()


def limit(most: int, least: int = 1) -> Any:
    """At most so many characters (or items), at least one."""
    return Field(min_length=least, max_length=most)


def _not_blank(text: str) -> str:
    if text and not text.strip():
        raise ValueError("only white space")
    return text


def address_of(*schemes: str) -> Callable[[str], str]:
    """A check that a text is an absolute address of one of the schemes."""

    def check(text: str) -> str:
        if any(character.isspace() for character in text):
            raise ValueError("an address has no white space")
        try:
            parts = urlsplit(text)
        except ValueError as error:
            raise ValueError(f"not an address: {error}") from None
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(
                f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)} and name a host"
            )
        return text

    return check


_FORMATTING = re.compile(r"```|`[^`\s][^`]*`|(?<!\w)([*_~])(?=\S)[^\n]*?\S?\1(?!\w)")


def one_plain_line(text: str) -> str:
    """A header is one line, and shows the characters of bold, italic and the like as they are: Meta refuses them."""
    if "\n" in text or "\r" in text:
        raise ValueError("a header is one line: no line break")
    if _FORMATTING.search(text):
        raise ValueError("a header has no formatting: no *bold*, _italic_, ~struck~ or `code`")
    return text


NotBlank = AfterValidator(_not_blank)
OnePlainLine = AfterValidator(one_plain_line)
Text1 = Annotated[str, Field(min_length=1), NotBlank]
HttpsLink = Annotated[str, AfterValidator(address_of("https"))]
WebLink = Annotated[str, AfterValidator(address_of("https", "http"))]
Body = Annotated[str, limit(1024), NotBlank]
Footer = Annotated[str, limit(60), NotBlank]
TextHeader = Annotated[str, limit(60), NotBlank, OnePlainLine]


def unique(what: str, values: list[str]) -> None:
    """ValueError when a value comes twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"the {what} {value!r} comes twice")
        seen.add(value)


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    """(field, what is wrong), the field as one writes it: `buttons[1].title`."""
    found = []
    for item in error.errors(include_url=False):
        context = item.get("ctx", {})
        inner = context.get("error")
        field = _path(item["loc"])
        if isinstance(inner, InvalidMessageError):
            found += [
                (f"{field}.{name}" if field and name else field or name, what)
                for name, what in inner.problems
            ]
        elif item["type"] != "too_short" or len(item["input"]) < context["min_length"]:
            # pydantic does not count items that are wrong themselves, and then calls a full list too short.
            found.append((field, _in_words(item["type"], item["input"], context, inner) or item["msg"]))
    return found


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part.isidentifier():  # the alternatives of a union are named here too, in angle brackets
            path += f".{part}" if path else part
    return path


def _in_words(kind: str, given: Any, context: Any, inner: Any) -> str | None:
    match kind:
        case "string_too_long":
            return f"{len(given)} characters, at most {context['max_length']}"
        case "too_long":
            return f"{len(given)} items, at most {context['max_length']}"
        case "string_too_short" | "too_short":
            least = context["min_length"]
            unit = "character" if kind == "string_too_short" else "item"
            return f"{len(given)} {unit}s, at least {least}"
        case "string_unicode":
            return "holds half a character (a lone surrogate)"
        case "missing":
            return "missing"
        case "union_tag_invalid":
            return f"type {context['tag']} is not one of {context['expected_tags']}"
        case "union_tag_not_found":
            return "its type is missing"
        case "extra_forbidden":
            return "no such field"
        case "value_error":
            return str(inner)
        case _:
            return None
