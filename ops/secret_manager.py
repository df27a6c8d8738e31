"""Google's Secret Manager, read over its REST interface: the three secrets terraform makes places for.

Source: Google Cloud, Secret Manager, REST, "projects.secrets.versions.access".
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Protocol

import google.auth
import google.auth.exceptions
import requests
from google.auth.transport.requests import AuthorizedSession

from ops.settings import OpsSettings

APP_SECRET = "whatsapp-app-secret"  # noqa: S105 a secret's name (terraform/secrets.tf)
VERIFY_TOKEN = "whatsapp-verify-token"  # noqa: S105
ACCESS_TOKEN = "whatsapp-access-token"  # noqa: S105
_API = "https://secretmanager.googleapis.com/v1"
_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


class SecretError(Exception):
    """A secret could not be read; the message says what to do."""


class Session(Protocol):
    """The part of requests.Session this stands on."""

    def get(self, url: str, *, timeout: float) -> Any: ...


@dataclass(frozen=True, slots=True)
class Secret:
    """The newest version of a secret."""

    version: str
    value: str


class SecretManager:
    """The secrets of one project."""

    def __init__(self, session: Session, project: str, api: str = _API) -> None:
        self._session = session
        self._project = project
        self._api = api

    @classmethod
    def connect(cls, settings: OpsSettings) -> "SecretManager":
        """With the account of this machine; raises SecretError where there is none."""
        try:
            credentials, _ = google.auth.default(scopes=_SCOPES)
        except google.auth.exceptions.DefaultCredentialsError:
            raise SecretError("no Google account here: gcloud auth application-default login") from None
        return cls(AuthorizedSession(credentials), settings.google_cloud_project)  # type: ignore[no-untyped-call]

    def latest(self, name: str) -> Secret:
        """The newest version's value; raises SecretError."""
        address = f"{self._api}/projects/{self._project}/secrets/{name}/versions/latest:access"
        try:
            answer = self._session.get(address, timeout=10)
            body = answer.json()
        except (requests.RequestException, google.auth.exceptions.GoogleAuthError, ValueError) as error:
            raise SecretError(f"{name} could not be read ({type(error).__name__})") from None
        if answer.status_code == 404:
            raise SecretError(f"{name} has no version yet: terraform output set_secrets shows the command")
        if answer.status_code == 403:
            raise SecretError(
                f"{name} may not be read by this account: roles/secretmanager.secretAccessor on it"
            )
        try:
            value = base64.b64decode(body["payload"]["data"], validate=True).decode()
        except (KeyError, TypeError, binascii.Error, UnicodeDecodeError):
            raise SecretError(
                f"{name} could not be read (HTTP {answer.status_code}); is it text, and enabled?"
            ) from None
        return Secret(str(body.get("name", "")).rsplit("/", 1)[-1], value)
