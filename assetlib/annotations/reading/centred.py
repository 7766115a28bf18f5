"""Roboflow's own JSON: a list of boxes, or of a model's predictions, by their centres in pixels."""

from __future__ import annotations

from assetlib.annotations.drawn import Drawn
from assetlib.annotations.reading.canvas import Canvas
from assetlib.annotations.reading.fields import Fields, numbers, objects, size_of

SIDES = ("x", "y", "width", "height")


def read_centred(whole: Fields, canvas: Canvas) -> list[Drawn]:
    canvas = canvas.measured_by(*size_of(_image(whole)))
    boxes = []
    for where, each in objects(whole, "boxes" if "boxes" in whole else "predictions"):
        x, y, width, height = numbers(each, SIDES, where)
        name = each.get("label", each.get("class"))
        boxes.append(canvas.centred(name, x, y, width, height, where=where))
    return [box for box in boxes if box is not None]


def _image(whole: Fields) -> Fields:
    image = whole.get("image")
    return image if isinstance(image, dict) else whole
