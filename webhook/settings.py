"""What the webhook reads from the environment."""

from typing import Self

from pydantic import Field, model_validator

from cloud.settings import CloudSettings, Secrets


class WebhookSettings(CloudSettings):
    """Every field is an environment variable of the same name, in capitals."""

    whatsapp_verify_token: Secrets = Field(
        description="the word typed at Meta beside the callback URL; several, comma-separated, while one is rotated"
    )
    whatsapp_webhook_secret: Secrets = Field(
        description="the Meta app's secret; several, comma-separated, while one is rotated"
    )
    dedupe_ttl_hours: float = Field(
        24,
        gt=0,
        le=24 * 366,
        description="how long an update is remembered; 192 covers Meta's 7 days of retries",
    )
    dedupe_statuses: bool = Field(
        False, description="claim statuses too: three more documents a message sent"
    )
    intake_lease_seconds: float = Field(
        30, ge=1, description="how long a claim keeps copies off before another copy may take it over"
    )
    claim_timeout_seconds: float = Field(
        1.5, gt=0, description="how long Firestore may take before an update is published without a claim"
    )
    publish_timeout_seconds: float = Field(
        3, gt=0, description="how long Pub/Sub may take before Meta is asked to come again"
    )

    admission_bytes: int = Field(
        4 << 20, ge=1 << 16, description="bytes of bodies that are worked on at once; more wait, then get 503"
    )
    admission_wait_seconds: float = Field(
        0.5, ge=0, description="how long a request may wait for its share before it gets 503"
    )

    @model_validator(mode="after")
    def _lease_outlives_the_request(self) -> Self:
        # Claim, publish, confirm or release: whoever holds a claim must be done before another may take it.
        longest = 2 * self.claim_timeout_seconds + self.publish_timeout_seconds
        if self.intake_lease_seconds <= longest:
            raise ValueError(
                f"INTAKE_LEASE_SECONDS must be more than {longest:g}: "
                "twice CLAIM_TIMEOUT_SECONDS and PUBLISH_TIMEOUT_SECONDS together"
            )
        if self.dedupe_ttl_hours * 3600 < self.intake_lease_seconds:
            raise ValueError("DEDUPE_TTL_HOURS must not be shorter than INTAKE_LEASE_SECONDS")
        return self
