"""What lies in a zip archive, read without ever unpacking it to disk.

    with open_archive(file) as archive:
        for found in archive.pictures:
            archive.blocks(found.path)

A zip may declare anything: how many files it holds, how large they get, and where they want to lie
is asked before one of them is read. What a name says is used to pair and to file, never as a path.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from assetlib.transfer.pairing import pair
from images.errors import RefusedFileError
from images.models import Split

BLOCK = 1 << 18
MAX_PATH = 1_024
# What a directory may take for each of the files that are allowed, with a long name and extras.
DIRECTORY_BYTES = 400
# What stands beside images in data sets, and is none itself.
BESIDE = {"txt", "xml", "csv", "jsonl", "yaml", "yml", "md", "names", "data", "cfg", "labels"}
LITTER = {"thumbs.db", "desktop.ini"}
FOLDERS = {
    "train": Split.TRAIN,
    "valid": Split.VALID,
    "val": Split.VALID,
    "validation": Split.VALID,
    "test": Split.TEST,
}
# What zipfile raises for bytes that are not what the archive says.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)


class ArchiveError(Exception):
    """An archive that is refused as a whole; the text tells the person why.

    `is_limit` says that it is not wrong, just more than is taken.
    """

    def __init__(self, message: str, *, is_limit: bool = False) -> None:
        super().__init__(message)
        self.is_limit = is_limit


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that may be an image, its sidecar, and the split that its folder is named for."""

    path: str
    sidecar: str | None
    split: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip that keeps to the limits. `beside` lie files that may say where boxes are.

    `refused` are paths that nobody reads, each with the reason.
    """

    pictures: Sequence[Picture]
    orphans: Sequence[str]
    beside: Sequence[str]
    refused: Sequence[tuple[str, str]]
    _zip: zipfile.ZipFile
    _entries: Mapping[str, zipfile.ZipInfo]

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of the file, which is opened for the first of them.

        Raises RefusedFileError where they are not what the directory says.
        """
        try:
            with self._zip.open(self._entries[path]) as file:
                while block := file.read(BLOCK):
                    yield block
        except (*BROKEN, NotImplementedError) as problem:
            raise RefusedFileError(
                "It is damaged in the archive, or packed in a way that is not read.",
                "Pack it again with “deflate”.",
            ) from problem

    def read(self, path: str, most: int) -> bytes:
        """Return the first bytes of the file, so many at most. Raises RefusedFileError."""
        data = bytearray()
        for block in self.blocks(path):
            data += block
            if len(data) >= most:
                break
        return bytes(data[:most])

    def size(self, path: str) -> int:
        """Return how many bytes the file has, as the directory says; no more are ever read."""
        return self._entries[path].file_size


@contextmanager
def open_archive(file: IO[bytes], size: int) -> Iterator[Archive]:
    """Read the directory of a zip of so many bytes. Raises ArchiveError."""
    try:
        opened = zipfile.ZipFile(_Bounded(file))
    except BROKEN as problem:
        raise ArchiveError("This is no zip archive, or not all of one.") from problem
    with opened:
        infos = [info for info in opened.infolist() if not info.is_dir()]
        _check_limits(infos, size)
        yield _listed(opened, infos)


def _check_limits(infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    if len(infos) > settings.ZIP_MAX_FILES:
        raise ArchiveError(
            f"The archive holds {len(infos):,} files; {settings.ZIP_MAX_FILES:,} are taken. "
            "Send it in parts, or raise ASSETLIB_ZIP_FILES.",
            is_limit=True,
        )
    total = sum(info.file_size for info in infos)
    if total > settings.ZIP_MAX_UNPACKED:
        raise ArchiveError(
            f"Unpacked, the archive has {total / 1e6:,.0f} MB; "
            f"{settings.ZIP_MAX_UNPACKED / 1e6:,.0f} MB are taken. "
            "Send it in parts, or raise ASSETLIB_ZIP_UNPACKED.",
            is_limit=True,
        )
    if total > size * settings.ZIP_MAX_RATIO:
        raise ArchiveError(
            f"Unpacked, the archive is {total // max(size, 1):,} times as large; "
            f"{settings.ZIP_MAX_RATIO:,} times are taken. "
            "Pack the files less, or raise ASSETLIB_ZIP_RATIO.",
            is_limit=True,
        )


def _listed(opened: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> Archive:
    entries: dict[str, zipfile.ZipInfo] = {}
    refused: list[tuple[str, str]] = []
    for info in infos:
        # Some Windows programs write their own kind of slash.
        path = info.filename.replace("\\", "/")
        if _is_litter(path):
            continue
        if why := _what_is_wrong(path, info):
            refused.append((path[:MAX_PATH], why))
        else:
            entries[path] = info
    beside = [path for path in entries if path.rpartition(".")[2].lower() in BESIDE]
    pairing = pair(sorted(entries.keys() - set(beside)))
    pictures = [Picture(path, sidecar, _split(path)) for path, sidecar in pairing.pairs]
    pictures.sort(key=lambda picture: (picture.split, picture.path))
    return Archive(pictures, pairing.orphans, sorted(beside), refused, opened, entries)


def _is_litter(path: str) -> bool:
    """Whether some system left the file there, and nobody meant it."""
    *folders, name = path.split("/")
    hidden = any(part.startswith(".") and part != ".." for part in (*folders, name))
    return hidden or "__MACOSX" in folders or name.lower() in LITTER


def _what_is_wrong(path: str, info: zipfile.ZipInfo) -> str:
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or parts[0].endswith(":"):
        return "Its path leads out of the archive."
    if len(path) > MAX_PATH:
        return f"Its path has {len(path):,} characters; {MAX_PATH:,} are taken."
    if info.flag_bits & 1:
        return "It is locked by a password; pack it without one."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "It is a link, not a file."
    return ""


def _split(path: str) -> str:
    """Return the split that the nearest folder of such a name stands for."""
    folders = path.lower().split("/")[:-1]
    return next((str(FOLDERS[name]) for name in reversed(folders) if name in FOLDERS), "")


class _Bounded:
    """A file that is never read so much of at once as only an endless directory asks for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > settings.ZIP_MAX_FILES * DIRECTORY_BYTES:
            raise zipfile.BadZipFile
        return self._file.read(size)
