"""The emulators that every other integration test stands on."""

from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore, pubsub_v1

from development.emulators import Emulators


def test_each_test_has_a_project_of_its_own_on_both_emulators(
    emulators: Emulators, project_id: str, emulator_environment: dict[str, str]
) -> None:
    with pubsub_v1.PublisherClient() as publisher:
        topic = publisher.create_topic(name=f"projects/{project_id}/topics/deliveries")
        assert [found.name for found in publisher.list_topics(project=f"projects/{project_id}")] == [
            topic.name
        ]
        assert not list(publisher.list_topics(project="projects/somebody-else"))
    store = firestore.Client(
        project=project_id, credentials=AnonymousCredentials(), client_options=ClientOptions()
    )
    store.document("inbox/1").create({"state": "claimed"})
    assert [document.id for document in store.collection("inbox").stream()] == ["1"]
    store.close()
