"""News of people: preferences, calls, groups, who holds a conversation, what the phone app knows.

`messaging_handovers` is on no page that could be read: its shape is what users of Meta's agent have published.
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
- https://developers.facebook.com/documentation/business-messaging/whatsapp/groups/webhooks
- https://developers.facebook.com/documentation/business-messaging/whatsapp/calling
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from wacloud.inbound.change import Change
from wacloud.inbound.message import Contact, Error, Message, parse_echo, parse_message
from wacloud.inbound.received import Id, Moment, Received, each
from wacloud.inbound.status import Status, parse_status
from wacloud.person import Person


def _status(item: Any) -> Status | None:
    return parse_status(item) if isinstance(item, dict) else None


def _history_message(item: Any) -> Message | None:
    if not isinstance(item, dict):
        return None
    context = item.get("history_context")
    from_us = "to" in item or (isinstance(context, dict) and context.get("from_me") is True)
    return (parse_echo if from_us else parse_message)(item, kind="history")


class UserPreference(Received):
    """Somebody stopped or resumed marketing."""

    wa_id: Id | None = None
    user_id: Id | None = None
    detail: str | None = None
    category: str | None = None
    value: str | None = None
    timestamp: Moment | None = None

    @property
    def person(self) -> Person:
        """Who it was."""
        return Person(user_id=self.user_id, wa_id=self.wa_id)


class UserPreferences(Change):
    """user_preferences: who wants marketing and who does not."""

    contacts: Annotated[tuple[Contact, ...], each(Contact.read)] = ()
    user_preferences: Annotated[tuple[UserPreference, ...], each(UserPreference.read)] = ()


class Call(Received):
    """A call, or something about one (a recording, a transcript).

    `sender` and `recipient` are numbers; `direction` is USER_INITIATED or BUSINESS_INITIATED.  `cta_payload` and
    `deeplink_payload` come from the button or link that was tapped, `callback_data` from the call's start.
    """

    id: Id | None = None
    sender: Annotated[Id | None, Field(validation_alias="from")] = None
    recipient: Annotated[Id | None, Field(validation_alias="to")] = None
    from_user_id: Id | None = None
    to_user_id: Id | None = None
    from_parent_user_id: Id | None = None
    to_parent_user_id: Id | None = None
    event: str | None = None
    timestamp: Moment | None = None
    direction: str | None = None
    status: str | tuple[str, ...] | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    duration: int | None = None
    session: Mapping[str, Any] | None = None
    callback_data: Annotated[str | None, Field(validation_alias="biz_opaque_callback_data")] = None
    cta_payload: str | None = None
    deeplink_payload: str | None = None
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()

    @property
    def person(self) -> Person:
        """The customer: who was called where the business called, else who calls."""
        if self.direction == "BUSINESS_INITIATED":
            return Person(self.to_user_id, self.recipient, self.to_parent_user_id)
        return Person(self.from_user_id, self.sender, self.from_parent_user_id)


class Calls(Change):
    """calls: voice calls come, are answered and end; `statuses` are those of calls the business made (RINGING, ...)."""

    contacts: Annotated[tuple[Contact, ...], each(Contact.read)] = ()
    calls: Annotated[tuple[Call, ...], each(Call.read)] = ()
    statuses: Annotated[tuple[Status, ...], each(_status)] = ()
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()


class Participant(Received):
    """Somebody who joined, left, or could not be added."""

    input: Id | None = None
    wa_id: Id | None = None
    user_id: Id | None = None
    parent_user_id: Id | None = None
    username: str | None = None
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()

    @property
    def person(self) -> Person:
        """Who it is."""
        return Person(self.user_id, self.wa_id or self.input, self.parent_user_id)


class Group(Received):
    """What happened to a group; `wa_id`, `user_id` and `username` are those of who asked to join.

    `initiated_by` is `participant` or `business`.
    """

    group_id: Id | None = None
    initiated_by: str | None = None
    join_request_id: Id | None = None
    wa_id: Id | None = None
    user_id: Id | None = None
    parent_user_id: Id | None = None
    username: str | None = None
    type: str | None = None
    timestamp: Moment | None = None
    request_id: str | None = None
    subject: str | None = None
    description: str | None = None
    invite_link: str | None = None
    join_approval_mode: str | None = None
    reason: str | None = None
    added_participants: Annotated[tuple[Participant, ...], each(Participant.read)] = ()
    removed_participants: Annotated[tuple[Participant, ...], each(Participant.read)] = ()
    failed_participants: Annotated[tuple[Participant, ...], each(Participant.read)] = ()
    group_subject: Mapping[str, Any] | None = None
    group_description: Mapping[str, Any] | None = None
    profile_picture: Mapping[str, Any] | None = None
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()


class Groups(Change):
    """group_lifecycle_update, group_participants_update, group_settings_update, group_status_update."""

    groups: Annotated[tuple[Group, ...], each(Group.read)] = ()


class StateSync(Received):
    """A contact of the phone app was added, changed or removed."""

    type: str | None = None
    action: str | None = None
    contact: Mapping[str, Any] | None = None
    metadata: Mapping[str, Any] | None = None


class AppStateSync(Change):
    """smb_app_state_sync: the phone app's address book."""

    state_sync: Annotated[tuple[StateSync, ...], each(StateSync.read)] = ()


