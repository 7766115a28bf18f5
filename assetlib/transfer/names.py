"""File names that are safe in an archive on any system, and no two alike in one.

An image whose name another image of the export has too is given its id in the name. So what a file
is called depends on the images alone, not on the order in which they are written, and nothing but a
number for each image is kept to know it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from images.files import ENDINGS
from images.models import Image

# Bytes of a stem: with an id and two endings behind it every file system takes the name.
MAX_STEM = 180
UNSAFE = re.compile(r'[<>:"/\\|?*]')
# Windows takes these for devices, whatever their ending.
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|\Z)", re.IGNORECASE)


def safe_stem(text: str) -> str:
    """Return the text as a file's name without an ending: no folders, nothing hidden, not empty."""
    normal = unicodedata.normalize("NFC", text)
    printed = "".join("_" if unicodedata.category(each)[0] == "C" else each for each in normal)
    stem = UNSAFE.sub("_", printed).strip(" ")
    # A leading dot hides a file, a trailing one is lost on Windows.
    stem = re.sub(r"\A\.+", "_", stem)
    stem = DEVICES.sub(r"_\1", stem) if DEVICES.match(stem) else stem
    short = stem.encode()[:MAX_STEM].decode(errors="ignore")
    return short.rstrip(" .") or "image"


def split_name(filename: str, format_: str) -> tuple[str, str]:
    """Return a safe stem and the ending, which is one of the format's."""
    stem, dot, ending = filename.rpartition(".")
    if stem and f"{dot}{ending}".lower() in ENDINGS[format_]:
        return safe_stem(stem), dot + ending
    return safe_stem(filename), ENDINGS[format_][0]


class Names:
    """The names of the images of one export; files beside them may share their stems."""

    def __init__(self, files: Iterable[tuple[str, str]]) -> None:
        """`files` are the file name and format of each image."""
        stems = (split_name(filename, format_)[0] for filename, format_ in files)
        numbers = np.sort(np.fromiter(map(_number, stems), dtype=np.uint64))
        self._shared = np.unique(numbers[1:][numbers[1:] == numbers[:-1]])

    def of(self, image: Image) -> tuple[str, str]:
        """Return the stem and the ending of the image's file."""
        stem, ending = split_name(image.filename, image.format)
        number = np.uint64(_number(stem))
        at = int(np.searchsorted(self._shared, number))
        shared = at < self._shared.size and self._shared[at] == number
        return (f"{stem}-{image.public_id}" if shared else stem), ending


def _number(stem: str) -> int:
    """Return 64 bits of the stem. Two stems of one number would both get an id: no harm."""
    # Windows and macOS take names for the same whatever their case.
    return int.from_bytes(blake2b(stem.casefold().encode(), digest_size=8).digest())
