"""Messages to tap on: buttons, a menu, a link, a flow, a request.

Those of a catalogue stand in `commerce`, rows of cards in `carousel`.
Sources (read 2026-11):
- https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages
- https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-list-messages
- https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-cta-url-messages
- https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages/location-request-messages
- https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages/address-messages
- https://developers.facebook.com/docs/whatsapp/flows/guides/sendingaflow
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from wacloud.outbound.header import Header
from wacloud.outbound.message import (
    Body,
    Footer,
    Interactive,
    Json,
    NotBlank,
    Part,
    Text1,
    TextHeader,
    WebLink,
    limit,
    unique,
)

MOST_ROWS = 10


class ReplyButton(Part):
    """A button; its `id` (at most 256 characters) comes back when the person taps its `title` (at most 20)."""

    id: Annotated[str, limit(256), NotBlank]
    title: Annotated[str, limit(20), NotBlank]


class ReplyButtons(Interactive):
    """One to three buttons below a body of at most 1,024 characters; ids and titles are unique."""

    interactive_kind = "button"
    body: Body
    buttons: Annotated[tuple[ReplyButton, ...], limit(3)]
    header: Header | None = None
    footer: Footer | None = None

    @model_validator(mode="after")
    def _unique(self) -> Self:
        unique("button id", [button.id for button in self.buttons])
        unique("button title", [button.title for button in self.buttons])
        return self

    def action(self) -> Json:
        """The buttons."""
        return {"buttons": [{"type": "reply", "reply": button.dump()} for button in self.buttons]}


class Row(Part):
    """A line of a menu: `id` at most 200 characters, `title` 24, `description` 72."""

    id: Annotated[str, limit(200), NotBlank]
    title: Annotated[str, limit(24), NotBlank]
    description: Annotated[str, limit(72), NotBlank] | None = None


class Section(Part):
    """Rows under a title of at most 24 characters, which is needed when there are several sections."""

    rows: Annotated[tuple[Row, ...], Field(min_length=1)]
    title: Annotated[str, limit(24), NotBlank] | None = None


class ListMenu(Interactive):
    """A menu that opens from a button: at most ten rows over all sections, a body of at most 4,096 characters."""

    interactive_kind = "list"
    body: Annotated[str, limit(4096), NotBlank]
    button: Annotated[str, limit(20), NotBlank]
    sections: Annotated[tuple[Section, ...], limit(10)]
    header: TextHeader | None = None
    footer: Footer | None = None

    @model_validator(mode="after")
    def _rows(self) -> Self:
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > MOST_ROWS:
            raise ValueError(f"{len(rows)} rows over all sections, at most {MOST_ROWS}")
        if len(self.sections) > 1 and any(section.title is None for section in self.sections):
            raise ValueError("each section needs a title when there are several")
        unique("row id", [row.id for row in rows])
        return self

    def action(self) -> Json:
        """The button and what it opens."""
        return {"button": self.button, "sections": [section.dump() for section in self.sections]}


class CallToAction(Interactive):
    """A button that opens a web page."""

    interactive_kind = "cta_url"
    body: Body
    display_text: Annotated[str, limit(20), NotBlank]
    url: WebLink
    header: Header | None = None
    footer: Footer | None = None

    def action(self) -> Json:
        """The button."""
        return {"name": "cta_url", "parameters": {"display_text": self.display_text, "url": self.url}}


class Flow(Interactive):
    """A form (a WhatsApp Flow), named by `flow_id` or `flow_name`; its answer comes back as a FlowReply.

    `flow_cta` is the button's text, at most 30 characters.  `screen` and `data` choose the first screen and what it
    shows; they go with `flow_action="navigate"`.
    """

    interactive_kind = "flow"
    body: Body
    flow_cta: Annotated[str, limit(30), NotBlank]
    flow_id: Text1 | None = None
    flow_name: Text1 | None = None
    flow_token: Text1 | None = None
    flow_action: Literal["navigate", "data_exchange"] = "navigate"
    screen: Text1 | None = None
    data: Mapping[str, Any] | None = None
    mode: Literal["draft", "published"] = "published"
    header: Header | None = None
    footer: Footer | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.flow_id is None) == (self.flow_name is None):
            raise ValueError("exactly one of flow_id and flow_name is needed")
        if self.data is not None and not self.data:
            raise ValueError("data: an empty object, Meta wants none or one with keys")
        if self.data is not None and self.screen is None:
            raise ValueError("data needs the screen that shows it")
        if self.flow_action == "data_exchange" and self.screen is not None:
            raise ValueError("screen and data go with flow_action 'navigate' only")
        return self

    def action(self) -> Json:
        """The flow, in version 3 of Meta's message format."""
        given: Json = {"flow_message_version": "3", "flow_cta": self.flow_cta, "mode": self.mode}
        for name in ("flow_id", "flow_name", "flow_token"):
            if (value := getattr(self, name)) is not None:
                given[name] = value
        given["flow_action"] = self.flow_action
        if self.screen is not None:
            payload = {"screen": self.screen, **({"data": dict(self.data)} if self.data else {})}
            given["flow_action_payload"] = payload
        return {"name": "flow", "parameters": given}


