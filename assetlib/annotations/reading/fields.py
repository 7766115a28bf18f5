"""Values out of JSON objects, with a sentence for each that is not what it should be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from assetlib.annotations.reading.problems import AnnotationFileError

Fields = dict[str, Any]


def objects(holder: Fields, name: str) -> Iterator[tuple[str, Fields]]:
    """Yield the objects of the list under the name, each with how to call it."""
    listed = holder.get(name)
    if not isinstance(listed, list):
        raise AnnotationFileError(f"“{name}” is no list.")
    for place, each in enumerate(listed):
        if not isinstance(each, dict):
            raise AnnotationFileError(f"{name}[{place}] is no object.")
        yield f"{name}[{place}]", each


def numbers(holder: Fields, names: tuple[str, ...], where: str) -> list[float]:
    """Return the numbers under the names."""
    return [number(holder.get(name), f"{where}: “{name}”") for name in names]


def number(value: object, where: str) -> float:
    """Return what the value says; numbers as texts are read, too: some programs write them so."""
    try:
        found = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if isinstance(value, bool) or not math.isfinite(found):
        raise AnnotationFileError(f"{where} is no number.")
    return found


def size_of(holder: Fields) -> tuple[float, float]:
    """Return the width and height an object says an image has; zeros where it says none."""
    return side(holder.get("width")), side(holder.get("height"))


def side(value: object) -> float:
    try:
        return number(value, "side")
    except AnnotationFileError:
        return 0


def same_file(one: object, other: str) -> bool:
    """Whether a file says it is about the image of this name; folders and case play no part."""
    return isinstance(one, str) and _base(one) == _base(other)


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].casefold()


def one_image(images: list[Fields], named: list[Fields], what: str, filename: str) -> Fields:
    """Return the one of the images that is named, or the only one there is."""
    found = named or images
    if len(found) == 1:
        return found[0]
    of = f"the {what} file is called “{filename}”."
    if named:
        raise AnnotationFileError(f"More than one image of {of}")
    raise AnnotationFileError(f"None of the {len(images):,} images of {of}")
