from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol, cast

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

PART = ".part-"
BLOCK = 1 << 18


class Part:
    """The bytes of a file from `start` to `end`; closed with the response, read or not."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self.file, self.start, self.end = file, start, end
        self.close = file.close

    def __iter__(self) -> Iterator[bytes]:
        with self.file:
            self.file.seek(self.start)
            left = self.end - self.start
            while left > 0 and (block := self.file.read(min(BLOCK, left))):
                left -= len(block)
                yield block


class WholeFileStorage(FileSystemStorage):
    """Files on disk that have their name only when they are whole.

    Django's own storage writes under the final name: killed half-way, it leaves half a file there.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002 -- Django's
        # Names are made of the content's hash: whoever writes it again writes the same.
        return name

    def _save(self, name: str, content: File[bytes]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=PART, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            Path(part).chmod(0o644)
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return name

    def read_part(self, name: str, start: int, end: int) -> Part:
        """Return the bytes of the file from `start` to `end`, block by block."""
        return Part(self.open(name), start, end)


class Blocks(Protocol):
    """Bytes on their way, block by block; a response closes them, read or not."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class _Ranged(Protocol):
    def read_part(self, name: str, start: int, end: int) -> Blocks: ...


def read_part(name: str, start: int, end: int) -> Blocks:
    """Return the bytes of a stored file from `start` to `end`, block by block."""
    return cast(_Ranged, default_storage).read_part(name, start, end)


def folders(name: str) -> list[str]:
    """Return the names of the folders in a folder of storage; none when it is not there."""
    try:
        return sorted(default_storage.listdir(name)[0])
    except FileNotFoundError:
        return []
