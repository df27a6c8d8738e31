"""Files go up in one form, come down piece by piece, and are used only when they are what Meta announced."""

import base64
import hashlib
from pathlib import Path

import pytest
from wacloud.errors import AccessError, MediaError, NotSentError, RequestError, TransientError
from wacloud.media import MediaFile

from tests.support.wacloud.clients import NUMBER, TOKEN, client_of
from tests.support.wacloud.graph import Answer, Close, Graph, answer, graph, refusal

DATA = bytes(range(256)) * 512
HEX = hashlib.sha256(DATA).hexdigest()
BASE64 = base64.b64encode(hashlib.sha256(DATA).digest()).decode()


def found(meta: Graph, sha256: str | None = HEX, url: str | None = None) -> Answer:
    """What a look-up answers."""
    fields = {
        "url": url or f"{meta.url}/attachment?mid=77",
        "mime_type": "image/jpeg",
        "file_size": len(DATA),
    }
    return answer({**fields, "id": "77", "messaging_product": "whatsapp", "sha256": sha256})


async def test_an_upload_is_a_form_of_product_type_and_file() -> None:
    async with graph(answer({"id": "77"})) as meta, client_of(meta) as client:
        assert await client.media.upload(DATA, mime_type="image/jpeg", filename="carro.jpg") == "77"
    [request] = meta.requests
    assert request.target == f"/v25.0/{NUMBER}/media"
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="messaging_product"\r\n\r\nwhatsapp\r\n' in request.body
    assert b'name="type"\r\n\r\nimage/jpeg\r\n' in request.body
    assert b'name="file"; filename="carro.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + DATA in request.body


async def test_an_upload_that_met_trouble_is_sent_again_whole() -> None:
    async with graph(refusal(2, 503), answer({"id": "77"})) as meta, client_of(meta) as client:
        await client.media.upload(DATA, mime_type="image/jpeg")
        assert [DATA in request.body for request in meta.requests] == [True, True]


async def test_an_upload_of_a_file_meta_does_not_take_says_why() -> None:
    async with graph(refusal(131053)) as meta, client_of(meta) as client:
        with pytest.raises(RequestError, match="why"):
            await client.media.upload(b"MZ", mime_type="application/x-msdownload")


async def test_a_file_is_looked_up_with_the_number_that_got_it() -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(found(meta))
        file = await client.media.get("77")
    assert isinstance(file, MediaFile)
    assert (file.id, file.mime_type, file.sha256, file.file_size) == ("77", "image/jpeg", HEX, len(DATA))
    assert meta.requests[0].target == f"/v25.0/77?phone_number_id={NUMBER}"


@pytest.mark.parametrize("sha256", [HEX, HEX.upper(), BASE64, None])
async def test_a_download_carries_the_token_and_is_held_against_its_checksum(sha256: str | None) -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(found(meta, sha256), Answer(DATA))
        assert b"".join([piece async for piece in client.media.download("77")]) == DATA
    assert meta.requests[1].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("sha256", ["0" * 64, "not a checksum", BASE64.lower()])
async def test_a_file_that_is_not_the_announced_one_is_an_error(sha256: str) -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(found(meta, sha256), Answer(DATA))
        with pytest.raises(MediaError, match="SHA-256"):
            async for _ in client.media.download("77"):
                pass


async def test_an_address_that_has_run_out_is_asked_for_again() -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(found(meta), Answer(b"URL signature expired", status=404))
        meta.then(found(meta, url=f"{meta.url}/fresh"), Answer(DATA))
        assert b"".join([piece async for piece in client.media.download("77")]) == DATA
    assert meta.requests[3].target == "/fresh"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_an_address_that_has_run_out_is_asked_for_once_more_and_no_more(status: int) -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(*[found(meta), Answer(b"", status=status)] * 2)
        with pytest.raises(MediaError, match=f"HTTP {status}, twice"):
            async for _ in client.media.download("77"):
                pass


@pytest.mark.parametrize("call", ["get", "delete"])
async def test_a_file_nobody_knows_is_no_trouble_of_the_number(call: str) -> None:
    unknown = {"message": "Unsupported get request.", "code": 100, "error_subcode": 33}
    async with graph(answer({"error": unknown}, 400)) as meta, client_of(meta) as client:
        with pytest.raises(MediaError, match="no such file"):
            await getattr(client.media, call)("77")


async def test_a_token_that_has_expired_is_told_as_such() -> None:
    async with graph(refusal(190, 401)) as meta, client_of(meta) as client:
        with pytest.raises(AccessError):
            await client.media.get("77")


async def test_a_download_is_tried_again_before_its_first_byte_only() -> None:
    async with graph() as meta, client_of(meta) as client:
        broken = b"HTTP/1.1 200 OK\r\nContent-Length: 131072\r\n\r\nabc"
        meta.then(found(meta), refusal(2, 503), Answer(b"", status=500), Close(after=broken))
        with pytest.raises(MediaError, match="broke off"):
            async for _ in client.media.download("77"):
                pass


async def test_three_tries_of_a_download_are_enough() -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(found(meta), *[refusal(2, 503)] * 3)
        with pytest.raises(TransientError):
            async for _ in client.media.download("77"):
                pass


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/file",
        "https://facebook.com.example.com/file",
        "https://lookaside.fbsbx.com@example.com/file",
        "http://lookaside.fbsbx.com/file",
        "file:///etc/passwd",
        "http://[",
        "",
    ],
)
async def test_the_token_is_sent_to_metas_hosts_only(url: str) -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(answer({"id": "77", "url": url}))
        with pytest.raises(MediaError, match="not at one of Meta's hosts"):
            async for _ in client.media.download("77"):
                pass


async def test_metas_own_hosts_are_asked() -> None:
    async with graph() as meta, client_of(meta, tries=1) as client:
        # A name that no resolver knows, below a domain of Meta's: it is the look-up that fails, not the check.
        meta.then(answer({"id": "77", "url": "https://no-such-host.invalid.fbsbx.com/file"}))
        with pytest.raises(NotSentError):
            async for _ in client.media.download("77"):
                pass


async def test_a_saved_file_appears_whole(tmp_path: Path) -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(found(meta), Answer(DATA))
        assert await client.media.save("77", tmp_path / "carro.jpg") == len(DATA)
    assert [path.name for path in tmp_path.iterdir()] == ["carro.jpg"]
    assert (tmp_path / "carro.jpg").read_bytes() == DATA


async def test_a_file_that_is_not_right_does_not_appear(tmp_path: Path) -> None:
    async with graph() as meta, client_of(meta) as client:
        meta.then(found(meta, "0" * 64), Answer(DATA))
        with pytest.raises(MediaError):
            await client.media.save("77", tmp_path / "carro.jpg")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_is_deleted_and_an_id_never_becomes_a_path() -> None:
    async with graph(*[answer({"success": True})] * 2) as meta, client_of(meta) as client:
        await client.media.delete("77")
        await client.media.delete("77/../me?x")
    assert [(request.method, request.target) for request in meta.requests] == [
        ("DELETE", f"/v25.0/77?phone_number_id={NUMBER}"),
        ("DELETE", f"/v25.0/77%2F..%2Fme%3Fx?phone_number_id={NUMBER}"),
    ]
