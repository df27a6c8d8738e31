"""A Google of this machine: RSA keys, the certificates at an HTTP address, and tokens signed with them."""

import datetime as dt
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt

AUDIENCE = "https://processor.example/pubsub/push"
ACCOUNT = "push@project.iam.gserviceaccount.com"


@dataclass(frozen=True)
class Key:
    """An RSA key and its self-signed certificate (PEM)."""

    id: str
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateBuilder(
            issuer_name=name,
            subject_name=name,
            public_key=self.private.public_key(),
            serial_number=1,
            not_valid_before=now - dt.timedelta(days=1),
            not_valid_after=now + dt.timedelta(days=1),
        )
        signed = builder.sign(self.private, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()

    def token(self, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A push token of Google's form; claims of None are left out."""
        now = int(time.time())
        usual = {
            "iss": "https://accounts.google.com",
            "aud": AUDIENCE,
            "email": ACCOUNT,
            "email_verified": True,
            "sub": "113774264463038321964",
            "iat": now,
            "exp": now + 3600,
        }
        signer = crypt.RSASigner(self.private, self.id)
        whole = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        encoded: bytes = jwt.encode(signer, whole, header=dict(header or {}))
        return encoded.decode()


class CertificateServer:
    """Serves certificates while the `with` block lasts; `content` and `status` are what it says."""

    def __init__(self, *keys: Key, max_age: int | None = 3600) -> None:
        self.asked = 0
        self.status = 200
        self.max_age = max_age
        self.publish(*keys)
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked += 1
                self.send_response(server.status)
                if server.max_age is not None:
                    self.send_header("Cache-Control", f"public, max-age={server.max_age}, must-revalidate")
                self.end_headers()
                self.wfile.write(server.content)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/oauth2/v1/certs"

    def publish(self, *keys: Key) -> None:
        """These from now on."""
        self.content = json.dumps({key.id: key.certificate for key in keys}).encode()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
