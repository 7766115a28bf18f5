"""Tell by its content what format a text is, and have it read."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from assetlib.annotations.drawn import Drawn
from assetlib.annotations.reading.canvas import Canvas
from assetlib.annotations.reading.centred import read_centred
from assetlib.annotations.reading.coco import read_coco
from assetlib.annotations.reading.createml import read_createml
from assetlib.annotations.reading.problems import AnnotationFileError
from assetlib.annotations.reading.voc import read_voc
from assetlib.annotations.reading.yolo import labelmap_of, read_yolo

WHAT_WORKS = "Pascal VOC, COCO, YOLO, CreateML and Roboflow's JSON work."
# Beside an image a person more often means metadata.
SIDECARS = "Metadata beside images is read out of a zip, and by “assetlib upload”."


def read_boxes(
    text: str | bytes,
    filename: str,
    width: int,
    height: int,
    labelmap: object = None,
    name: str | None = None,
) -> list[Drawn]:
    """Return what an annotation file draws on the image of this name and size, in pixels as shown.

    `labelmap`, an object or a list, names YOLO's classes; one it does not name is called by its
    index. `name` is the annotation file's own, for what is said of it. Raises AnnotationFileError.
    """
    canvas, names = Canvas(filename, width, height), labelmap_of(labelmap)
    content = _decoded(text).lstrip("\ufeff").strip()
    match content[:1]:
        case "<":
            return read_voc(content, canvas)
        case "{" | "[":
            return _read_json(content, canvas)
        case "":
            return _nothing(name)
        case first if first.isdigit():
            return read_yolo(_decoded(text).lstrip("\ufeff"), canvas, names)
        case _:
            raise AnnotationFileError(f"This is no annotation that can be read. {WHAT_WORKS}")


def _decoded(text: str | bytes) -> str:
    try:
        return text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError as problem:
        raise AnnotationFileError(
            f"The file is no UTF-8: byte {problem.start + 1} cannot be read."
        ) from problem


def _nothing(name: str | None) -> list[Drawn]:
    """An empty file is YOLO's way to say that nothing is drawn; in other formats it is no file."""
    if name and not name.lower().endswith(".txt"):
        raise AnnotationFileError(f"“{name}” is empty. {WHAT_WORKS}")
    return []


def _read_json(content: str, canvas: Canvas) -> list[Drawn]:
    match _parsed(content):
        case {"annotations": _, "images": _, "categories": _} as whole:
            return read_coco(whole, canvas)
        case {"boxes": _} | {"predictions": _} as whole:
            return read_centred(whole, canvas)
        case {"annotations": _} as entry:
            return read_createml([entry], canvas)
        case list() as entries:
            return read_createml(entries, canvas)
        case _:
            raise AnnotationFileError(f"This JSON is no annotation. {WHAT_WORKS} {SIDECARS}")


def _parsed(content: str) -> Any:
    try:
        return json.loads(content, parse_constant=_refuse_constant)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise AnnotationFileError(f"The JSON cannot be read: {where}: {problem.msg}.") from problem
    except AnnotationFileError:
        raise
    except RecursionError as problem:
        raise AnnotationFileError("The JSON is nested too deeply to be read.") from problem
    except ValueError as problem:
        raise AnnotationFileError("The JSON holds a number of thousands of digits.") from problem


def _refuse_constant(name: str) -> NoReturn:
    raise AnnotationFileError(f"The JSON holds {name}, which is no number.")
