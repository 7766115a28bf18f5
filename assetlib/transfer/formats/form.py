"""What a format of export is, and what its writer is given."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Protocol

from django.conf import settings

from assetlib.transfer.exported import Exported
from assetlib.transfer.names import Names

# How many lines of what waits go by between two looks at whether the work is called off.
STEP = 5_000
# Made once: `json.dumps` with other separators than its own makes one for each row.
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Into:
    """Where an export goes: `out` can be sought in. `missing` counts images without their file."""

    out: IO[bytes]
    names: Names
    # The project whose splits are folders; without one there is one folder.
    project: str
    at: datetime
    # Closes what was made to wait in, however the export ends.
    streams: ExitStack
    missing: int = 0

    def temporary(self) -> IO[bytes]:
        """Return a file of no name, gone when the export ends and when the worker is killed."""
        return self.streams.enter_context(temporary())


class Writer(Protocol):
    """Writes one export; nothing it keeps in memory grows with the number of images."""

    def add(self, images: Sequence[Exported]) -> None: ...

    def finish(self) -> Iterator[None]:
        """Write what could only be known at the end; yields now and then, to be called off."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format of export: `said` is its sentence, `pictures` whether it holds the files."""

    name: str
    label: str
    said: str
    ending: str
    content_type: str
    pictures: bool
    writer: Callable[[Into], Writer]


class Waiting:
    """Rows that wait on disk for what is known only after the last of them."""

    def __init__(self, into: Into) -> None:
        self._file = into.temporary()
        self.count = 0

    def add(self, row: dict[str, Any]) -> None:
        self._file.write(json_line(row))
        self.count += 1

    def rows(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.lines())

    def lines(self) -> Iterator[bytes]:
        """Return each row as JSON, without a line's end."""
        self._file.seek(0)
        return (line.rstrip(b"\n") for line in self._file)

    def blocks(self) -> Iterator[bytes]:
        """Return the rows as lines of JSON."""
        self._file.seek(0)
        while block := self._file.read(1 << 18):
            yield block


def json_list(waiting: Waiting) -> Iterator[bytes]:
    """Return the rows as one list of JSON."""
    between = b"[\n"
    for line in waiting.lines():
        yield between + line
        between = b",\n"
    yield b"\n]" if waiting.count else b"[]"


def temporary() -> IO[bytes]:
    # Beside the database: where the system keeps its own there may be little room.
    return tempfile.TemporaryFile(dir=settings.VAR)


def json_line(row: dict[str, Any]) -> bytes:
    return ENCODER.encode(row).encode() + b"\n"
