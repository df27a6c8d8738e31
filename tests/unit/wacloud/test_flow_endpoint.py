"""The data endpoint opens what WhatsApp sealed, and WhatsApp opens its answers; nobody else's."""

import base64
import json
from typing import Any

import pytest
from wacloud.flow_endpoint import FlowDecryptionError, FlowEndpoint, finished

from tests.support.wacloud.flow_client import WhatsApp, private_key


@pytest.fixture(scope="module")
def endpoint() -> FlowEndpoint:
    return FlowEndpoint(private_key())


ASKED = {
    "version": "3.0",
    "action": "data_exchange",
    "screen": "PREFERENCES",
    "data": {"budget": "30"},
    "flow_token": "token-1",
}


def test_a_question_is_read_and_its_answer_is_read_by_whatsapp(endpoint: FlowEndpoint) -> None:
    whatsapp = WhatsApp(endpoint.public_key)
    asked = endpoint.decrypt(json.dumps(whatsapp.ask(ASKED)).encode())
    assert (asked.action, asked.screen, asked.flow_token) == ("data_exchange", "PREFERENCES", "token-1")
    assert asked.data == {"budget": "30"}
    assert (asked.raw, asked.reply(), asked.error) == (ASKED, None, None)
    answer = {"screen": "CARS", "data": {"cars": ["Gol", "Ônix"]}}
    assert whatsapp.read(asked.encrypt(answer)) == answer


def test_a_health_check_has_one_answer(endpoint: FlowEndpoint) -> None:
    asked = endpoint.decrypt(
        json.dumps(WhatsApp(endpoint.public_key).ask({"action": "ping", "version": "3.0"}))
    )
    assert asked.reply() == {"data": {"status": "active"}}


@pytest.mark.parametrize("name", ["error", "error_message"])
def test_the_news_of_an_error_is_acknowledged(endpoint: FlowEndpoint, name: str) -> None:
    asked = endpoint.decrypt(
        json.dumps(WhatsApp(endpoint.public_key).ask({**ASKED, "data": {name: "public-key-missing"}}))
    )
    assert asked.error == "public-key-missing"
    assert asked.reply() == {"data": {"acknowledged": True}}


def test_the_answer_that_closes_the_flow_carries_what_comes_back() -> None:
    assert finished("token-1", car="Gol") == {
        "screen": "SUCCESS",
        "data": {"extension_message_response": {"params": {"flow_token": "token-1", "car": "Gol"}}},
    }


def test_what_was_sealed_for_another_key_asks_whatsapp_to_fetch_the_key_anew(endpoint: FlowEndpoint) -> None:
    other = FlowEndpoint(private_key())
    with pytest.raises(FlowDecryptionError) as refused:
        endpoint.decrypt(json.dumps(WhatsApp(other.public_key).ask(ASKED)))
    assert refused.value.http_status == 421


@pytest.mark.parametrize("name", ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"])
def test_a_changed_bit_anywhere_is_noticed(endpoint: FlowEndpoint, name: str) -> None:
    body = WhatsApp(endpoint.public_key).ask(ASKED)
    part = bytearray(base64.b64decode(body[name]))
    part[0] ^= 1
    body[name] = base64.b64encode(bytes(part)).decode()
    with pytest.raises(FlowDecryptionError) as refused:
        endpoint.decrypt(json.dumps(body))
    assert refused.value.http_status == 421


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"encrypted_flow_data": 1, "encrypted_aes_key": "", "initial_vector": ""}',
    ],
)
def test_what_is_no_flow_request_is_a_bad_request(endpoint: FlowEndpoint, body: bytes) -> None:
    with pytest.raises(FlowDecryptionError) as refused:
        endpoint.decrypt(body)
    assert refused.value.http_status == 400


@pytest.mark.parametrize("inner", [[], "x", {}, {"action": 1}])
def test_a_sealed_body_without_an_action_is_a_bad_request(endpoint: FlowEndpoint, inner: Any) -> None:
    with pytest.raises(FlowDecryptionError) as refused:
        endpoint.decrypt(json.dumps(WhatsApp(endpoint.public_key).ask(inner)))
    assert refused.value.http_status == 400


def test_neither_key_is_in_a_repr(endpoint: FlowEndpoint) -> None:
    whatsapp = WhatsApp(endpoint.public_key)
    asked = endpoint.decrypt(json.dumps(whatsapp.ask(ASKED)))
    assert repr(whatsapp.key) not in repr(asked)
    assert "PRIVATE" not in repr(endpoint)


def test_a_key_may_have_a_password_and_must_be_the_size_that_meta_takes() -> None:
    FlowEndpoint(private_key(password="geheim"), password="geheim")
    with pytest.raises(ValueError, match="RSA of 2048 bits"):
        FlowEndpoint(private_key(bits=1024))
