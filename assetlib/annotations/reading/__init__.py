"""Annotation files into boxes: text in, what is drawn on one image out. Pure, a module a format.

    read_boxes(text, "frame.jpg", 640, 480)                       # Pascal VOC, COCO, CreateML, …
    read_boxes("0 0.5 0.5 0.2 0.4", "frame.jpg", 640, 480, labelmap={0: "forklift"})    # YOLO

The format is told by the content, never by the name. What lies outside the image is cut off; what
cannot be read is refused with a sentence that says where.
"""

from __future__ import annotations

from assetlib.annotations.reading.problems import AnnotationFileError
from assetlib.annotations.reading.recognise import read_boxes

__all__ = ["AnnotationFileError", "read_boxes"]
