"""What the Graph API tells of a number and its business.  Unknown keys are kept (`model_extra`).

Sources (read 2026-11):
- https://developers.facebook.com/docs/whatsapp/cloud-api/phone-numbers
- https://developers.facebook.com/docs/whatsapp/cloud-api/reference/business-profiles
- https://developers.facebook.com/docs/whatsapp/embedded-signup/webhooks
"""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,name_status,status,quality_rating,code_verification_status,"
    "platform_type,throughput,webhook_configuration"
)
PROFILE_FIELDS = "about,address,description,email,profile_picture_url,websites,vertical"


class Answer(BaseModel):
    """An object of Meta's: frozen, and open to what Meta adds."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Throughput(Answer):
    """STANDARD is 80 messages a second, HIGH 1,000."""

    level: str | None = None


class WebhookConfiguration(Answer):
    """Where webhooks go: the number's override, else the account's, else the app's."""

    phone_number: str | None = None
    whatsapp_business_account: str | None = None
    application: str | None = None


class PhoneNumber(Answer):
    """A number; `quality_rating` is GREEN, YELLOW, RED or NA, `status` CONNECTED when all is well."""

    id: str
    display_phone_number: str | None = None
    verified_name: str | None = None
    name_status: str | None = None
    status: str | None = None
    quality_rating: str | None = None
    code_verification_status: str | None = None
    platform_type: str | None = None
    throughput: Throughput | None = None
    webhook_configuration: WebhookConfiguration | None = None


class BusinessProfile(Answer):
    """What people see about the business."""

    about: str | None = None
    address: str | None = None
    description: str | None = None
    email: str | None = None
    profile_picture_url: str | None = None
    websites: tuple[str, ...] = ()
    vertical: str | None = None


class SubscribedApp(Answer):
    """An app that gets the account's webhooks, at `override_callback_uri` if it has one of its own."""

    id: str | None = None
    name: str | None = None
    link: str | None = None
    override_callback_uri: str | None = None

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Self:
        """From an element of Meta's list, where the app stands one level deeper."""
        app = item.get("whatsapp_business_api_data")
        rest = {key: value for key, value in item.items() if key != "whatsapp_business_api_data"}
        return cls.model_validate({**(app if isinstance(app, dict) else {}), **rest})
