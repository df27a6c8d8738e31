"""What the operations tool reads from the environment.

The names are the services' own, so that the environment of `make run` or a copy of the services' settings will do.
"""

from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints
from pydantic_settings import SettingsConfigDict

from cloud.settings import CloudSettings, Secrets, load

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")]


class OpsSettings(CloudSettings):
    """Every field is an environment variable of the same name, in capitals; only the project is needed by all commands."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)

    google_cloud_region: str | None = Field(
        None, description="where the services run; doctor asks Cloud Run there"
    )
    whatsapp_api_url: str = Field(
        "https://graph.facebook.com/v25.0", description="the Graph API with its version"
    )
    whatsapp_phone_number_id: Id | None = Field(None, description="the number's id at Meta")
    whatsapp_waba_id: Id | None = Field(None, description="the WhatsApp Business Account's id at Meta")
    whatsapp_callback_url: str | None = Field(
        None, description="the callback URL set at Meta; doctor calls it"
    )
    whatsapp_access_token: SecretStr | None = Field(None, description="else from Secret Manager")
    whatsapp_webhook_secret: Secrets | None = Field(None, description="else from Secret Manager")
    whatsapp_verify_token: Secrets | None = Field(None, description="else from Secret Manager")
    pubsub_topic: str = Field(
        "whatsapp-deliveries", min_length=3, description="the topic between the services"
    )
    pubsub_endpoint: str | None = Field(
        None, description="REGION-pubsub.googleapis.com, as the webhook has it"
    )
    push_subscription: str = Field("whatsapp-deliveries-push", description="what calls the processor")
    dead_letter_topic: str = Field("whatsapp-dead-letters", description="where given-up deliveries go")
    dead_letter_subscription: str = Field("whatsapp-dead-letters-pull", description="where they wait")

    @property
    def emulated(self) -> bool:
        """Whether this is a run on the emulators."""
        return bool(self.firestore_emulator_host or self.pubsub_emulator_host)

    def topic(self, topic_id: str) -> str:
        """A topic's full name."""
        return f"projects/{self.google_cloud_project}/topics/{topic_id}"

    def subscription(self, subscription_id: str) -> str:
        """A subscription's full name."""
        return f"projects/{self.google_cloud_project}/subscriptions/{subscription_id}"


def read() -> OpsSettings:
    """The settings; ends the process with one message that lists every problem."""
    return load(OpsSettings)
