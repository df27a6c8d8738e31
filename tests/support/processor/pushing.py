"""Pub/Sub's part: deliveries in push envelopes, pushed until they are acknowledged."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from wacloud.notification import split

from tests.support import bodies
from tests.support.services import Service, total


def envelope(data: bytes, **attributes: str) -> dict[str, Any]:
    """The body of a push request (Google Cloud, Pub/Sub, "Receive push messages")."""
    return {
        "message": {
            "data": base64.b64encode(data).decode(),
            "attributes": attributes,
            "messageId": "2070443601311540",
            "publishTime": "2026-02-26T19:13:55.749Z",
        },
        "subscription": "projects/test/subscriptions/whatsapp-deliveries-push",
    }


def data_of(body: dict[str, Any]) -> bytes:
    """What the webhook publishes for a body of one delivery."""
    (delivery,) = split(body)
    return delivery.encode()


def document_id(body: dict[str, Any]) -> str:
    """The outbox document of a body of one delivery."""
    (delivery,) = split(body)
    return delivery.document_id


def status_of(sent: Mapping[str, Any], name: str, **more: Any) -> dict[str, Any]:
    """The webhook body of a status of a send that the Graph API took."""
    recipient = {"recipient_id": sent.get("to"), "recipient_user_id": sent.get("recipient")}
    key = sent["biz_opaque_callback_data"]
    item = bodies.status(name, message_id=sent["wamid"], biz_opaque_callback_data=key, **recipient, **more)
    return bodies.of(statuses=[item])


class Processor:
    """A running processor, and who pushes to it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._metrics = service.metrics()
        self._lines = len(service.logs())

    def metric(self, name: str, **labels: str) -> float:
        """By how much a metric has grown, summed over the labels not named."""
        return total(self.service.metrics(), name, labels) - total(self._metrics, name, labels)

    def logs(self) -> list[dict[str, Any]]:
        """The new lines."""
        return self.service.logs()[self._lines :]

    def post(self, content: bytes, **headers: str) -> httpx.Response:
        """Any bytes at the push endpoint."""
        return self.service.client.post(
            f"{self.service.url}/pubsub/push", content=content, headers={"X-Test": "1", **headers}
        )

    def push(self, body: dict[str, Any], **attributes: str) -> int | str:
        """One push of a webhook body's one delivery: the status code, or that the process died."""
        try:
            answer = self.post(json.dumps(envelope(data_of(body), **attributes)).encode())
        except httpx.TransportError:
            return "died"
        return answer.status_code

    def push_until_acked(
        self, body: dict[str, Any], *, pause: float = 0.1, within: float = 25
    ) -> list[int | str]:
        """Pub/Sub's retries; what each of them got."""
        answers: list[int | str] = []
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            answers.append(self.push(body))
            if answers[-1] == 204:
                return answers
            time.sleep(pause)
        pytest.fail(f"never acknowledged: {answers[-20:]}")

    def outcomes(self) -> list[str]:
        """What the log says became of each push."""
        return [line["outcome"] for line in self.logs() if "outcome" in line]
