"""The port `cars`, from the snapshot and from a marketplace that really listens on this machine."""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from bots.faciliauto.catalogue.marketplace import Marketplace, profile
from bots.faciliauto.catalogue.port import Cars
from bots.faciliauto.catalogue.snapshot import Snapshot

SNAPSHOT = Snapshot.read()
ROW = {
    "id": "77", "dealership_id": "x", "marca": "Fiat", "modelo": "Mobi", "versao": "1.0 Like", "ano": 2020,
    "preco": 45_900, "quilometragem": 30_000, "combustivel": "Flex", "cambio": "Manual", "cor": "Branco",
    "portas": 4, "categoria": "Compacto", "imagens": [], "disponivel": True,
    "dealership_name": "Loja", "dealership_city": "Campinas", "dealership_state": "SP",
}  # fmt: skip


@dataclass
class Api:
    """The marketplace: `status` is what it answers, `seconds` how late, `asked` what it was asked."""

    status: int = 200
    seconds: float = 0
    body: bytes | None = None
    asked: list[Any] = field(default_factory=list)
    url: str = ""

    def answer(self, asked: Any) -> bytes:
        """As the real one: a category is compared letter by letter."""
        kinds = asked.get("tipos_preferidos")
        fits = ROW["preco"] <= asked["orcamento_max"] and (not kinds or ROW["categoria"] in kinds)
        found = [{"car": ROW, "match_score": 0.9}, {"car": {"id": 1}}] if fits else []
        return json.dumps({"total_recommendations": len(found), "recommendations": found}).encode()


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append((self.path, asked))
            over.wait(made.seconds)
            self.send_response(made.status)
            self.end_headers()
            self.wfile.write(made.answer(asked) if made.body is None else made.body)

        def log_message(self, *arguments: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    over.set()
    server.shutdown()
    server.server_close()
    thread.join()


class Clock:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def ask(api: Api, *wishes: Any, clock: Clock | None = None, timeout: float = 5) -> list[Any]:
    """The answers to wishes, one after the other; a callable among them is called in its turn."""

    async def run() -> list[Any]:
        async with httpx.AsyncClient(base_url=api.url, timeout=timeout) as client:
            port = Cars(SNAPSHOT, Marketplace(client), clock or Clock())
            return [wish() if callable(wish) else await port({"wish": wish}) for wish in wishes]

    return asyncio.run(run())


async def test_the_snapshot_answers_with_at_most_five_cars_and_how_many_there_are() -> None:
    answer = await Cars(SNAPSHOT)({"wish": {"bodies": ["suv"]}})
    assert len(answer["cars"]) == 5 < answer["total"]
    assert all(car["categoria"] == "SUV" for car in answer["cars"])
    assert (answer["binding"], answer["stale"]) == (None, False)
    json.dumps(answer)
    nothing = await Cars(SNAPSHOT)({"wish": {"bodies": ["suv"], "price_max": 9_000}})
    assert (nothing["cars"], nothing["binding"]) == ([], "price_max")


def test_values_are_written_as_the_marketplace_compares_them(api: Api) -> None:
    (answer,) = ask(api, {"bodies": ["compact"], "transmission": "manual", "price_max": 50_000})
    ((path, asked),) = api.asked
    assert path == "/api/recommend"
    assert asked["tipos_preferidos"] == ["Compacto", "Hatch"]
    assert asked["cambio"] == "Manual"
    assert [car["modelo"] for car in answer["cars"]] == ["Mobi"], (
        "and the row without a car's fields is left out"
    )
    assert profile({"price_min": 9, "price_max": 5})["orcamento_min"] == 0, "the API answers 400 otherwise"
    assert profile({"fuel": "hybrid"})["combustivel"] == "Híbrido"


def test_an_answer_is_kept_for_an_hour(api: Api) -> None:
    clock = Clock()

    def later() -> None:
        clock.now += timedelta(hours=1)

    ask(api, {}, {}, clock=clock)
    assert len(api.asked) == 1
    ask(api, {}, later, {}, clock=clock)
    assert len(api.asked) == 3


@pytest.mark.parametrize(
    "trouble", [{"status": 500}, {"body": b"<html>"}, {"body": b"[]"}, {"body": b"{}"}, {"seconds": 3}]
)
def test_a_marketplace_in_trouble_leaves_the_older_catalogue_with_its_age(api: Api, trouble: Any) -> None:
    clock = Clock()
    start = clock.now

    def break_down() -> None:
        clock.now += timedelta(hours=2)
        vars(api).update(trouble)

    fresh, _, stale, other = ask(api, {}, break_down, {}, {"bodies": ["suv"]}, clock=clock, timeout=0.5)
    assert not fresh["stale"]
    assert (stale["stale"], stale["as_of"], stale["cars"]) == (True, start.isoformat(), fresh["cars"])
    assert (other["stale"], other["as_of"]) == (True, SNAPSHOT.made_at.isoformat()), (
        "never asked before: the snapshot"
    )


def test_where_the_marketplace_has_nothing_it_is_asked_without_each_filter(api: Api) -> None:
    (answer,) = ask(api, {"bodies": ["compact"], "price_max": 20_000})
    assert answer["binding"] == "price_max"
    (answer,) = ask(api, {"bodies": ["suv"], "price_max": 20_000})
    assert answer["binding"] is None
