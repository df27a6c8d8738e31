"""The simulator's parts by themselves: bytes, rates, faults, ids, samples, counters over restarts, logs."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from wacloud_simulator.events import Event, Events
from wacloud_simulator.faults import FaultError, Faults
from wacloud_simulator.graph.errors import GraphRefusalError
from wacloud_simulator.graph.rates import Rates
from wacloud_simulator.journal import Journal
from wacloud_simulator.log_watch import LogWatch
from wacloud_simulator.notification import encode
from wacloud_simulator.people import Business, ChatMessage, new_wamid
from wacloud_simulator.samples import png, sample_file, voice_note
from wacloud_simulator.service_logs import ServiceLogs
from wacloud_simulator.service_metrics import ServiceMetrics
from wacloud_simulator.simulation import ConfigurationError, refuse_on_cloud_run
from wacloud_simulator.world import World


def test_bytes_have_no_spaces_escape_beyond_ascii_and_every_slash() -> None:
    assert encode({"a": ["é😀", "b/c"], "d": None}) == rb'{"a":["\u00e9\ud83d\ude00","b\/c"],"d":null}'


def test_wamids_differ_and_hold_the_number_as_metas_do() -> None:
    ids = {new_wamid("5511999990001", from_person=True) for _ in range(100)}

    assert len(ids) == 100
    assert all(wamid.startswith("wamid.HBgNNTUxMTk5OTk5MDAwMR") for wamid in ids)


def test_the_pair_limit_takes_a_burst_of_45_and_then_one_in_six_seconds() -> None:
    now = [0.0]
    rates = Rates(1_000, clock=lambda: now[0])
    for _ in range(45):
        rates.spend("ana")
    with pytest.raises(GraphRefusalError) as refusal:
        rates.spend("ana")
    assert refusal.value.code == 131056
    rates.spend("bruno")
    now[0] = 6.1
    rates.spend("ana")
    with pytest.raises(GraphRefusalError):
        rates.spend("ana")


def test_the_numbers_own_limit_counts_everybody() -> None:
    rates = Rates(3, clock=lambda: 0.0)
    for person in ("a", "b", "c"):
        rates.spend(person)
    with pytest.raises(GraphRefusalError) as refusal:
        rates.spend("d")
    assert refusal.value.code == 130429


def test_faults_change_only_by_switches_that_exist_and_values_that_fit() -> None:
    assert Faults().changed({"duplicates": 2}).duplicates == 2
    for wrong in (
        {"rain": 1},
        {"duplicates": True},
        {"disorder": 1},
        {"delay_seconds": 61},
        {"sends": [{"fault": "131047", "times": 0}]},
        {"sends": [{"fault": "no such"}]},
        {"sends": [{"times": 1}]},
        {"sends": [{"fault": "timeout", "report": "status"}]},
    ):
        with pytest.raises(FaultError):
            Faults().changed(wrong)


def test_ticks_move_forward_only_and_keep_each_first_moment() -> None:
    message = ChatMessage("wamid.x", "ana", False, "text", {}, 0.0)
    for status, now in (("read", 3.0), ("sent", 4.0), ("delivered", 5.0), ("read", 6.0)):
        message.advance(status, now)

    assert message.status == "read"
    assert message.moments == {"read": 3.0, "sent": 4.0, "delivered": 5.0}


@pytest.mark.parametrize(
    ("kind", "magic"),
    [
        ("image", b"\x89PNG"),
        ("audio", b"OggS"),
        ("sticker", b"RIFF"),
        ("document", b"%PDF"),
        ("video", b"\x00\x00"),
    ],
)
def test_sample_files_start_as_files_of_their_type_do(kind: str, magic: bytes) -> None:
    assert sample_file(kind)[0].startswith(magic)


def test_a_longer_voice_note_and_a_larger_picture_are_larger() -> None:
    assert len(voice_note(2)) > len(voice_note(1))
    assert png(64, 64) != png(32, 32)


def test_the_simulator_is_refused_on_cloud_run_only() -> None:
    refuse_on_cloud_run({"PATH": "/bin"})
    with pytest.raises(ConfigurationError, match="K_SERVICE"):
        refuse_on_cloud_run({"K_SERVICE": "simulator"})


def test_a_reader_that_fell_behind_what_is_kept_is_told_to_begin_anew() -> None:
    events = Events()
    for number in range(6_000):
        events.publish("message", {"n": number})

    assert events.after(10, 0) == [Event(6_000, "reset", {})]
    assert [event.data["n"] for event in events.after(5_998, 0) or []] == [5_998, 5_999]
    events.close()
    assert events.after(6_000, 5) is None


def test_the_journal_is_searched_in_addresses_bodies_and_ids_newest_first() -> None:
    journal = Journal(Events())
    for text in ("maçã", "banana", "maçã verde"):
        exchange = journal.begin(
            "webhook", "POST", "http://x/", headers={}, body=text, message_ids=[f"id-{text}"], about="text"
        )
        journal.end(exchange, status=200, answer="ok")

    assert [item.request_body for item in journal.find(text="MAÇÃ")] == ["maçã verde", "maçã"]
    assert len(journal.find(message_id="id-banana")) == 1
    assert len(journal.find(limit=2)) == 2


class Metrics:
    """A service's /metrics, of which a test says what it tells."""

    def __init__(self) -> None:
        self.text = ""
        metrics = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = metrics.text.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/metrics"

    def tell(self, sent: float, *, started: float = 1.0) -> None:
        self.text = (
            f'whatsapp_messages_sent_total{{type="text"}} {sent}\n'
            f'whatsapp_messages_sent_total{{type="image"}} 1\nprocess_start_time_seconds {started}\n'
            'whatsapp_messages_sent_created{type="text"} 9\n'
        )


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    served = Metrics()
    thread = threading.Thread(target=served.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.server.shutdown()
    thread.join()
    served.server.server_close()


def test_growth_is_summed_over_restarts_even_where_the_new_figure_is_no_smaller(metrics: Metrics) -> None:
    watched = ServiceMetrics({"processor": metrics.url, "gone": "http://127.0.0.1:9/metrics"})
    metrics.tell(5)
    watched.reset()
    metrics.tell(7)
    assert watched.read() == {"processor": {"whatsapp_messages_sent_total": 8.0}, "gone": None}
    assert watched.grown()["processor"] == {"whatsapp_messages_sent_total": 2.0}
    metrics.tell(7, started=2.0)
    watched.read()
    assert watched.grown()["processor"] == {"whatsapp_messages_sent_total": 10.0}


def test_log_lines_are_read_as_they_are_written_also_into_a_new_file_of_the_old_name(tmp_path: Path) -> None:
    events = Events()
    world = World(Business(), events)
    ana = world.person("ana")
    message = ChatMessage("wamid.x", "ana", True, "text", {"body": "Oi"}, 0.0)
    world.write(ana, message)
    file = tmp_path / "webhook.log"
    line = {
        "severity": "INFO",
        "message": "claimed",
        "time": "2026-11-24T12:00:00.5+00:00",
        "service": "webhook",
    }

    def write(mode: str, text: str, **more: object) -> None:
        with file.open(mode) as stream:
            stream.write(json.dumps({**line, "message": text, "message_id": message.id, **more}) + "\n")
            stream.write('{"message_id": "of somebody else"}\nno JSON at all\n{"message_id"')

    watch = LogWatch([file], world, events, ServiceLogs())
    try:
        start = events.number
        write("w", "claimed", attempt=2)
        assert [event.name for event in events.after(start, 5) or []] == ["log"]
        assert [(found.text, found.details) for found in watch.lines("wamid.x")] == [
            ("claimed", {"attempt": 2})
        ]
        assert watch.lines("wamid.x")[0].at == 1795521600.5
        start = events.number
        write("w", "new")
        events.after(start, 5)
        assert [found.text for found in watch.lines("wamid.x")] == ["claimed", "new"]
    finally:
        watch.close()
        events.close()
