"""A box as it is drawn, and the rules of boxes: pure, so that readers of files know them too."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assetlib.annotations.errors import InvalidBoxError

MAX_CLASS = 100
# A thousandth of a pixel tells any two boxes apart, and keeps the history short.
PLACES = 3
# What rounding may move an edge over the image's.
SLACK = 0.01


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box around something of the class, in pixels of the image as shown."""

    class_name: str
    left: float
    top: float
    width: float
    height: float

    @property
    def rounded(self) -> Drawn:
        return Drawn(
            self.class_name,
            round(self.left, PLACES),
            round(self.top, PLACES),
            round(self.width, PLACES),
            round(self.height, PLACES),
        )


def check_class(name: str) -> str:
    """Return the class's name, trimmed; raise InvalidBoxError for one that cannot be."""
    trimmed = name.strip()
    if not trimmed:
        raise InvalidBoxError("A class has a name, such as forklift; this one is empty.")
    if len(trimmed) > MAX_CLASS:
        raise InvalidBoxError(
            f"A class's name has at most {MAX_CLASS} characters; this one has {len(trimmed):,}."
        )
    if any(unicodedata.category(character)[0] == "C" for character in trimmed):
        raise InvalidBoxError(f"{trimmed!r} holds a character that is not printed; no class does.")
    return trimmed


def check_box(box: Drawn, width: int, height: int) -> Drawn:
    """Return the box as it is kept; raise InvalidBoxError where it is none of such an image."""
    name = check_class(box.class_name)
    if not all(map(math.isfinite, (box.left, box.top, box.width, box.height))):
        raise InvalidBoxError(f"A box of “{name}” is not made of numbers.")
    kept = replace(box, class_name=name).rounded
    if kept.width <= 0 or kept.height <= 0:
        raise InvalidBoxError(f"A box of “{name}” is {kept.width:g} × {kept.height:g} pixels.")
    right, bottom = kept.left + kept.width, kept.top + kept.height
    inside = kept.left >= 0 and right <= width + SLACK and kept.top >= 0
    if not inside or bottom > height + SLACK:
        raise InvalidBoxError(
            f"A box of “{name}”, {kept.left:g}, {kept.top:g} to {right:g}, {bottom:g}, "
            f"reaches out of the image of {width:,} × {height:,} pixels."
        )
    return kept


def write_boxes(boxes: Iterable[Drawn]) -> str:
    """Return the boxes as the history has them; nothing for none."""
    rows = [
        [box.class_name, *map(_short, (box.left, box.top, box.width, box.height))] for box in boxes
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else ""


def _short(number: float) -> float:
    return int(number) if number == int(number) else number


def read_boxes(text: str) -> Sequence[Drawn]:
    """Return the boxes that `write_boxes` has written."""
    return [Drawn(*row) for row in json.loads(text)] if text else []
