"""CreateML: JSON with an entry an image, whose boxes are given by their centres in pixels."""

from __future__ import annotations

from typing import Any

from assetlib.annotations.drawn import Drawn
from assetlib.annotations.reading.canvas import Canvas
from assetlib.annotations.reading.fields import Fields, numbers, objects, one_image, same_file
from assetlib.annotations.reading.problems import AnnotationFileError

SIDES = ("x", "y", "width", "height")
# What programs call the image's name.
IMAGE = ("image", "imagefilename", "image_filename")


def read_createml(whole: list[Any], canvas: Canvas) -> list[Drawn]:
    boxes = []
    for where, each in objects(_entry(whole, canvas.filename), "annotations"):
        coordinates = each.get("coordinates")
        if not isinstance(coordinates, dict):
            raise AnnotationFileError(f"{where} has no “coordinates”.")
        x, y, width, height = numbers(coordinates, SIDES, where)
        boxes.append(canvas.centred(each.get("label"), x, y, width, height, where=where))
    return [box for box in boxes if box is not None]


def _entry(whole: list[Any], filename: str) -> Fields:
    entries = [each for _, each in objects({"entries": whole}, "entries")]
    named = [each for each in entries if any(same_file(each.get(n), filename) for n in IMAGE)]
    return one_image(entries, named, "CreateML", filename)
