"""What the processor reads from the environment."""

from typing import Literal, Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from cloud.settings import CloudSettings

TRIES = 3  # of one send, by the product's retry table
SEND_SHARE = 0.9  # of a push; the rest is for reading and writing
LEAST_LEASE = 1.5  # calls of Firestore: one renewal may fail, and the next still comes in time


class ProcessorSettings(CloudSettings):
    """Every field is an environment variable of the same name, in capitals."""

    whatsapp_api_url: HttpUrl = Field(
        description="the Graph API with its version: https://graph.facebook.com/v25.0"
    )
    whatsapp_phone_number_id: str = Field(
        pattern=r"^[0-9]+$", description="the phone number's id at Meta, digits only (not the number itself)"
    )
    whatsapp_access_token: SecretStr = Field(min_length=1, description="a system user's token")
    push_auth: Literal["iam", "oidc", "none"] = Field(
        description="how a push proves itself: iam (Cloud Run checks it), oidc (checked here), none (emulator only)"
    )
    push_audience: str | None = Field(None, description="the audience of the push subscription's token")
    push_service_account: str | None = Field(
        None, description="the e-mail address of the push subscription's service account"
    )
    push_certificates_url: HttpUrl = Field(
        HttpUrl("https://www.googleapis.com/oauth2/v1/certs"),
        description="where oidc finds Google's certificates",
    )
    bot: str = Field(
        "bots.faciliauto.main:bot", pattern=r"^[\w.]+:\w+$", description="the bot, as module:object"
    )
    leads_topic: str = Field("leads", min_length=3, description="the topic of leads for the sales team")
    reply_lease_seconds: float = Field(
        10,
        gt=0,
        description="how long a process that died keeps others off its message; renewed while a push works",
    )
    push_seconds: float = Field(
        120, gt=0, description="how long one push may take; at most the subscription's ack deadline"
    )
    bot_timeout_seconds: float = Field(
        30, gt=0, description="how long the bot may take to decide, its questions to ports included"
    )
    port_timeout_seconds: float = Field(5, gt=0, description="how long a port of the bot may take to answer")
    graph_timeout_seconds: float = Field(30, gt=0, description="how long one try of a send may take")
    ambiguous_sends: Literal["resend", "park"] = Field(
        "resend",
        description="what becomes of a send whose fate stays unclear: sent once more, or left to a person",
    )
    ambiguous_window_seconds: float = Field(
        60, ge=0, description="how long an unclear send waits for a status webhook"
    )
    number_pause_seconds: float = Field(
        60, ge=0, description="how long nothing is sent after Meta refused token, permission or account"
    )
    window_template: str | None = Field(
        None,
        pattern=r"^[a-z0-9_]+(:[A-Za-z_]+)?$",
        description="name or name:language of the template sent where the 24-hour window is shut",
    )
    outbox_ttl_hours: float = Field(
        192,
        gt=0,
        description="how long an answered delivery is remembered; longer than the topic keeps it (7 days)",
    )
    conversation_ttl_days: float = Field(
        180, gt=0, description="how long a silent conversation is remembered"
    )
    human_silence_hours: float = Field(
        12, ge=0, description="how long the bot is silent after a person answered from the phone app"
    )
    store_timeout_seconds: float = Field(5, gt=0, description="how long one call of Firestore may take")

    @property
    def longest_send_seconds(self) -> float:
        """What one send may take, its tries included."""
        return SEND_SHARE * self.push_seconds

    @model_validator(mode="after")
    def _caller_can_be_proven(self) -> Self:
        if self.push_auth == "none" and self.k_service:
            raise ValueError("PUSH_AUTH=none lets anybody push: on Cloud Run use iam (or oidc)")
        if self.push_auth != "none" and not (self.push_audience and self.push_service_account):
            raise ValueError(f"PUSH_AUTH={self.push_auth} needs PUSH_AUDIENCE and PUSH_SERVICE_ACCOUNT")
        return self

    @field_validator("whatsapp_access_token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr) -> SecretStr:
        text = token.get_secret_value().strip()
        if not text or not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("must be printable ASCII without white space")
        return SecretStr(text)

    @model_validator(mode="after")
    def _memory_outlives_an_attempt(self) -> Self:
        if self.outbox_ttl_hours * 3600 < self.push_seconds + self.ambiguous_window_seconds:
            raise ValueError(
                "OUTBOX_TTL_HOURS must outlast PUSH_SECONDS and AMBIGUOUS_WINDOW_SECONDS together: "
                "what is forgotten is answered again"
            )
        return self

    @model_validator(mode="after")
    def _push_outlives_a_send(self) -> Self:
        least = TRIES * self.graph_timeout_seconds / SEND_SHARE
        if self.push_seconds < least:
            raise ValueError(
                f"PUSH_SECONDS must be at least {least:g}: {TRIES} tries of GRAPH_TIMEOUT_SECONDS "
                "and a tenth for the rest"
            )
        return self

    @model_validator(mode="after")
    def _lease_can_be_renewed(self) -> Self:
        least = LEAST_LEASE * self.store_timeout_seconds
        if self.reply_lease_seconds < least:
            raise ValueError(
                f"REPLY_LEASE_SECONDS must be at least {least:g}: a third of it passes before it is renewed, "
                "which takes up to STORE_TIMEOUT_SECONDS"
            )
        return self
