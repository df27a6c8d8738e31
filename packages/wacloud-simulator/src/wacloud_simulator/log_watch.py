"""Follows the services' structured logs, where there are any, to know how far each message got.

Which line is about which message is said by the ServiceLogs that the simulator is started with.
"""

import datetime as dt
import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wacloud_simulator.events import Events
from wacloud_simulator.people import JSON
from wacloud_simulator.service_logs import ServiceLogs
from wacloud_simulator.world import World

POLL_SECONDS = 0.15
KEPT_MESSAGES = 5_000
KEPT_LINES = 60
# What is in every line, and so tells nothing.
_COMMON = {"severity", "message", "time", "logger", "service", "stage"}


@dataclass(frozen=True)
class LogLine:
    """One line about one message."""

    service: str
    text: str
    severity: str
    at: float
    details: JSON
    stage: str | None = None

    def as_json(self) -> JSON:
        """What the page shows."""
        return {
            "service": self.service,
            "text": self.text,
            "severity": self.severity,
            "at": self.at,
            "details": self.details,
        }


class LogWatch:
    """Reads what is appended to the files, a few times a second."""

    def __init__(
        self, files: Sequence[os.PathLike[str]], world: World, events: Events, logs: ServiceLogs
    ) -> None:
        self._files = {Path(file): 0 for file in files}
        self._world = world
        self._logs = logs
        self._events = events
        self._lock = threading.Lock()
        self._lines: OrderedDict[str, list[LogLine]] = OrderedDict()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        if files:
            self._thread = threading.Thread(target=self._run, name="log watch", daemon=True)
            self._thread.start()

    def lines(self, message_id: str) -> list[LogLine]:
        """What the services said about a message, oldest first."""
        with self._lock:
            return sorted(self._lines.get(message_id, []), key=lambda line: line.at)

    def clear(self) -> None:
        """Forgets what was read."""
        with self._lock:
            self._lines.clear()

    def close(self) -> None:
        """Ends the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            touched = set()
            for file in self._files:
                touched |= self._read(file)
            for message_id in touched:
                self._events.publish("log", {"message": message_id})

    def _read(self, file: Path) -> set[str]:
        try:
            with file.open("rb") as stream:
                if stream.seek(0, os.SEEK_END) < self._files[file]:
                    self._files[file] = 0  # a new file under the old name
                stream.seek(self._files[file])
                data = stream.read()
        except OSError:
            return set()
        whole, newline, _ = data.rpartition(b"\n")
        self._files[file] += len(whole) + len(newline)
        touched = set()
        for raw in whole.splitlines():
            message_id = self._take(raw, file.stem)
            if message_id is not None:
                touched.add(message_id)
        return touched

    def _take(self, raw: bytes, service: str) -> str | None:
        if not raw.startswith(b"{") or f'"{self._logs.message_field}"'.encode() not in raw:
            return None
        try:
            line = json.loads(raw)
        except ValueError:
            return None
        message_id = self._world.message_of_log_id(str(line.get(self._logs.message_field)))
        if message_id is None:
            return None
        entry = LogLine(
            str(line.get("service", service)),
            str(line.get("message", "")),
            str(line.get("severity", "INFO")),
            _moment(line.get("time")) + self._world.clock.offset,
            {
                key: value
                for key, value in line.items()
                if key not in _COMMON and key != self._logs.message_field and not key.startswith("logging.")
            },
            self._logs.stage_of(line),
        )
        with self._lock:
            self._lines.setdefault(message_id, []).append(entry)
            del self._lines[message_id][:-KEPT_LINES]
            if len(self._lines) > KEPT_MESSAGES:
                self._lines.popitem(last=False)
        return message_id


def _moment(value: Any) -> float:
    try:
        return dt.datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        return time.time()
