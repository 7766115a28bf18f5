"""A zip of any size in constant memory.

The standard library keeps half a kilobyte for every file until the end, a gigabyte for a million
images with their sidecars. Here the directory waits in a temporary file.

Pictures are stored as they are: they are packed already, and whoever wants one reads it in place.
"""

from __future__ import annotations

import shutil
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END64 = struct.Struct("<4sQ2H2I4Q")
LOCATOR64 = struct.Struct("<4sIQI")
END = struct.Struct("<4s4H2IH")
SIZES64 = struct.Struct("<2H2Q")
STORED, DEFLATED = 0, 8
PLAIN, WIDE = 20, 45  # the versions of zip: wide has sizes of 64 bits
# Written by Unix, which lets a file say who may read it.
UNIX, READABLE = 3 << 8, 0o100644 << 16
UTF8_NAMES = 1 << 11
MOST16, MOST32 = 0xFFFF, 0xFFFFFFFF
FIRST_YEAR = 1980


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file in the archive. One that is packed may pass 4 GiB, and has room for such sizes."""

    name: bytes
    packed: bool
    start: int
    crc: int = 0
    written: int = 0
    size: int = 0

    @property
    def kind(self) -> tuple[int, int, int]:
        """Return the version it takes to read it, flags and method."""
        return WIDE if self.packed else PLAIN, UTF8_NAMES, DEFLATED if self.packed else STORED


class NewArchive:
    """A zip written file by file to `out`, which can be sought in; `close` makes it whole."""

    def __init__(self, out: IO[bytes], directory: IO[bytes], at: datetime) -> None:
        """`directory` is a file to wait in; `at` is when all of the archive's files were made."""
        self._out, self._directory, self._count = out, directory, 0
        date = (max(at.year - FIRST_YEAR, 0) << 9) | (at.month << 5) | at.day
        self._moment = (at.hour << 11) | (at.minute << 5) | (at.second // 2), date

    def add(self, name: str, content: Iterable[bytes], *, packed: bool = False) -> None:
        """Add a file; a long text is better `packed`."""
        entry = _Entry(name.encode(), packed, self._out.tell())
        # The header stands first and knows the sizes last: it is written twice.
        head = self._out.write(self._local(entry))
        crc = size = 0
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS) if packed else None
        for block in content:
            crc, size = zlib.crc32(block, crc), size + len(block)
            self._out.write(packer.compress(block) if packer else block)
        if packer:
            self._out.write(packer.flush())
        end = self._out.tell()
        entry = replace(entry, crc=crc, written=end - entry.start - head, size=size)
        self._out.seek(entry.start)
        self._out.write(self._local(entry))
        self._out.seek(end)
        self._directory.write(self._central(entry))
        self._count += 1

    def close(self) -> None:
        """Write the directory."""
        start, size, count = self._out.tell(), self._directory.tell(), self._count
        self._directory.seek(0)
        shutil.copyfileobj(self._directory, self._out)
        if count >= MOST16 or start + size >= MOST32:
            at = self._out.tell()
            rest = END64.size - 12
            wide = (rest, UNIX | WIDE, WIDE, 0, 0, count, count, size, start)
            self._out.write(END64.pack(b"PK\x06\x06", *wide))
            self._out.write(LOCATOR64.pack(b"PK\x06\x07", 0, at, 1))
        few = min(count, MOST16)
        places = min(size, MOST32), min(start, MOST32)
        self._out.write(END.pack(b"PK\x05\x06", 0, 0, few, few, *places, 0))

    def _local(self, entry: _Entry) -> bytes:
        sizes = entry.written, entry.size
        extra = b""
        if entry.packed:
            extra, sizes = SIZES64.pack(1, 16, entry.size, entry.written), (MOST32, MOST32)
        lengths = len(entry.name), len(extra)
        head = LOCAL.pack(b"PK\x03\x04", *entry.kind, *self._moment, entry.crc, *sizes, *lengths)
        return head + entry.name + extra

    def _central(self, entry: _Entry) -> bytes:
        wide = [each for each in (entry.size, entry.written, entry.start) if each >= MOST32]
        extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        version, *kind = entry.kind
        version = WIDE if wide else version
        head = CENTRAL.pack(
            *(b"PK\x01\x02", UNIX | version, version, *kind, *self._moment, entry.crc),
            *(min(entry.written, MOST32), min(entry.size, MOST32)),
            *(len(entry.name), len(extra), 0, 0, 0, READABLE, min(entry.start, MOST32)),
        )
        return head + entry.name + extra


def blocks_of(file: IO[bytes], size: int = 1 << 18) -> Iterator[bytes]:
    while block := file.read(size):
        yield block
