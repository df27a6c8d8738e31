"""The webhook's composition root: the only place that reads its environment and makes its clients.

functions-framework --asgi --source webhook/main.py --target webhook
"""

import datetime as dt

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from cloud.firestore import Store
from cloud.http import Router
from cloud.pubsub import Publisher
from cloud.service import Service
from cloud.settings import load
from webhook.admission import Admission
from webhook.inbox import Inbox
from webhook.intake import Intake
from webhook.routes import routes
from webhook.settings import WebhookSettings


def connect(settings: WebhookSettings) -> tuple[Store, Publisher]:
    """The two clients.  They belong to the running event loop."""
    project = settings.google_cloud_project
    store = Store.connect(
        project,
        settings.firestore_database,
        timeout=settings.claim_timeout_seconds,
        emulator_host=settings.firestore_emulator_host,
    )
    publisher = Publisher.connect(
        project,
        settings.pubsub_topic,
        timeout=settings.publish_timeout_seconds,
        emulator_host=settings.pubsub_emulator_host,
        endpoint=settings.pubsub_endpoint,
    )
    return store, publisher


def build(settings: WebhookSettings, store: Store, publisher: Publisher) -> Router:
    """The service on these clients."""
    inbox = Inbox(
        store,
        lease=dt.timedelta(seconds=settings.intake_lease_seconds),
        retention=dt.timedelta(hours=settings.dedupe_ttl_hours),
        timeout=settings.claim_timeout_seconds,
        clock=lambda: dt.datetime.now(dt.UTC),
    )
    return routes(
        Intake(
            inbox,
            publisher,
            dedupe_statuses=settings.dedupe_statuses,
            publish_timeout=settings.publish_timeout_seconds,
        ),
        Admission(budget=settings.admission_bytes, wait=settings.admission_wait_seconds),
        app_secrets=[secret.get_secret_value() for secret in settings.whatsapp_webhook_secret],
        verify_tokens=[token.get_secret_value() for token in settings.whatsapp_verify_token],
        pings={"firestore": store.ping, "pubsub": publisher.ping},
    )


settings = load(WebhookSettings)  # at import: a bad configuration stops the start
service = Service("webhook", settings, lambda: build(settings, *connect(settings)))


@functions_framework.aio.http
async def webhook(request: Request) -> Response:
    """The function that functions-framework serves."""
    return await service(request)
