"""Small files to send where a person or a test has none at hand."""

import struct
import zlib
from pathlib import Path

_STICKER = Path(__file__).with_name("static") / "sticker.webp"
# A frame of 20 ms that says nothing, as the Opus reference encoder writes it.
_OPUS_SILENCE = b"\xf8\xff\xfe"
_OPUS_FRAME = 960


def sample_file(kind: str) -> tuple[bytes, str, str]:
    """Bytes, type and name of a file that a message of that kind can carry."""
    match kind:
        case "image":
            return png(240, 160), "image/png", ""
        case "sticker":
            return _STICKER.read_bytes(), "image/webp", ""
        case "audio":
            return voice_note(seconds=2), "audio/ogg; codecs=opus", ""
        case "video":
            # A container without a track: enough to carry, nothing to watch.
            return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4", ""
        case _:
            return _pdf(), "application/pdf", "proposta.pdf"


def png(width: int, height: int) -> bytes:
    """A picture of a car, more or less."""
    rows = b"".join(
        b"\x00" + bytes(part for x in range(width) for part in _color(x / width, y / height))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _color(x: float, y: float) -> tuple[int, int, int]:
    """Of a point of a picture that is three wide and two high; both from 0 to 1."""
    for wheel in (0.3, 0.72):
        distance = (x - wheel) ** 2 + ((y - 0.72) / 1.5) ** 2
        if distance < 0.0049:
            return (200, 205, 210) if distance < 0.0012 else (30, 34, 40)
    if 0.52 < y < 0.72 and 0.12 < x < 0.9:
        return 200, 52, 44
    if 0.34 < y <= 0.52 and 0.26 + (0.52 - y) / 2 < x < 0.74 - (0.52 - y) / 2:
        return (200, 52, 44) if y < 0.37 or 0.49 < x < 0.51 else (190, 222, 240)
    return (96, 104, 112) if y > 0.76 else (150 + int(70 * y), 200 + int(30 * y), 240)


def voice_note(seconds: int) -> bytes:
    """Silence, as Opus in Ogg (RFC 7845)."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
    frames = [_OPUS_SILENCE] * (seconds * 50)
    pages = _ogg_page(0, 2, 0, [head]) + _ogg_page(1, 0, 0, [tags])
    return pages + _ogg_page(2, 4, len(frames) * _OPUS_FRAME, frames)


def _ogg_page(number: int, flags: int, position: int, packets: list[bytes]) -> bytes:
    """One page; every packet here is shorter than 255 bytes and so one segment."""
    start = struct.pack("<4sBBQIIIB", b"OggS", 0, flags, position, 1, number, 0, len(packets))
    page = bytearray(start + bytes(len(packet) for packet in packets) + b"".join(packets))
    page[22:26] = struct.pack("<I", _ogg_checksum(page))
    return bytes(page)


def _ogg_checksum(page: bytes | bytearray) -> int:
    register = 0
    for byte in page:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1) ^ (0x04C11DB7 if register & 0x80000000 else 0)
        register &= 0xFFFFFFFF
    return register


def _pdf() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
