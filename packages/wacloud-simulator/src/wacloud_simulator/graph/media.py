"""Uploaded and received media. Lives in memory and is bounded. Source: Cloud API, "Media"."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from wacloud_simulator.graph.errors import GraphRefusalError, invalid

MEGABYTE = 1024 * 1024
URL_SECONDS = 300
KEPT_BYTES = 256 * MEGABYTE
LIMITS = {
    "audio/aac": 16,
    "audio/amr": 16,
    "audio/mpeg": 16,
    "audio/mp4": 16,
    "audio/ogg": 16,
    "image/jpeg": 5,
    "image/png": 5,
    "video/mp4": 16,
    "video/3gpp": 16,
    "image/webp": 0.5,
    "text/plain": 100,
    "application/pdf": 100,
    "application/msword": 100,
    "application/vnd.ms-excel": 100,
    "application/vnd.ms-powerpoint": 100,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 100,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 100,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": 100,
}


@dataclass(frozen=True)
class Media:
    """One file."""

    id: str
    mime_type: str
    data: bytes
    filename: str

    @property
    def sha256(self) -> str:
        """As hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()


class MediaStore:
    """The files, newest last; the oldest go when there are too many bytes."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._media: OrderedDict[str, Media] = OrderedDict()
        self._urls: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def put(self, data: bytes, mime_type: str, filename: str = "") -> Media:
        """Keeps a file and gives it an id."""
        media = Media(str(secrets.randbelow(9 * 10**15) + 10**15), mime_type, data, filename)
        with self._lock:
            self._media[media.id] = media
            while sum(len(kept.data) for kept in self._media.values()) > KEPT_BYTES and len(self._media) > 1:
                self._media.popitem(last=False)
        return media

    def all(self) -> list[Media]:
        """Every file, oldest first."""
        with self._lock:
            return list(self._media.values())

    def load(self, media: list[Media]) -> None:
        """These files in the place of all others; addresses that were given stop to work."""
        with self._lock:
            self._media = OrderedDict((item.id, item) for item in media)
            self._urls.clear()

    def get(self, media_id: str) -> Media | None:
        """By id."""
        with self._lock:
            return self._media.get(media_id)

    def delete(self, media_id: str) -> bool:
        """Whether there was one."""
        with self._lock:
            return self._media.pop(media_id, None) is not None

    def new_url_key(self, media_id: str) -> str:
        """The secret part of a download address that works for five minutes."""
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._urls[key] = (media_id, self._clock() + URL_SECONDS)
            if len(self._urls) > KEPT_BYTES // MEGABYTE * 20:
                self._urls.popitem(last=False)
        return key

    def by_url_key(self, key: str) -> Media | None:
        """What that address still leads to."""
        with self._lock:
            media_id, until = self._urls.get(key, ("", 0.0))
            return self._media.get(media_id) if self._clock() < until else None


def check_upload(mime_type: str, size: int) -> None:
    """GraphRefusalError where Meta would not take the file."""
    plain = mime_type.split(";", maxsplit=1)[0].strip().lower()
    limit = LIMITS.get(plain)
    if limit is None:
        raise invalid(
            f"Param file must be a file with one of the following types: {', '.join(LIMITS)}. "
            f"Received file of type '{mime_type}'."
        )
    if size > limit * MEGABYTE:
        raise GraphRefusalError(
            131053,
            "(#131053) Media upload error",
            f"File size is {size} bytes, more than the {limit} MB allowed",
        )
