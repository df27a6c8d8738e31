"""WhatsApp's side of a flow's data endpoint, written apart from the package with the ciphers' own interface."""

import base64
import json
import os
from typing import Any

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


def private_key(bits: int = 2048, password: str | None = None) -> bytes:
    """A new RSA key in PEM."""
    sealed = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    key = generate_private_key(public_exponent=65537, key_size=bits)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)


class WhatsApp:
    """Asks and reads: AES-128-GCM, the tag after the text, the vector turned for the answer."""

    def __init__(self, public_key: str, length: int = 16) -> None:
        self.key, self.vector = os.urandom(length), os.urandom(16)
        public = load_pem_public_key(public_key.encode())
        assert isinstance(public, RSAPublicKey)
        self.sealed_key = public.encrypt(self.key, OAEP(MGF1(SHA256()), SHA256(), None))

    def ask(self, what: Any) -> dict[str, str]:
        """The body of a request."""
        encryptor = Cipher(AES(self.key), GCM(self.vector)).encryptor()
        text = encryptor.update(json.dumps(what).encode()) + encryptor.finalize()
        parts = {
            "encrypted_flow_data": text + encryptor.tag,
            "encrypted_aes_key": self.sealed_key,
            "initial_vector": self.vector,
        }
        return {name: base64.b64encode(part).decode() for name, part in parts.items()}

    def read(self, answer: str) -> Any:
        """What an answer says."""
        sealed = base64.b64decode(answer, validate=True)
        turned = bytes(255 - byte for byte in self.vector)
        decryptor = Cipher(AES(self.key), GCM(turned, sealed[-16:])).decryptor()
        return json.loads(decryptor.update(sealed[:-16]) + decryptor.finalize())
