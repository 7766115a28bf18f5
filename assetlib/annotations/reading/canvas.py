"""The image that boxes are read for: they are measured by it, and cut off at its edge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assetlib.annotations.drawn import Drawn, check_class
from assetlib.annotations.errors import InvalidBoxError
from assetlib.annotations.reading.problems import AnnotationFileError

# A file made from a smaller or larger copy of the image has its shape, but for rounding.
SAME_SHAPE = 0.02


@dataclass(frozen=True, slots=True)
class Canvas:
    """`across` and `down` are how many of the image's pixels one of the file's stands for."""

    filename: str
    width: int
    height: int
    across: float = 1
    down: float = 1

    def measured_by(self, width: float, height: float) -> Canvas:
        """Return the canvas for a file that says it is of an image of this size.

        One of another shape was turned, or says nothing true: then its pixels are the image's.
        """
        if width <= 0 or height <= 0:
            return self
        across, down = self.width / width, self.height / height
        if abs(across / down - 1) > SAME_SHAPE:
            return self
        return replace(self, across=across, down=down)

    def box(
        self, name: object, left: float, top: float, width: float, height: float, *, where: str
    ) -> Drawn | None:
        """Return the box within the image, None when nothing of it is; `where` names it."""
        called = _class_name(name, where)
        if width < 0 or height < 0:
            raise AnnotationFileError(
                f"{where}: the box of “{called}” is {width:g} × {height:g}; no box is negative."
            )
        right, bottom = (left + width) * self.across, (top + height) * self.down
        left, top = left * self.across, top * self.down
        if not all(map(math.isfinite, (left, top, right, bottom))):
            raise AnnotationFileError(f"{where}: the box of “{called}” is too large to be one.")
        left, right = (min(max(x, 0), self.width) for x in (left, right))
        top, bottom = (min(max(y, 0), self.height) for y in (top, bottom))
        box = Drawn(called, left, top, right - left, bottom - top).rounded
        return box if box.width > 0 and box.height > 0 else None

    def around(self, name: object, points: Sequence[float], *, where: str) -> Drawn | None:
        """Return the box around a polygon, given as x, y, x, y and so on."""
        xs, ys = points[::2], points[1::2]
        left, top = min(xs), min(ys)
        return self.box(name, left, top, max(xs) - left, max(ys) - top, where=where)

    def centred(
        self, name: object, x: float, y: float, width: float, height: float, *, where: str
    ) -> Drawn | None:
        """Return the box whose centre is at x, y."""
        return self.box(name, x - width / 2, y - height / 2, width, height, where=where)


def _class_name(name: object, where: str) -> str:
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise AnnotationFileError(f"{where}: the name of its class is no text.")
    try:
        return check_class(str(name))
    except InvalidBoxError as problem:
        raise AnnotationFileError(f"{where}: {problem}") from problem
