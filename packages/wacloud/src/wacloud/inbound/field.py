"""Which change belongs to which `field`.  Any other field becomes an OtherChange."""

from collections.abc import Mapping

from wacloud.inbound.account_change import (
    AccountAlert,
    AccountReview,
    AccountSettings,
    AccountUpdate,
    AutomaticEvents,
    BusinessCapability,
    BusinessUsername,
    FlowAlert,
    NumberName,
    NumberQuality,
    PartnerSolution,
    PaymentConfiguration,
    Security,
    TemplateCategory,
    TemplateComponents,
    TemplateQuality,
    TemplateStatus,
)
from wacloud.inbound.change import Change
from wacloud.inbound.people_change import AppStateSync, Calls, Groups, Handover, History, UserPreferences

BY_FIELD: Mapping[str, type[Change]] = {
    "account_alerts": AccountAlert,
    "account_review_update": AccountReview,
    "account_settings_update": AccountSettings,
    "account_update": AccountUpdate,
    "automatic_events": AutomaticEvents,
    "business_capability_update": BusinessCapability,
    "business_username_update": BusinessUsername,
    "calls": Calls,
    "flows": FlowAlert,
    "group_lifecycle_update": Groups,
    "group_participants_update": Groups,
    "group_settings_update": Groups,
    "group_status_update": Groups,
    "history": History,
    "message_template_components_update": TemplateComponents,
    "message_template_quality_update": TemplateQuality,
    "message_template_status_update": TemplateStatus,
    "messaging_handovers": Handover,
    "partner_solutions": PartnerSolution,
    "payment_configuration_update": PaymentConfiguration,
    "phone_number_name_update": NumberName,
    "phone_number_quality_update": NumberQuality,
    "security": Security,
    "smb_app_state_sync": AppStateSync,
    "template_category_update": TemplateCategory,
    "user_preferences": UserPreferences,
}
