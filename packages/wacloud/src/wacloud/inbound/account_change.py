"""News of the account, its numbers and its templates.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview (read 2026-11)
"""

from collections.abc import Mapping
from typing import Annotated, Any

from wacloud.inbound.change import Change
from wacloud.inbound.received import Id, Moment, Received, each


class AlertInfo(Received):
    """What an alert says."""

    alert_severity: str | None = None
    alert_status: str | None = None
    alert_type: str | None = None
    alert_description: str | None = None


class AccountAlert(Change):
    """account_alerts: a limit, a profile, an official account."""

    entity_type: str | None = None
    entity_id: Id | None = None
    alert_info: AlertInfo | None = None
    alert_severity: str | None = None
    alert_status: str | None = None
    alert_type: str | None = None
    alert_description: str | None = None


class AccountReview(Change):
    """account_review_update: the account was reviewed."""

    decision: str | None = None


class BanInfo(Received):
    """Since when, or from when, an account is banned."""

    waba_ban_state: str | None = None
    waba_ban_date: str | None = None


class Restriction(Received):
    """What an account may not do, and until when."""

    restriction_type: str | None = None
    expiration: Moment | None = None
    remediation: str | None = None


class Violation(Received):
    """Which policy was violated."""

    violation_type: str | None = None
    remediation: str | None = None
    expiration: Moment | None = None


class WabaInfo(Received):
    """Which account and partner an event is about."""

    waba_id: Id | None = None
    owner_business_id: Id | None = None
    partner_app_id: Id | None = None
    solution_id: Id | None = None
    solution_partner_business_ids: tuple[Id, ...] = ()
    ad_account_linked: Id | None = None


class Disconnection(Received):
    """Why a number that is shared with the phone app was disconnected, and by whom."""

    reason: str | None = None
    initiated_by: str | None = None


class AccountUpdate(Change):
    """account_update: ACCOUNT_VIOLATION, ACCOUNT_RESTRICTION, DISABLED_UPDATE, PARTNER_REMOVED and many more."""

    event: str | None = None
    phone_number: Id | None = None
    country: str | None = None
    waba_info: WabaInfo | None = None
    ban_info: BanInfo | None = None
    restriction_info: Annotated[tuple[Restriction, ...], each(Restriction.read)] = ()
    violation_info: Violation | None = None
    disconnection_info: Disconnection | None = None
    auth_international_rate_eligibility: Mapping[str, Any] | None = None
    volume_tier_info: Mapping[str, Any] | None = None
    partner_client_certification_info: Mapping[str, Any] | None = None


class AccountSettings(Change):
    """account_settings_update: the settings of a number, calling for instance."""

    type: str | None = None
    timestamp: Moment | None = None
    phone_number_settings: Mapping[str, Any] | None = None


class AutomaticEvent(Received):
    """A lead or a purchase that Meta recognised in a conversation."""

    id: Id | None = None
    event_name: str | None = None
    timestamp: Moment | None = None
    ctwa_clid: str | None = None
    custom_data: Mapping[str, Any] | None = None


class AutomaticEvents(Change):
    """automatic_events: what came of click-to-WhatsApp ads."""

    automatic_events: Annotated[tuple[AutomaticEvent, ...], each(AutomaticEvent.read)] = ()


class BusinessUsername(Change):
    """business_username_update: `status` is approved, reserved or deleted.

    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
    (read 2026-11-25)
    """

    display_phone_number: Id | None = None
    username: str | None = None
    status: str | None = None
    transfer_action: str | None = None


class FlowAlert(Change):
    """flows: a flow's status changed, or it fails, is slow or is about to expire; `event` says which.

    Source: https://developers.facebook.com/docs/whatsapp/flows/reference/flowswebhooks (read 2026-11-25, as quoted by
    public libraries; the page itself could not be read)
    """

    event: str | None = None
    message: str | None = None
    flow_id: Id | None = None
    old_status: str | None = None
    new_status: str | None = None
    alert_state: str | None = None
    threshold: float | None = None
    error_rate: float | None = None
    availability: float | None = None
    p50_latency: float | None = None
    p90_latency: float | None = None
    requests_count: int | None = None
    errors: tuple[Mapping[str, Any], ...] = ()
    warning: str | None = None


class BusinessCapability(Change):
    """business_capability_update: how many numbers and conversations a business may have; -1 is no limit."""

    max_daily_conversation_per_phone: int | None = None
    max_daily_conversations_per_business: int | str | None = None
    max_phone_numbers_per_business: int | None = None
    max_phone_numbers_per_waba: int | None = None


class _TemplateChange(Change):
    """Which template."""

    message_template_id: Id | None = None
    message_template_name: str | None = None
    message_template_language: str | None = None


class TemplateStatus(_TemplateChange):
    """message_template_status_update: APPROVED, REJECTED, PAUSED, FLAGGED, DISABLED, PENDING_DELETION, ..."""

    event: str | None = None
    reason: str | None = None
    message_template_category: str | None = None
    disable_info: Mapping[str, Any] | None = None
    other_info: Mapping[str, Any] | None = None
    rejection_info: Mapping[str, Any] | None = None


class TemplateQuality(_TemplateChange):
    """message_template_quality_update: GREEN, YELLOW, RED, UNKNOWN."""

    previous_quality_score: str | None = None
    new_quality_score: str | None = None


class TemplateCategory(_TemplateChange):
    """template_category_update: Meta has moved a template, or will."""

    previous_category: str | None = None
    new_category: str | None = None
    correct_category: str | None = None
    category_update_timestamp: Moment | None = None


class TemplateComponents(_TemplateChange):
    """message_template_components_update: a template was edited."""

    message_template_title: str | None = None
    message_template_element: str | None = None
    message_template_footer: str | None = None
    message_template_buttons: tuple[Mapping[str, Any], ...] = ()


class PartnerSolution(Change):
    """partner_solutions: a multi-partner solution was made or changed."""

    event: str | None = None
    solution_id: Id | None = None
    solution_status: str | None = None


class PaymentConfiguration(Change):
    """payment_configuration_update: how the number takes payments."""

    configuration_name: str | None = None
    provider_name: str | None = None
    provider_mid: Id | None = None
    status: str | None = None
    created_timestamp: Moment | None = None
    updated_timestamp: Moment | None = None


class NumberName(Change):
    """phone_number_name_update: the display name was reviewed."""

    display_phone_number: Id | None = None
    decision: str | None = None
    requested_verified_name: str | None = None
    rejection_reason: str | None = None


class NumberQuality(Change):
    """phone_number_quality_update: FLAGGED, UNFLAGGED, ONBOARDING, UPGRADE, DOWNGRADE, THROUGHPUT_UPGRADE."""

    display_phone_number: Id | None = None
    event: str | None = None
    current_limit: str | None = None
    old_limit: str | None = None
    max_daily_conversations_per_business: int | str | None = None


class Security(Change):
    """security: somebody changed or asked to reset the two-step PIN."""

    display_phone_number: Id | None = None
    event: str | None = None
    requester: Id | None = None