class LocationRequest(Interactive):
    """A button that lets the person send a location."""

    interactive_kind = "location_request_message"
    body: Body

    def action(self) -> Json:
        """Always the same."""
        return {"name": "send_location"}


class ContactRequest(Interactive):
    """A button that shares the person's own contact, and with it the phone number that a username hides.

    The button's text is WhatsApp's.  The answer is a message of type `contacts` whose `origin` is `contact_request`.
    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
    (read 2026-11; the JSON as https://docs.kapso.ai/docs/whatsapp/send-messages/request-contact-info shows it)
    """

    interactive_kind = "request_contact_info"
    body: Body

    def action(self) -> Json:
        """Always the same."""
        return {"name": "request_contact_info"}


class CallPermissionRequest(Interactive):
    """Asks whether the business may call; the answer is a CallPermissionReply.

    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/calling/user-call-permissions
    (read 2026-11)
    """

    interactive_kind = "call_permission_request"
    body: Body | None = None

    def action(self) -> Json:
        """Always the same."""
        return {"name": "call_permission_request"}


class CallButton(Interactive):
    """A button that calls the business in WhatsApp.

    `ttl_minutes` is how long it works: 1 to 43,200, 10,080 (a week) where it is not given.  `call_payload`, at most 512
    characters, comes back in the call's webhook.
    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/calling/call-button-messages-deep-links
    (read 2026-11)
    """

    interactive_kind = "voice_call"
    body: Body
    display_text: Annotated[str, limit(20), NotBlank] | None = None
    ttl_minutes: Annotated[int, Field(ge=1, le=43_200)] | None = None
    call_payload: Annotated[str, limit(512), NotBlank] | None = None

    def action(self) -> Json:
        """The button."""
        given = {
            "display_text": self.display_text,
            "ttl_minutes": self.ttl_minutes,
            "payload": self.call_payload,
        }
        parameters = {name: value for name, value in given.items() if value is not None}
        return {"name": "voice_call", **({"parameters": parameters} if parameters else {})}


class AddressRequest(Interactive):
    """A form for a postal address, in India (IN) and, by older pages, Singapore (SG).

    `values` fills fields in, `saved_addresses` offers known ones, `validation_errors` (field → what is wrong) asks again.
    """

    interactive_kind = "address_message"
    body: Body
    country: Literal["IN", "SG"]
    values: Mapping[str, str] | None = None
    saved_addresses: tuple[Mapping[str, Any], ...] | None = None
    validation_errors: Mapping[str, str] | None = None
    header: Header | None = None
    footer: Footer | None = None

    def action(self) -> Json:
        """The form."""
        names = {"country", "values", "saved_addresses", "validation_errors"}
        parameters = self.model_dump(mode="json", exclude_none=True, include=names)
        return {"name": "address_message", "parameters": parameters}
