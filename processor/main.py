"""The processor's composition root: the only place that reads its environment and makes its clients.

functions-framework --asgi --source processor/main.py --target processor
"""

import datetime as dt
import importlib
from typing import Any, cast

import functions_framework.aio
import httpx
from starlette.requests import Request
from starlette.responses import Response
from wacloud.client import Client
from wacloud.outbound import Template

from bots import Decider
from cloud.firestore import Store
from cloud.http import Router
from cloud.pubsub import Publisher
from cloud.service import Service
from cloud.settings import load
from processor.deciding import Deciding
from processor.outbox import Outbox
from processor.protocol.policy import ReplyPolicy
from processor.publishing import EventPublisher
from processor.push_auth import Anyone, CloudRunInvoker, PushAuth, SignedToken
from processor.routes import routes
from processor.runner import Answering
from processor.sending import Sender
from processor.settings import TRIES, ProcessorSettings
from processor.statuses_and_echoes import StatusesAndEchoes
from processor.timers import Ticker


def connect(settings: ProcessorSettings) -> tuple[Store, Publisher, EventPublisher, Client]:
    """The clients: Firestore, the topic of updates, the topics of events, the Graph API.  They belong to the running event loop."""
    project = settings.google_cloud_project
    store = Store.connect(
        project,
        settings.firestore_database,
        timeout=settings.store_timeout_seconds,
        emulator_host=settings.firestore_emulator_host,
    )

    def topic(name: str) -> Publisher:
        return Publisher.connect(
            project,
            settings.leads_topic if name == "leads" else name,
            timeout=settings.store_timeout_seconds,
            emulator_host=settings.pubsub_emulator_host,
            # Order is kept within a region, so the endpoint must be that of the webhook, and of this service.
            endpoint=settings.pubsub_endpoint,
        )

    graph = Client(
        api_url=str(settings.whatsapp_api_url),
        phone_number_id=settings.whatsapp_phone_number_id,
        access_token=settings.whatsapp_access_token.get_secret_value(),
        timeout=settings.graph_timeout_seconds,
        tries=TRIES,
    )
    return store, topic(settings.pubsub_topic), EventPublisher(topic), graph


def build(
    settings: ProcessorSettings,
    bot: Decider,
    *,
    store: Store,
    topic: Publisher,
    events: EventPublisher,
    graph: Client,
) -> Router:
    """The service on these clients."""
    retention = dt.timedelta(days=settings.conversation_ttl_days)
    policy = ReplyPolicy(
        window=dt.timedelta(seconds=settings.ambiguous_window_seconds),
        ambiguous_sends=settings.ambiguous_sends,
        template=_template(settings.window_template),
        last_begin=dt.datetime.max.replace(tzinfo=dt.UTC),
    )
    outbox = Outbox(
        store,
        lease=dt.timedelta(seconds=settings.reply_lease_seconds),
        retention=dt.timedelta(hours=settings.outbox_ttl_hours),
        clock=_now,
    )
    updates = StatusesAndEchoes(
        outbox,
        store,
        policy,
        silence=dt.timedelta(hours=settings.human_silence_hours),
        conversation_retention=retention,
        clock=_now,
    )
    deciding = Deciding(
        bot,
        store,
        timeout=settings.bot_timeout_seconds,
        port_timeout=settings.port_timeout_seconds,
        retention=retention,
        clock=_now,
    )
    sender = Sender(graph, longest=settings.longest_send_seconds, pause=settings.number_pause_seconds)
    answering = Answering(
        outbox,
        deciding,
        sender,
        events,
        updates,
        policy,
        push_seconds=settings.push_seconds,
        clock=_now,
    )
    return routes(
        _push_auth(settings),
        answering,
        updates,
        Ticker(store, topic, clock=_now),
        phone_number_id=settings.whatsapp_phone_number_id,
        pings={"firestore": store.ping},
    )


def _push_auth(settings: ProcessorSettings) -> PushAuth:
    audience, account = settings.push_audience or "", settings.push_service_account or ""
    match settings.push_auth:
        case "none":
            return Anyone()
        case "iam":
            return CloudRunInvoker(audience, account)
        case "oidc":
            client = httpx.AsyncClient(timeout=5)
            return SignedToken(
                audience, account, certificates_url=str(settings.push_certificates_url), client=client
            )


def find_bot(name: str) -> Decider:
    """The object that BOT names, as module:object; ends the process where there is none."""
    module, _, attribute = name.partition(":")
    try:
        return cast(Decider, getattr(importlib.import_module(module), attribute))
    except (ImportError, AttributeError) as error:
        raise SystemExit(f"BOT={name} is not a module:object that can be imported: {error}") from None


def _template(name: str | None) -> dict[str, Any] | None:
    """The part of a request that is the template named `name` or `name:language`."""
    if name is None:
        return None
    template, _, language = name.partition(":")
    return Template(name=template, language=language or "pt_BR").content()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


settings = load(ProcessorSettings)  # at import: a bad configuration stops the start
the_bot = find_bot(settings.bot)


def start() -> Router:
    """The service on its real clients."""
    store, topic, events, graph = connect(settings)
    return build(settings, the_bot, store=store, topic=topic, events=events, graph=graph)


service = Service("processor", settings, start)


@functions_framework.aio.http
async def processor(request: Request) -> Response:
    """The function that functions-framework serves."""
    return await service(request)
