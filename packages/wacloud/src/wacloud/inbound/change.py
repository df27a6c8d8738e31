"""What a change is, and the one that is kept whole because its field or its shape is not known.

The known ones stand in `account_change` and `people_change`, those with messages in `notification`.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from wacloud.inbound.received import Id, Received


class Metadata(Received):
    """Which number it is about."""

    display_phone_number: Id | None = None
    phone_number_id: Id | None = None


class Change(Received):
    """A change: its field, the number where there is one, and the JSON as it came."""

    field: str
    metadata: Metadata | None = None
    raw: Annotated[Mapping[str, Any], Field(repr=False)] = {}


class OtherChange(Change):
    """A field that is not known here, or a value that is not its documented shape (`value`, as it came)."""

    value: Any = None
