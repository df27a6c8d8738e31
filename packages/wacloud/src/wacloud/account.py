"""What the Graph API tells of a number and its business.  Unknown keys are kept (`model_extra`).

Sources (read 2026-11):
- https://developers.facebook.com/docs/whatsapp/cloud-api/phone-numbers
- https://developers.facebook.com/docs/whatsapp/cloud-api/reference/business-profiles
- https://developers.facebook.com/docs/whatsapp/embedded-signup/webhooks
"""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from wacloud.limits import check_count, check_length

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


VERTICALS = (
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
)
_LONGEST = {"about": 139, "address": 256, "description": 512, "email": 128}
_MOST_WEBSITES, _LONGEST_WEBSITE = 2, 256


class ProfileChange(BaseModel):
    """What is to be changed about the business; what is not given stays.  An empty text takes a value away."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str | None = None
    address: str | None = None
    description: str | None = None
    email: str | None = None
    websites: tuple[str, ...] | None = None
    vertical: str | None = None
    profile_picture_handle: str | None = None

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        for name, most in _LONGEST.items():
            check_length(name, getattr(self, name), most, least=1 if name == "about" else 0)
        check_count("websites", self.websites, _MOST_WEBSITES)
        for website in self.websites or ():
            check_length("websites", website, _LONGEST_WEBSITE)
        if self.vertical is not None and self.vertical not in VERTICALS:
            raise ValueError(f"vertical: {self.vertical!r} is none of {', '.join(VERTICALS)}")
        return self


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
