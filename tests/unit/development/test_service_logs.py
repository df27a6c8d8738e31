"""What `make run` tells the simulator of the services is what the services do."""

from typing import Any

import pytest
from wacloud.notification import split
from wacloud.vocabulary import MESSAGE_TYPES

from development.stack import SERVICE_LOGS
from tests.support import bodies


@pytest.mark.parametrize("kind", MESSAGE_TYPES)
def test_a_message_of_any_type_has_the_id_that_the_services_log(kind: str) -> None:
    item: dict[str, Any] = {"from": "5511999990001", "id": "wamid.A", "timestamp": "1700000000", "type": kind}
    (update,) = split(bodies.of(item))
    assert SERVICE_LOGS.id_of(item) == update.document_id
