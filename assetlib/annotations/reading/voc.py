"""Pascal VOC: XML with an <object> for each box, by its corners in pixels."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from assetlib.annotations.drawn import Drawn
from assetlib.annotations.reading.canvas import Canvas
from assetlib.annotations.reading.fields import number, side
from assetlib.annotations.reading.problems import AnnotationFileError

CORNERS = ("xmin", "ymin", "xmax", "ymax")


def read_voc(text: str, canvas: Canvas) -> list[Drawn]:
    root = _root(text)
    if root.tag != "annotation":
        raise AnnotationFileError(
            f"A Pascal VOC file begins with <annotation>, this one with <{root.tag[:80]}>."
        )
    canvas = canvas.measured_by(
        side(root.findtext("size/width")), side(root.findtext("size/height"))
    )
    boxes = [
        _box(each, canvas, f"object {place}")
        for place, each in enumerate(root.findall("object"), 1)
    ]
    return [box for box in boxes if box is not None]


def _root(text: str) -> Element:
    try:
        root: Element = fromstring(text.encode("utf-8", "replace"), forbid_dtd=True)
    except ParseError as problem:
        line, column = problem.position
        raise AnnotationFileError(
            f"The XML cannot be read: line {line}, column {column + 1}."
        ) from problem
    except DefusedXmlException as problem:
        raise AnnotationFileError(
            "The XML declares a document type or entities; no annotation needs them."
        ) from problem
    except (ValueError, LookupError) as problem:
        raise AnnotationFileError("The XML is in an encoding that cannot be read.") from problem
    return root


def _box(each: Element, canvas: Canvas, where: str) -> Drawn | None:
    name = each.findtext("name") or ""
    corners = each.find("bndbox")
    if corners is None:
        raise AnnotationFileError(f"{where} (“{name[:80]}”) has no <bndbox>.")
    left, top, right, bottom = (
        number(corners.findtext(corner), f"{where}: <{corner}>") for corner in CORNERS
    )
    return canvas.box(name, left, top, right - left, bottom - top, where=where)
