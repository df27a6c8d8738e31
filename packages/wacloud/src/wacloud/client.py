"""The client of one phone number.

    async with Client(api_url="https://graph.facebook.com/v26.0", phone_number_id=..., access_token=...) as client:
        await client.send(Text(body="Olá!"), to="5511999999999")

Files are at `client.media`, templates at `client.templates`.  How a request travels, is tried again and fails is
`wacloud.connection`'s.
Sources (read 2026-11):
- https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
- https://developers.facebook.com/docs/whatsapp/cloud-api/guides/mark-message-as-read
- https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators
- https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal, Self

from wacloud.account import (
    NUMBER_FIELDS,
    PROFILE_FIELDS,
    BusinessProfile,
    PhoneNumber,
    ProfileChange,
    SubscribedApp,
)
from wacloud.analytics import Analytics
from wacloud.blocklist import Blocklist
from wacloud.calls import Calls
from wacloud.commerce import Commerce
from wacloud.connection import Ambiguous, Connection, Json
from wacloud.conversation_starters import ConversationStarters
from wacloud.errors import InvalidMessageError
from wacloud.flow_key import FlowKey
from wacloud.flows import Flows
from wacloud.groups import Groups
from wacloud.media import Media
from wacloud.outbound import Image, Outbound, ReplyButtons, Template, Text, build_request
from wacloud.person import Person
from wacloud.qr_codes import QrCodes
from wacloud.registration import Registration
from wacloud.sent import Sent, first_object, sent_of
from wacloud.templates import Templates
from wacloud.uploads import Uploads
from wacloud.username import Username

__all__ = ["CALLBACK_MOST", "Client", "Sent"]

CALLBACK_MOST = 200

_ID = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class Client:
    """One phone number of the Cloud API.

    `timeout` is in seconds and for one try; `tries` counts them all, 1 for none again.  `waba_id`, the WhatsApp
    Business Account, is needed for templates and subscriptions only; `app_secret` where the app requires proof of it
    ("Require App Secret").  `template_language` is what `send_template_message` takes when it is given none.
    """

    def __init__(
        self,
        *,
        api_url: str,
        phone_number_id: str,
        access_token: str,
        waba_id: str | None = None,
        timeout: float = 30.0,
        tries: int = 3,
        backoff: float = 0.5,
        app_secret: str | None = None,
        template_language: str | None = None,
    ) -> None:
        self._number = _checked_id("phone_number_id", phone_number_id)
        self._waba = _checked_id("waba_id", waba_id) if waba_id else None
        self._language = template_language
        self._connection = Connection(
            api_url, access_token, app_secret=app_secret, timeout=timeout, tries=tries, backoff=backoff
        )
        self.media = Media(self._connection, self._number)
        self.blocklist = Blocklist(self._connection, self._number)
        self.calls = Calls(self._connection, self._number)
        self.commerce = Commerce(self._connection, self._number)
        self.conversation_starters = ConversationStarters(self._connection, self._number)
        self.flow_key = FlowKey(self._connection, self._number)
        self.groups = Groups(self._connection, self._number)
        self.qr_codes = QrCodes(self._connection, self._number)
        self.registration = Registration(self._connection, self._number)
        self.username = Username(self._connection, self._number)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections; `async with` does it by itself."""
        await self._connection.close()

    async def send(
        self,
        message: Outbound,
        *,
        to: Person | str,
        reply_to: str | None = None,
        callback_data: str | None = None,
        ambiguous: Ambiguous = "retry",
    ) -> Sent:
        """Sends a message.  Raises what `wacloud.errors` lists; see `post` for `ambiguous`."""
        body = build_request(message, to=to, reply_to=reply_to, callback_data=callback_data)
        return await self.post(body, ambiguous=ambiguous)

    async def post(
        self,
        body: Mapping[str, Any],
        *,
        ambiguous: Ambiguous = "retry",
        path: Literal["messages", "marketing_messages"] = "messages",
    ) -> Sent:
        """Sends a request that was made before (`wacloud.outbound.build_request`).

        With ambiguous="raise" only what Meta surely did not accept is tried again, and an AmbiguousError is raised at
        once: the Graph API has no idempotency key, so trying again may send twice.
        """
        answer = await self._connection.call("POST", f"{self._number}/{path}", body=body, ambiguous=ambiguous)
        return sent_of(answer)

    async def send_marketing(
        self,
        template: Template,
        *,
        to: Person | str,
        callback_data: str | None = None,
        product_policy: Literal["CLOUD_API_FALLBACK", "STRICT"] | None = None,
        message_activity_sharing: bool | None = None,
        ambiguous: Ambiguous = "retry",
    ) -> Sent:
        """A marketing template through the Marketing Messages API, which lets Meta choose the best moment.

        `product_policy`: CLOUD_API_FALLBACK sends it by the Cloud API where that API cannot, STRICT does not.
        Source: https://developers.facebook.com/docs/whatsapp/marketing-messages-lite-api (read 2026-11)
        """
        body = build_request(template, to=to, callback_data=callback_data)
        given = {"product_policy": product_policy, "message_activity_sharing": message_activity_sharing}
        body |= {name: value for name, value in given.items() if value is not None}
        return await self.post(body, ambiguous=ambiguous, path="marketing_messages")

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        ambiguous: Ambiguous = "retry",
    ) -> Json:
        """Any call of the Graph API, with this client's token, tries and errors: for what is not here yet.

        `path` comes after the version (`{number}/messages`); nothing in it is replaced.
        """
        return await self._connection.call(
            method, path.lstrip("/"), body=body, query=query, ambiguous=ambiguous
        )

    async def send_text_message(self, to: str, text: str, preview_url: bool = False) -> Sent:
        """Text of at most 4,096 characters."""
        return await self.send(Text(body=text, preview_url=preview_url), to=to)

    async def send_image_message(self, to: str, image_url: str, caption: str | None = None) -> Sent:
        """A JPEG or PNG at a public https address, with a caption of at most 1,024 characters."""
        return await self.send(Image(link=image_url, caption=caption), to=to)

    async def send_template_message(
        self, to: str, template_name: str, components: Sequence[Any] = (), language: str | None = None
    ) -> Sent:
        """An approved template in `language` (`en_US`), or in the client's; components as objects or in Meta's JSON."""
        if not (code := language or self._language):
            raise InvalidMessageError(
                [("language", "missing: give it here, or template_language to the client")]
            )
        template = Template(name=template_name, language=code, components=components)
        return await self.send(template, to=to)

    async def send_interactive_message(self, to: str, body_text: str, buttons: Sequence[Any]) -> Sent:
        """One to three reply buttons, each `{"id": ..., "title": ...}` or a ReplyButton."""
        return await self.send(ReplyButtons(body=body_text, buttons=buttons), to=to)

    async def mark_read(self, wamid: str, *, typing: bool = False) -> None:
        """Marks a message of the last 30 days, and those before it, as read.

        With `typing` the person sees that an answer is being written, until it comes, at most 25 seconds.
        """
        body: Json = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        await self._connection.call("POST", f"{self._number}/messages", body=body)

    async def phone_number(self) -> PhoneNumber:
        """The number as Meta sees it: name, quality, throughput, where its webhooks go."""
        return PhoneNumber.model_validate(
            await self._connection.call("GET", self._number, query={"fields": NUMBER_FIELDS})
        )

    async def business_profile(self) -> BusinessProfile:
        """What people see about the business."""
        path = f"{self._number}/whatsapp_business_profile"
        profile = first_object(
            (await self._connection.call("GET", path, query={"fields": PROFILE_FIELDS})).get("data")
        )
        # Meta's OpenAPI shows the profile one level deeper than its answers do.
        return BusinessProfile.model_validate(profile.get("business_profile", profile))

    async def change_business_profile(self, change: ProfileChange) -> None:
        """Changes what is given about the business."""
        body = {"messaging_product": "whatsapp", **change.model_dump(mode="json", exclude_none=True)}
        await self._connection.call("POST", f"{self._number}/whatsapp_business_profile", body=body)

    async def phone_numbers(self) -> AsyncIterator[PhoneNumber]:
        """Every number of the account; needs `waba_id`."""
        path = f"{self._account()}/phone_numbers"
        async for item in self._connection.pages(path, {"fields": NUMBER_FIELDS}):
            yield PhoneNumber.model_validate(item)

    def uploads(self, app_id: str) -> Uploads:
        """Resumable uploads of an app: sample files for template headers, profile pictures."""
        return Uploads(self._connection, _checked_id("app_id", app_id))

    @property
    def flows(self) -> Flows:
        """The account's flows; needs `waba_id`."""
        return Flows(self._connection, self._account())

    @property
    def analytics(self) -> Analytics:
        """The account's analytics and health; needs `waba_id`."""
        return Analytics(self._connection, self._account())

    @property
    def templates(self) -> Templates:
        """The account's templates; needs `waba_id`."""
        return Templates(self._connection, self._account())

    async def subscribed_apps(self) -> tuple[SubscribedApp, ...]:
        """The apps that get this account's webhooks; needs `waba_id`."""
        answer = await self._connection.call("GET", f"{self._account()}/subscribed_apps")
        data = answer.get("data")
        return tuple(SubscribedApp.of(item) for item in data) if isinstance(data, list) else ()

    async def subscribe(self, callback: str | None = None, verify_token: str | None = None) -> None:
        """Subscribes the token's app to the account's webhooks; a callback overrides the app's own address."""
        body = _override(callback, verify_token) if callback else {}
        await self._connection.call("POST", f"{self._account()}/subscribed_apps", body=body)

    async def unsubscribe(self) -> None:
        """Stops this account's webhooks for the token's app."""
        await self._connection.call("DELETE", f"{self._account()}/subscribed_apps")

    async def override_webhook(self, callback: str, verify_token: str) -> None:
        """Sends this number's message webhooks to an address of its own; an empty callback ends that."""
        configuration = _override(callback, verify_token) if callback else {"override_callback_uri": ""}
        body = {"webhook_configuration": configuration}
        await self._connection.call("POST", self._number, body=body)

    def _account(self) -> str:
        if self._waba is None:
            raise ValueError("waba_id: this call needs the WhatsApp Business Account's id")
        return self._waba


def _override(callback: str, verify_token: str | None) -> Json:
    if len(callback) > CALLBACK_MOST:
        raise ValueError(f"callback: {len(callback)} characters, at most {CALLBACK_MOST}")
    if not verify_token:
        raise ValueError("verify_token: Meta checks an override with it, so it is needed")
    return {"override_callback_uri": callback, "verify_token": verify_token}


def _checked_id(name: str, value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(f"{name}: {value!r} is not an id of the Graph API")
    return value
