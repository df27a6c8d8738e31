"""What every service's settings share, and how a bad setting is told."""

import sys
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: Any) -> Any:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _some(value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if not value:
        raise ValueError("is empty")
    return value


# Several at once, comma-separated: the new one first while the old one is being rotated out.
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), AfterValidator(_some)]


class CloudSettings(BaseSettings):
    """The environment both services read.  Every field is an environment variable of the same name."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)

    google_cloud_project: str = Field(min_length=1, description="the Google Cloud project's id")
    firestore_database: str = Field("(default)", min_length=1, description="the Firestore database's id")
    firestore_emulator_host: str | None = Field(
        None, description="host:port of the emulator; unset in production"
    )
    pubsub_emulator_host: str | None = Field(
        None, description="host:port of the emulator; unset in production"
    )
    pubsub_topic: str = Field("whatsapp-deliveries", min_length=3, description="the topic of updates")
    pubsub_endpoint: str | None = Field(
        None, description="the regional Pub/Sub endpoint, which ordering wants: REGION-pubsub.googleapis.com"
    )
    metrics_port: int = Field(9090, ge=0, le=65535, description="where /metrics is served; 0 serves none")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="least severity logged"
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="auto: console in a terminal, else json"
    )
    k_service: str | None = Field(None, description="set by Cloud Run: the service's name")


Settings = TypeVar("Settings", bound=CloudSettings)


def load(kind: type[Settings]) -> Settings:
    """The settings from the environment; ends the process with one message that lists every problem.

    No value is printed: it may be a secret.
    """
    try:
        return kind()
    except ValidationError as error:
        lines = [f"The configuration is not complete ({error.error_count()} to fix):"]
        for problem in error.errors(include_input=False, include_url=False, include_context=False):
            name = str(problem["loc"][0]) if problem["loc"] else ""
            field = kind.model_fields.get(name)
            said = (
                "is not set" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
            )
            line = f"  {name.upper()}: {said}" if name else f"  {said}"
            if field is not None and field.description:
                line += f" — {field.description}"
            lines.append(line)
        lines.append("Set each as an environment variable; README.md, Configuration, has the table.")
        print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201 logging is not set up yet
        raise SystemExit(2) from None
