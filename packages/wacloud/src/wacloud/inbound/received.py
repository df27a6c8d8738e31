"""What everything inbound has in common: frozen, open to new keys, and forgiving.

Meta adds keys and types all the time, its pages disagree, and what is refused here is lost for good.  So an unknown key
is kept (`model_extra`), and a value that does not fit an optional field leaves the field at its default; only a field
without which the object means nothing makes it unreadable, and then the caller keeps it as "other".
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator
from pydantic_core.core_schema import ValidationInfo, ValidatorFunctionWrapHandler


class Received(BaseModel):
    """An object in a webhook body."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _forgive(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(_mended(value))
        except ValidationError:
            field = cls.model_fields[str(info.field_name)]
            if field.is_required():
                raise
            return field.get_default(call_default_factory=True, validated_data={})

    @classmethod
    def read(cls, value: Any, **more: Any) -> Self | None:
        """Reads the object; None where the JSON is no object of this class."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            return None
        try:
            return cls.model_validate({**value, **more})
        except ValidationError:
            return None


def each(read: Callable[[Any], Any]) -> BeforeValidator:
    """Reads each element of a list and keeps those that can be read; a single object counts as a list of one."""

    def check(value: Any) -> Any:
        items = [value] if isinstance(value, dict) else value
        if not isinstance(items, list | tuple):
            return ()
        return tuple(found for item in items if (found := read(item)) is not None)

    return BeforeValidator(check)


def _mended(value: Any) -> Any:
    """Text without half characters: somebody's limit may have cut an emoji in two."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromtimestamp(int(str(value)), UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(str(error)) from None


# Ids and phone numbers are text, and now and then a number.
Id = Annotated[str, BeforeValidator(_text)]
# Unix seconds, as text or as a number; an aware datetime here.
Moment = Annotated[datetime, BeforeValidator(_moment)]
