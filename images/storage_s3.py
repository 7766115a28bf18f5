"""S3 as storage. A module of its own: whoever keeps files on disk never loads its library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from storages.backends.s3 import S3Storage

from images.storage import BLOCK


class RangedS3Storage(S3Storage):  # type: ignore[misc] # untyped
    """An S3 bucket of which a part of a file can be read without the rest.

    What django-storages opens is fetched as a whole before its first byte is read.
    """

    def size(self, name: str) -> int:
        """Return the size in bytes; raises FileNotFoundError, as on disk, for what is not there."""
        with self.open(name) as found:
            return int(found.size)

    def read_part(self, name: str, start: int, end: int) -> S3Part:
        """Return the bytes of the file from `start` to `end`, as they come."""
        found = self.open(name)
        return S3Part(
            found.obj.get(Range=f"bytes={start}-{end - 1}")["Body"] if end > start else None
        )


class S3Part:
    """A part of a file on its way; closed with the response, read or not."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        if self.body is not None:
            yield from self.body.iter_chunks(BLOCK)

    def close(self) -> None:
        if self.body is not None:
            self.body.close()
