"""COCO: JSON with lists of images, annotations and categories that refer to each other by id."""

from __future__ import annotations

import json

from assetlib.annotations.drawn import Drawn
from assetlib.annotations.reading.canvas import Canvas
from assetlib.annotations.reading.fields import (
    Fields,
    number,
    objects,
    one_image,
    same_file,
    size_of,
)
from assetlib.annotations.reading.problems import AnnotationFileError

CORNERS = 4
LEAST_POLYGON = 6


def read_coco(whole: Fields, canvas: Canvas) -> list[Drawn]:
    image = _image(whole, canvas.filename)
    canvas = canvas.measured_by(*size_of(image))
    names = {_id(each, where): each.get("name") for where, each in objects(whole, "categories")}
    wanted = _id(image, "the image")
    boxes = []
    for where, each in objects(whole, "annotations"):
        if _id(each, where, "image_id") != wanted:
            continue
        category = _id(each, where, "category_id")
        if category not in names:
            raise AnnotationFileError(
                f"{where} is of category {category[:80]}, which is not among the categories."
            )
        boxes.append(_box(each, names[category], canvas, where))
    return [box for box in boxes if box is not None]


def _image(whole: Fields, filename: str) -> Fields:
    images = [each for _, each in objects(whole, "images")]
    named = [each for each in images if same_file(each.get("file_name"), filename)]
    return one_image(images, named, "COCO", filename)


def _id(each: Fields, where: str, name: str = "id") -> str:
    value = each.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise AnnotationFileError(f"{where} has no “{name}”.")
    # As JSON writes it: 1 and "1" are two.
    return json.dumps(value)


def _box(each: Fields, name: object, canvas: Canvas, where: str) -> Drawn | None:
    box = each.get("bbox")
    if isinstance(box, list) and len(box) == CORNERS:
        left, top, width, height = (
            number(value, f"{where}: bbox[{place}]") for place, value in enumerate(box)
        )
        return canvas.box(name, left, top, width, height, where=where)
    points = _points(each.get("segmentation"), where)
    if box or len(points) < LEAST_POLYGON:
        raise AnnotationFileError(f"{where} has no “bbox” of four numbers.")
    return canvas.around(name, points, where=where)


def _points(segmentation: object, where: str) -> list[float]:
    """Return the points of all polygons one behind the other."""
    polygons = segmentation if isinstance(segmentation, list) else []
    points: list[float] = []
    for polygon in polygons:
        if not isinstance(polygon, list) or len(polygon) % 2:
            raise AnnotationFileError(f"{where}: “segmentation” is no list of polygons.")
        points += [number(value, f"{where}: “segmentation”") for value in polygon]
    return points
