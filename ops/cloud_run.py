"""Which version of each secret the services read, asked of Cloud Run's REST interface.

Source: Cloud Run Admin API v2, "projects.locations.services.get" (template.containers[].env[].valueSource.secretKeyRef),
https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services, read 2026-11-25.
"""

from typing import Any, Protocol

import google.auth.exceptions
import requests

API = "https://run.googleapis.com/v2"


class CloudRunError(Exception):
    """Cloud Run could not be asked; the message says what to do."""


class Session(Protocol):
    """The part of requests.Session this stands on."""

    def get(self, url: str, *, timeout: float) -> Any: ...


class CloudRun:
    """The services of one project and region."""

    def __init__(self, session: Session, project: str, region: str, api: str = API) -> None:
        self._session = session
        self._services = f"{api}/projects/{project}/locations/{region}/services"

    def secret_versions(self, service: str) -> dict[str, str]:
        """Secret to the version that this service reads, empty before it is deployed; raises CloudRunError."""
        try:
            answer = self._session.get(f"{self._services}/{service}", timeout=10)
            body = answer.json()
        except (requests.RequestException, google.auth.exceptions.GoogleAuthError, ValueError) as error:
            raise CloudRunError(f"Cloud Run could not be asked ({type(error).__name__})") from None
        if answer.status_code == 404:
            return {}
        if answer.status_code == 403:
            raise CloudRunError(
                f"{service} may not be looked at by this account: roles/run.viewer on the project"
            )
        if answer.status_code != 200:
            raise CloudRunError(f"Cloud Run answered {answer.status_code} for {service}")
        references = [
            (variable.get("valueSource") or {}).get("secretKeyRef") or {}
            for container in body.get("template", {}).get("containers", [])
            for variable in container.get("env", [])
        ]
        # A secret is named by its id, or in full where it is another project's.
        return {
            str(one["secret"]).rsplit("/", 1)[-1]: str(one.get("version", "latest"))
            for one in references
            if one
        }
