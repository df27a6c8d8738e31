"""The Graph API as the operations tool reaches it: with the services' own number and token."""

from wacloud.client import Client

from ops.secret_manager import ACCESS_TOKEN, SecretError, SecretManager
from ops.settings import OpsSettings


class NotConfiguredError(Exception):
    """Something that speaking to Meta needs is not set; the message says what to do."""


def access_token(settings: OpsSettings) -> str:
    """From the environment, else from Secret Manager; raises NotConfiguredError."""
    if settings.whatsapp_access_token is not None:
        return settings.whatsapp_access_token.get_secret_value()
    if settings.emulated:
        raise NotConfiguredError("set WHATSAPP_ACCESS_TOKEN")
    try:
        return SecretManager.connect(settings).in_use(ACCESS_TOKEN).value
    except SecretError as error:
        raise NotConfiguredError(f"set WHATSAPP_ACCESS_TOKEN, or: {error}") from None


def client(settings: OpsSettings) -> Client:
    """A client for the number; raises NotConfiguredError."""
    if settings.whatsapp_phone_number_id is None:
        raise NotConfiguredError("set WHATSAPP_PHONE_NUMBER_ID (Meta for Developers, WhatsApp, API Setup)")
    try:
        return Client(
            api_url=settings.whatsapp_api_url,
            phone_number_id=settings.whatsapp_phone_number_id,
            access_token=access_token(settings),
            waba_id=settings.whatsapp_waba_id,
            timeout=10,
        )
    except ValueError as error:
        raise NotConfiguredError(str(error)) from None
