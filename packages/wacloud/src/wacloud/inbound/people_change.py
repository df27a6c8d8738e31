"""News of people: preferences, calls, groups, who holds a conversation, what the phone app knows.

Source: Meta, Cloud API, Webhooks, "Reference"; Groups API and Calling API, "Webhooks".  `messaging_handovers` is on no
page that could be read: its shape is what users of Meta's agent have published.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from wacloud.inbound.change import Change
from wacloud.inbound.message import Contact, Error
from wacloud.inbound.received import Id, Moment, Received, each
from wacloud.person import Person


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
    """A call, or something about one (a recording, a transcript)."""

    id: Id | None = None
    sender: Annotated[Id | None, Field(validation_alias="from")] = None
    recipient: Annotated[Id | None, Field(validation_alias="to")] = None
    event: str | None = None
    timestamp: Moment | None = None
    direction: str | None = None
    status: str | tuple[str, ...] | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    duration: int | None = None
    session: Mapping[str, Any] | None = None


class Calls(Change):
    """calls: voice calls come, are answered and end."""

    contacts: Annotated[tuple[Contact, ...], each(Contact.read)] = ()
    calls: Annotated[tuple[Call, ...], each(Call.read)] = ()
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()


class Participant(Received):
    """Somebody who joined, left, or could not be added."""

    input: Id | None = None
    wa_id: Id | None = None
    user_id: Id | None = None
    errors: Annotated[tuple[Error, ...], each(Error.read)] = ()


class Group(Received):
    """What happened to a group."""

    group_id: Id | None = None
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


class History(Change):
    """history: chats of the phone app, in chunks, when a number is shared with it; `threads` hold the messages."""

    history: tuple[Mapping[str, Any], ...] = ()


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
