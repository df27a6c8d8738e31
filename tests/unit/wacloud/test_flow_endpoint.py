"""The data endpoint opens what WhatsApp sealed, and WhatsApp opens its answers; nobody else's."""

import base64
import json
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)
from wacloud.flow_endpoint import FlowDecryptionError, FlowEndpoint, finished


def pem(bits: int = 2048, password: str | None = None) -> bytes:
    sealed = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    key = generate_private_key(public_exponent=65537, key_size=bits)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)


@pytest.fixture(scope="module")
def endpoint() -> FlowEndpoint:
    return FlowEndpoint(pem())


class WhatsApp:
    """The other side, written apart with the cipher's own interface: AES-128-GCM, the tag after the text."""

    def __init__(self, public_key: str, length: int = 16) -> None:
        self.key, self.vector = os.urandom(length), os.urandom(16)
        public = load_pem_public_key(public_key.encode())
        assert isinstance(public, RSAPublicKey)
        self.sealed_key = public.encrypt(self.key, OAEP(MGF1(SHA256()), SHA256(), None))

    def ask(self, what: Any) -> dict[str, str]:
        encryptor = Cipher(AES(self.key), GCM(self.vector)).encryptor()
        text = encryptor.update(json.dumps(what).encode()) + encryptor.finalize()
        parts = {
            "encrypted_flow_data": text + encryptor.tag,
            "encrypted_aes_key": self.sealed_key,
            "initial_vector": self.vector,
        }
        return {name: base64.b64encode(part).decode() for name, part in parts.items()}

    def read(self, answer: str) -> Any:
        sealed = base64.b64decode(answer, validate=True)
        turned = bytes(255 - byte for byte in self.vector)
        decryptor = Cipher(AES(self.key), GCM(turned, sealed[-16:])).decryptor()
        return json.loads(decryptor.update(sealed[:-16]) + decryptor.finalize())


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
    other = FlowEndpoint(pem())
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
    FlowEndpoint(pem(password="geheim"), password="geheim")
    with pytest.raises(ValueError, match="RSA of 2048 bits"):
        FlowEndpoint(pem(bits=1024))
