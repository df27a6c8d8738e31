"""The processor before the simulated Meta in bad weather: sends that fail, hang, vanish; statuses that tell."""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from wacloud.notification import conversation_id, split
from wacloud_simulator.server import Server
from wacloud_simulator.simulation import Configuration

from development.emulators import free_ports
from tests.integration.processor.conftest import ACCESS_TOKEN, StartProcessor
from tests.support import bodies
from tests.support.processor.pushing import Processor

WEATHERS = (
    "ok",
    "server_error",
    "transient",
    "throttled",
    "timeout",
    "accepts_silently",
    "accepts_and_drops",
    "expired_token",
)


class Courier:
    """In the place of webhook and Pub/Sub: what Meta posts is pushed, each delivery until it is acknowledged."""

    def __init__(self) -> None:
        self.processor: Processor | None = None
        self.pushes = ThreadPoolExecutor(16)
        courier = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                courier.take(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook/whatsapp"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def take(self, body: bytes) -> None:
        assert self.processor is not None
        for delivery in split(json.loads(body)):
            self.pushes.submit(self.processor.push_until_acked, dict(delivery.notification))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.pushes.shutdown()


@pytest.fixture
def courier() -> Iterator[Courier]:
    running = Courier()
    yield running
    running.close()


def test_in_every_weather_each_person_gets_one_reply_and_its_ticks_arrive(
    courier: Courier, start_processor: StartProcessor, documents: firestore.Client
) -> None:
    configuration = Configuration(
        webhook_url=courier.url,
        app_secret=bodies.SECRET,
        access_token=ACCESS_TOKEN,
        port=free_ports(1)[0],
        silence_seconds=5,
    )
    with Server(configuration) as meta, httpx.Client(base_url=meta.url, timeout=20) as api:
        processor = courier.processor = start_processor(
            WHATSAPP_API_URL=f"{meta.url}/v25.0",
            AMBIGUOUS_WINDOW_SECONDS="1.5",
            NUMBER_PAUSE_SECONDS="0.3",
        )
        people: dict[str, str] = {}
        for number, weather in enumerate(WEATHERS):
            person = {"name": weather, "wa_id": f"55119998{number:05d}", "key": weather}
            people[weather] = api.post("/api/people", json=person).raise_for_status().json()["user_id"]
            if weather != "ok":
                # The client tries a transient failure three times by itself.
                times = 3 if weather == "transient" else 1
                fault = {"fault": weather, "times": times}
                api.put("/api/faults", json={"sends": [fault]}).raise_for_status()
            api.post(
                f"/api/people/{weather}/messages", json={"type": "text", "text": "Oi"}
            ).raise_for_status()
            wait_for_fair_weather(api)
        for weather in people:
            replies = api.get(f"/api/people/{weather}/replies", params={"count": 1, "timeout": 15}).json()
            assert len(replies["replies"]) == 1, weather
        wait_until_read(documents, people.values())
        for weather in people:
            replies = api.get(f"/api/people/{weather}/replies", params={"count": 1}).json()["replies"]
            assert len(replies) == 1, f"{weather}: nobody is answered twice"
        # Only where Meta did not take it, and nobody could know.
        assert processor.metric("whatsapp_sends_resent_total") == 2
        assert processor.metric("whatsapp_sends_ambiguous_total") == 4
        assert processor.metric("whatsapp_sends_parked_total") == 0


def wait_for_fair_weather(api: httpx.Client) -> None:
    deadline = time.monotonic() + 15
    while api.get("/api/state").json()["faults"]["sends"]:
        assert time.monotonic() < deadline, "nothing was sent in this weather"
        time.sleep(0.05)


def wait_until_read(documents: firestore.Client, user_ids: Iterable[str]) -> None:
    """Statuses, whatever their order, have brought every reply to `read`."""
    keys = [conversation_id(bodies.PHONE_NUMBER_ID, user_id) for user_id in user_ids]
    deadline = time.monotonic() + 15
    while True:
        found = documents.collection("outbox").where(filter=FieldFilter("conversation", "in", keys)).get()
        moved = [(each.get("state"), each.get("replies")[0]["status"]) for each in found]
        if moved == [("done", "read")] * len(keys):
            return
        assert time.monotonic() < deadline, moved
        time.sleep(0.1)