class Thread(Received):
    """One chat of the phone app; `id` is the person's number.  Its messages are of `kind` `history`: nobody waits for
    an answer to them."""

    id: Id | None = None
    messages: Annotated[tuple[Message, ...], each(_history_message)] = ()


class Progress(Received):
    """How far the history has come: `phase` 0 (a day), 1 (90 days), 2 (180 days), and `progress` in per cent."""

    phase: int | None = None
    chunk_order: int | None = None
    progress: int | None = None


class HistoryChunk(Received):
    """A part of the chats, or the `errors` that say why there is none (2593109: the business does not share them)."""

    metadata: Progress | None = None
    threads: Annotated[tuple[Thread, ...], each(Thread.read)] = ()
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()


class History(Change):
    """history: chats of the phone app, in chunks, when a number is shared with it; `messages` are files that follow."""

    history: Annotated[tuple[HistoryChunk, ...], each(HistoryChunk.read)] = ()
    messages: Annotated[tuple[Message, ...], each(_history_message)] = ()


class HandoverRecipient(Received):
    """The business's number."""

    phone_number_id: Id | None = None
    display_phone_number: Id | None = None


class HandoverSender(Received):
    """The customer."""

    phone_number: Id | None = None
    wa_id: Id | None = None
    user_id: Id | None = None


class ControlPassed(Received):
    """Who had the conversation, and who has it: `ai_agent` is Meta's agent, `escalation` the business."""

    previous_owner_app_id: Id | None = None
    previous_owner_app_role: str | None = None
    previous_owner_role: str | None = None
    new_owner_role: str | None = None
    metadata: str | None = None


class Handover(Change):
    """messaging_handovers: a conversation went to Meta's agent or came back.  It has no `metadata` of its own."""

    type: str | None = None
    timestamp: Moment | None = None
    sender: HandoverSender = HandoverSender()
    recipient: HandoverRecipient = HandoverRecipient()
    control_passed: ControlPassed = ControlPassed()

    @property
    def person(self) -> Person:
        """Whose conversation it is."""
        return Person(user_id=self.sender.user_id, wa_id=self.sender.wa_id or self.sender.phone_number)

    @property
    def to_agent(self) -> bool | None:
        """Whether Meta's agent has it now; None where that is not said."""
        passed = self.control_passed
        if passed.new_owner_role:
            return passed.new_owner_role == "ai_agent"
        from_agent = "meta_business_agent" in (passed.previous_owner_app_role, passed.previous_owner_role)
        return False if from_agent or passed.previous_owner_role == "ai_agent" else None
