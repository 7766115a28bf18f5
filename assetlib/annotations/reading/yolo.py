"""YOLO: a line a box, `class x y width height` in parts of the image, or a class and a polygon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assetlib.annotations.drawn import Drawn
from assetlib.annotations.reading.canvas import Canvas
from assetlib.annotations.reading.fields import number
from assetlib.annotations.reading.problems import AnnotationFileError

Labelmap = Mapping[str, str]
BOX = 4
LEAST_POLYGON = 6
# A box may lie a little over the edge; what goes further is given in pixels.
FAR = 2


def labelmap_of(raw: object) -> Labelmap:
    """Return the names of classes by index, as it is written; `raw` is a list or an object."""
    match raw:
        case None:
            return {}
        case Mapping():
            pairs = {str(index): name for index, name in raw.items()}
        case Sequence() if not isinstance(raw, str | bytes):
            pairs = {str(index): name for index, name in enumerate(raw)}
        case _:
            raise AnnotationFileError("“labelmap” is an object or a list of names.")
    for index, name in pairs.items():
        if not isinstance(name, str):
            raise AnnotationFileError(f"“labelmap” names class {index[:80]} by what is no text.")
    return pairs


def read_yolo(text: str, canvas: Canvas, labelmap: Labelmap) -> list[Drawn]:
    boxes = []
    for place, line in enumerate(text.splitlines(), 1):
        if line.strip():
            boxes.append(_box(line.split(), canvas, labelmap, f"line {place}"))
    return [box for box in boxes if box is not None]


def _box(words: Sequence[str], canvas: Canvas, labelmap: Labelmap, where: str) -> Drawn | None:
    index, *rest = words
    if not (index.isascii() and index.isdigit()):
        raise AnnotationFileError(f"{where}: “{index[:80]}” is no index of a class.")
    parts = [_part(word, where) for word in rest]
    name = labelmap.get(index.lstrip("0") or "0", index)
    scaled = [
        part * (canvas.height if place % 2 else canvas.width) for place, part in enumerate(parts)
    ]
    # A fifth number is how sure a model was.
    if len(parts) in {BOX, BOX + 1}:
        x, y, width, height = scaled[:BOX]
        return canvas.centred(name, x, y, width, height, where=where)
    if len(parts) < LEAST_POLYGON or len(parts) % 2:
        raise AnnotationFileError(
            f"{where} has {len(words)} numbers; class x y width height, or class and polygon, work."
        )
    return canvas.around(name, scaled, where=where)


def _part(word: str, where: str) -> float:
    part = number(word, f"{where}: “{word[:80]}”")
    if abs(part) > FAR:
        raise AnnotationFileError(
            f"{where}: {word[:80]} is no part of an image; YOLO's numbers are from 0 to 1."
        )
    return part
