"""The data endpoint of a flow: what WhatsApp asks while a form is filled in, decrypted, and the answer, encrypted.

    endpoint = FlowEndpoint(private_key_pem)

    async def route(request):                      # in any web framework
        try:
            asked = endpoint.decrypt(await request.body())
        except FlowDecryptionError as error:
            return Response(status_code=error.http_status)
        answer = asked.reply() or {"screen": "CARS", "data": {...}}
        return Response(asked.encrypt(answer), media_type="text/plain")

Requests carry X-Hub-Signature-256 like webhooks: verify it first (`wacloud.signature`).  The key is RSA of 2,048 bits; its
public half is uploaded once per number (`FlowKey`).  The scheme: an AES-128 key under RSA-OAEP (SHA-256), the body under
AES-GCM with a tag of 16 bytes at its end, the answer under the same key with every bit of the vector turned.
Source: https://developers.facebook.com/docs/whatsapp/flows/guides/implementingyourflowendpoint (read 2026-11)
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

Json = Mapping[str, Any]


class FlowDecryptionError(Exception):
    """A request that this key does not open; answer with `http_status` (421: WhatsApp fetches the public key anew)."""

    def __init__(self, message: str, http_status: int = 421) -> None:
        super().__init__(message)
        self.http_status = http_status


@dataclass(frozen=True, slots=True)
class FlowRequest:
    """What a flow asks: `action` is INIT, BACK, data_exchange or ping; `data` what the screen has filled in.

    `flow_token` is the message's; `error` what went wrong on the person's side, where the request tells of it.
    """

    action: str
    version: str = ""
    screen: str = ""
    data: Json = field(default_factory=dict)
    flow_token: str | None = None
    raw: Json = field(default_factory=dict, repr=False)
    _key: bytes = field(default=b"", repr=False)
    _vector: bytes = field(default=b"", repr=False)

    @property
    def error(self) -> str | None:
        """What the person's WhatsApp could not use of the last answer (`data.error_message` or `data.error`)."""
        found = self.data.get("error_message") or self.data.get("error")
        return str(found) if found else None

    def reply(self) -> Json | None:
        """The answer that is always the same: to a health check and to the news of an error; None for any other."""
        if self.action.lower() == "ping":
            return {"data": {"status": "active"}}
        return {"data": {"acknowledged": True}} if self.error else None

    def encrypt(self, answer: Json) -> str:
        """The body of the HTTP answer, as text."""
        vector = bytes(byte ^ 0xFF for byte in self._vector)
        sealed = AESGCM(self._key).encrypt(vector, json.dumps(answer).encode(), None)
        return base64.b64encode(sealed).decode()


class FlowEndpoint:
    """The data endpoint's half of the encryption, with the business's private key in PEM."""

    def __init__(self, private_key: str | bytes, *, password: str | None = None) -> None:
        pem = private_key.encode() if isinstance(private_key, str) else private_key
        loaded = load_pem_private_key(pem, password.encode() if password else None)
        if not isinstance(loaded, RSAPrivateKey) or loaded.key_size != KEY_BITS:
            raise ValueError(f"private_key: must be RSA of {KEY_BITS} bits")
        self._key = loaded

    @property
    def public_key(self) -> str:
        """What Meta is given (`FlowKey.upload`), in PEM."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def decrypt(self, body: bytes | str) -> FlowRequest:
        """The request in a POST's body.  Raises FlowDecryptionError."""
        try:
            outer = json.loads(body)
            sealed = base64.b64decode(outer["encrypted_flow_data"], validate=True)
            sealed_key = base64.b64decode(outer["encrypted_aes_key"], validate=True)
            vector = base64.b64decode(outer["initial_vector"], validate=True)
        except (ValueError, TypeError, KeyError, RecursionError, binascii.Error):
            raise FlowDecryptionError("the body is no encrypted flow request", http_status=400) from None
        try:
            key = self._key.decrypt(sealed_key, OAEP(MGF1(SHA256()), SHA256(), None))
            opened = json.loads(AESGCM(key).decrypt(vector, sealed, None))
        except (ValueError, InvalidTag, RecursionError):
            raise FlowDecryptionError("the body was not encrypted for this key") from None
        if not isinstance(opened, dict) or not isinstance(opened.get("action"), str):
            raise FlowDecryptionError("the decrypted body has no action", http_status=400)
        data = opened.get("data")
        token = opened.get("flow_token")
        return FlowRequest(
            action=opened["action"],
            version=str(opened.get("version") or ""),
            screen=str(opened.get("screen") or ""),
            data=data if isinstance(data, dict) else {},
            flow_token=token if isinstance(token, str) else None,
            raw=opened,
            _key=key,
            _vector=vector,
        )


KEY_BITS = 2048


def finished(flow_token: str, **answers: Any) -> Json:
    """The answer that closes the flow; `answers` come back in the FlowReply."""
    parameters = {"flow_token": flow_token, **answers}
    return {"screen": "SUCCESS", "data": {"extension_message_response": {"params": parameters}}}
