"""What doctor looks at in Google Cloud: the account, the secrets, Firestore and its time-to-live policies, Pub/Sub."""

import re
import time

import google.auth
import google.auth.exceptions
from google.api_core.exceptions import Forbidden, GoogleAPICallError, NotFound
from google.cloud import firestore
from google.cloud.firestore_admin_v1 import Field, FirestoreAdminClient
from google.pubsub_v1 import PublisherClient, SubscriberClient

from ops import clients, finding
from ops.finding import Finding, Findings
from ops.letterbox import Letterbox
from ops.secret_manager import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, Secret, SecretError, SecretManager
from ops.settings import OpsSettings

COLLECTIONS = ("inbox", "outbox", "conversations", "timers")
_SECONDS = 10.0
_APPLY = "terraform apply (docs/deploy.md)"


def account(settings: OpsSettings) -> Finding:
    """Whether there is an account to ask Google with."""
    about = "Google account"
    if settings.emulated:
        return finding.skipped(about, "the emulators ask for none")
    try:
        credentials, _ = google.auth.default()
    except google.auth.exceptions.DefaultCredentialsError:
        return finding.problem(about, "none is set up here", "gcloud auth application-default login")
    name = getattr(credentials, "service_account_email", None) or type(credentials).__module__.split(".")[-1]
    return finding.ok(about, str(name))


def secrets(manager: SecretManager) -> Findings:
    """Whether the version that runs of each secret can be what it is meant to be.  No value is shown."""
    for name, form, meant in (
        (
            APP_SECRET,
            r"[0-9a-f]{32}(,[0-9a-f]{32})*",
            "32 hexadecimal digits: Meta for Developers, App settings, Basic",
        ),
        (VERIFY_TOKEN, r"\S{8,}", "at least 8 characters without white space"),
        (ACCESS_TOKEN, r"[!-~]{20,}", "a system user's permanent token"),
    ):
        about = f"secret {name}"
        try:
            secret = manager.in_use(name)
        except SecretError as error:
            yield finding.problem(about, "cannot be read", str(error))
            continue
        if secret.value != secret.value.strip():
            yield finding.problem(
                about,
                f"version {secret.version} begins or ends with white space",
                f"add it anew without a line break: printf %s, not echo, into gcloud secrets versions add {name}",
            )
        elif not re.fullmatch(form, secret.value):
            yield finding.problem(
                about, f"version {secret.version} does not look like one", f"it should be {meant}"
            )
        elif secret.read_by:
            yield finding.ok(about, _against_newest(manager, name, secret))
        else:
            yield finding.ok(about, f"version {secret.version}, the newest; no service is known to read it")


def _against_newest(manager: SecretManager, name: str, secret: Secret) -> str:
    said = f"version {secret.version}, which {secret.read_by} reads"
    try:
        newest = manager.version(name, "latest").version
    except SecretError:  # the newest may be disabled: what runs is what counts
        return said
    return said if newest == secret.version else f"{said}; version {newest} is newer and not read"


def database(documents: firestore.Client, settings: OpsSettings) -> Finding:
    """Whether Firestore answers."""
    about = f"Firestore {settings.firestore_database}"
    started = time.perf_counter()
    try:
        documents.collection("health").document("ping").get(timeout=_SECONDS)
    except GoogleAPICallError as error:
        return _refused(about, error, "roles/datastore.viewer for your account")
    return finding.ok(about, f"answered in {(time.perf_counter() - started) * 1000:.0f} ms")


