"""Creates topics and subscriptions in the Pub/Sub emulator. In Google Cloud, terraform does."""

import contextlib

import grpc
from google.api_core.exceptions import AlreadyExists
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

DELIVERIES = "whatsapp-deliveries"
PUSH = "whatsapp-deliveries-push"
DEAD_LETTERS = "whatsapp-dead-letters"
DEAD_LETTERS_PULL = "whatsapp-dead-letters-pull"
LEADS = "leads"
# Longer than a send may take: an answer after the deadline is a second delivery while the first still runs.
ACK_DEADLINE_SECONDS = 120


def create_topics(project: str, address: str, push_endpoint: str) -> None:
    """The topics, the ordered push subscription and the pull subscription of the dead letters."""
    with grpc.insecure_channel(address) as channel:
        topics = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        subscriptions = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
        for topic in (DELIVERIES, DEAD_LETTERS, LEADS):
            with contextlib.suppress(AlreadyExists):
                topics.create_topic(name=topics.topic_path(project, topic))
        push = {
            "name": subscriptions.subscription_path(project, PUSH),
            "topic": topics.topic_path(project, DELIVERIES),
            "push_config": {"push_endpoint": push_endpoint},
            "ack_deadline_seconds": ACK_DEADLINE_SECONDS,
            "enable_message_ordering": True,
            # No dead-letter policy here: with ordering on the same subscription the emulator's push loop ends in a
            # NullPointerException. In Google Cloud the subscription has both.
        }
        pull = {
            "name": subscriptions.subscription_path(project, DEAD_LETTERS_PULL),
            "topic": topics.topic_path(project, DEAD_LETTERS),
        }
        for subscription in (push, pull):
            with contextlib.suppress(AlreadyExists):
                subscriptions.create_subscription(request=subscription)
