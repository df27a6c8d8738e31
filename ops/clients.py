"""Google's official clients, made from the settings.  The services' hot paths have their own (cloud/)."""

import datetime as dt
from typing import Any, cast

import grpc
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from google.pubsub_v1.types import Subscription, Topic

from ops.settings import OpsSettings


def documents(settings: OpsSettings) -> firestore.Client:
    """The database.  On the emulator no account is looked for."""
    emulated: dict[str, Any] = {}
    if settings.firestore_emulator_host:
        emulated["credentials"] = AnonymousCredentials()  # type: ignore[no-untyped-call]  # google-auth is half typed
    return firestore.Client(
        project=settings.google_cloud_project, database=settings.firestore_database, **emulated
    )


def subscriber(settings: OpsSettings) -> SubscriberClient:
    """Pull, acknowledge, seek."""
    if settings.pubsub_emulator_host:
        channel = grpc.insecure_channel(settings.pubsub_emulator_host)
        return SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
    return SubscriberClient()


def publisher(settings: OpsSettings) -> PublisherClient:
    """Publishes, at the regional endpoint where one is named: order holds within one endpoint."""
    if settings.pubsub_emulator_host:
        channel = grpc.insecure_channel(settings.pubsub_emulator_host)
        return PublisherClient(transport=PublisherGrpcTransport(channel=channel))
    return PublisherClient(
        client_options={"api_endpoint": settings.pubsub_endpoint} if settings.pubsub_endpoint else None
    )


def memory(of: Topic | Subscription) -> dt.timedelta:
    """How long it keeps messages; zero where it does not."""
    return cast(dt.timedelta, of.message_retention_duration) or dt.timedelta()