def time_to_live(admin: FirestoreAdminClient, settings: OpsSettings) -> Findings:
    """Whether each collection's `expire_at` has an active policy: without one nothing is ever deleted."""
    parent = (
        f"projects/{settings.google_cloud_project}/databases/{settings.firestore_database}/collectionGroups/-"
    )
    try:
        # The API lists nothing but policies with this filter, and needs it (Firestore, Admin API, "ListFields").
        fields = list(
            admin.list_fields(request={"parent": parent, "filter": "ttlConfig:*"}, timeout=_SECONDS)
        )
    except GoogleAPICallError as error:
        yield _refused("time to live", error, "roles/datastore.viewer for your account")
        return
    states = {
        tuple(field.name.split("/")[-3::2]): field.ttl_config.state for field in fields if field.ttl_config
    }
    for collection in COLLECTIONS:
        about = f"time to live of {collection}"
        match states.get((collection, "expire_at")):
            case Field.TtlConfig.State.ACTIVE:
                yield finding.ok(about, "active on expire_at")
            case Field.TtlConfig.State.CREATING:
                yield finding.ok(about, "being set up by Google; this may take some hours")
            case Field.TtlConfig.State.NEEDS_REPAIR:
                yield finding.problem(
                    about, "Google could not set it up", f"remove and add the policy: {_APPLY}"
                )
            case _:
                yield finding.problem(about, "no policy on expire_at: documents stay for ever", _APPLY)


def topics(publisher: PublisherClient, settings: OpsSettings) -> Findings:
    """Whether both topics are there, and how long the first one remembers."""
    for topic_id in (settings.pubsub_topic, settings.dead_letter_topic):
        about = f"topic {topic_id}"
        try:
            topic = publisher.get_topic(topic=settings.topic(topic_id), timeout=_SECONDS)
        except GoogleAPICallError as error:
            yield _refused(about, error, "roles/pubsub.viewer for your account")
            continue
        days = clients.memory(topic).days
        if topic_id != settings.pubsub_topic or settings.emulated or days >= 7:
            yield finding.ok(about, f"keeps messages for {days} days" if days else "is there")
        else:
            yield finding.problem(about, f"keeps messages for {days} days: replay needs 7", _APPLY)


def subscriptions(subscriber: SubscriberClient, settings: OpsSettings) -> Findings:
    """Whether the push subscription is what the processor needs, and dead letters have a place."""
    push, pull = settings.push_subscription, settings.dead_letter_subscription
    about = f"subscription {push}"
    try:
        found = subscriber.get_subscription(subscription=settings.subscription(push), timeout=_SECONDS)
    except GoogleAPICallError as error:
        yield _refused(about, error, "roles/pubsub.viewer for your account")
    else:
        wrong = [
            said
            for said, holds in (
                ("pushes to nowhere", found.push_config.push_endpoint),
                ("does not keep a person's messages in order", found.enable_message_ordering),
                (
                    "calls the processor without a token",
                    settings.emulated or found.push_config.oidc_token.audience,
                ),
                (
                    "has no dead-letter policy",
                    settings.emulated or found.dead_letter_policy.dead_letter_topic,
                ),
            )
            if not holds
        ]
        if wrong:
            yield finding.problem(about, ", ".join(wrong), _APPLY)
        else:
            yield finding.ok(about, f"pushes to {found.push_config.push_endpoint}")
    about = f"subscription {pull}"
    try:
        subscriber.get_subscription(subscription=settings.subscription(pull), timeout=_SECONDS)
    except GoogleAPICallError as error:
        yield _refused(about, error, "roles/pubsub.viewer for your account")
    else:
        yield finding.ok(about, "is there")


def dead_letters(box: Letterbox) -> Finding:
    """Whether any delivery waits for a person's decision."""
    about = "dead letters"
    try:
        letters = box.take()
        box.release(letters)
    except GoogleAPICallError as error:
        return _refused(about, error, "roles/pubsub.subscriber on the dead letters' subscription")
    if letters:
        return finding.problem(about, f"{len(letters)} waiting", "python -m ops dead-letters list")
    return finding.ok(about, "none")


def _refused(about: str, error: GoogleAPICallError, role: str) -> Finding:
    if isinstance(error, NotFound):
        return finding.problem(about, "is not there", _APPLY)
    if isinstance(error, Forbidden):
        return finding.problem(about, "may not be looked at", role)
    return finding.problem(
        about, f"{type(error).__name__}: {error.message}", "is the project right, and Google Cloud up?"
    )
