"""Google's Secret Manager, read over its REST interface: the three secrets terraform makes places for.

What is looked at is the version that runs: the services read a pinned one, which need not be the newest.

Source: Google Cloud, Secret Manager, REST, "projects.secrets.versions.access".
"""

import base64
import binascii
import dataclasses
from dataclasses import dataclass

import google.auth
import google.auth.exceptions
import requests
from google.auth.transport.requests import AuthorizedSession

from ops.cloud_run import CloudRun, CloudRunError, Session
from ops.settings import OpsSettings

APP_SECRET = "whatsapp-app-secret"  # noqa: S105 a secret's name (terraform/secrets.tf)
VERIFY_TOKEN = "whatsapp-verify-token"  # noqa: S105
ACCESS_TOKEN = "whatsapp-access-token"  # noqa: S105
_API = "https://secretmanager.googleapis.com/v1"
_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


class SecretError(Exception):
    """A secret could not be read; the message says what to do."""


_READ_BY = {
    APP_SECRET: "whatsapp-webhook",
    VERIFY_TOKEN: "whatsapp-webhook",
    ACCESS_TOKEN: "whatsapp-processor",
}


@dataclass(frozen=True, slots=True)
class Secret:
    """One version of a secret; `read_by` is the service that reads it, None where that is not known."""

    version: str
    value: str
    read_by: str | None = None


class SecretManager:
    """The secrets of one project."""

    def __init__(
        self, session: Session, project: str, api: str = _API, services: CloudRun | None = None
    ) -> None:
        self._session = session
        self._project = project
        self._api = api
        self._services = services

    @classmethod
    def connect(cls, settings: OpsSettings) -> "SecretManager":
        """With the account of this machine; raises SecretError where there is none."""
        try:
            credentials, _ = google.auth.default(scopes=_SCOPES)
        except google.auth.exceptions.DefaultCredentialsError:
            raise SecretError("no Google account here: gcloud auth application-default login") from None
        session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
        project, region = settings.google_cloud_project, settings.google_cloud_region
        return cls(session, project, services=CloudRun(session, project, region) if region else None)

    def in_use(self, name: str) -> Secret:
        """The version that the service reads, the newest where none does yet; raises SecretError."""
        if self._services is None:
            return self.version(name, "latest")
        try:
            pinned = self._services.secret_versions(_READ_BY[name]).get(name)
        except CloudRunError as error:
            raise SecretError(f"which version of {name} runs is not known: {error}") from None
        if pinned is None:
            return self.version(name, "latest")
        return dataclasses.replace(self.version(name, pinned), read_by=_READ_BY[name])

    def version(self, name: str, version: str) -> Secret:
        """This version's value; raises SecretError."""
        address = f"{self._api}/projects/{self._project}/secrets/{name}/versions/{version}:access"
        try:
            answer = self._session.get(address, timeout=10)
            body = answer.json()
        except (requests.RequestException, google.auth.exceptions.GoogleAuthError, ValueError) as error:
            raise SecretError(f"{name} could not be read ({type(error).__name__})") from None
        if answer.status_code == 404:
            raise SecretError(
                f"{name} has no version {version}: bash <(terraform output -raw set_secrets) adds one"
            )
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
