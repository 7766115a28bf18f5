"""Pascal VOC: beside each image an XML file, in a folder for each split.

    train/a.jpg  train/a.xml  valid/…  test/…

Boxes are `xmin ymin xmax ymax` in pixels of the image as shown, counted from 0. What VOC has no
word for stands in an element `library` at the end:

    <library id="…" sha256="…" uploaded_at="…" …>
      <entry key="temperature" type="number">72.5</entry>
      <tag>night</tag>
      <project name="line-3" split="train" batch="" />
    </library>

A text that XML cannot carry, with a control character say, is written as JSON in an entry that says
`encoding="json"`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from assetlib.annotations.drawn import Drawn
from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.form import Format, Into
from assetlib.transfer.formats.pictures import Pictures

# What XML 1.0 can carry and readers leave as it is: they make line feeds of carriage returns.
CARRIED = re.compile("[\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


class VocWriter:
    def __init__(self, into: Into) -> None:
        self._pictures = Pictures(into)

    def add(self, images: Sequence[Exported]) -> None:
        for image in images:
            folder = self._pictures.folder(image)
            name = self._pictures.put(image, folder)
            if name is not None:
                stem = name.rpartition(".")[0]
                self._pictures.put_text(f"{folder}{stem}.xml", _annotation(folder, name, image))

    def finish(self) -> Iterator[None]:
        yield
        self._pictures.close()


def _annotation(folder: str, name: str, image: Exported) -> str:
    root = Element("annotation")
    _put(root, "folder", folder.rstrip("/"))
    _put(root, "filename", name)
    _put(root, "path", name)
    _put(SubElement(root, "source"), "database", "assetlib")
    size = SubElement(root, "size")
    _put(size, "width", image.image.width)
    _put(size, "height", image.image.height)
    _put(size, "depth", 3)
    _put(root, "segmented", 0)
    for box in image.boxes:
        _put_box(root, box)
    _put_library(root, image)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _put(parent: Element, name: str, value: object) -> None:
    SubElement(parent, name).text = str(value)


def _put_box(root: Element, box: Drawn) -> None:
    found = SubElement(root, "object")
    _put(found, "name", box.class_name)
    _put(found, "pose", "Unspecified")
    _put(found, "truncated", 0)
    _put(found, "difficult", 0)
    corners = SubElement(found, "bndbox")
    _put(corners, "xmin", box.left)
    _put(corners, "ymin", box.top)
    _put(corners, "xmax", round(box.left + box.width, 3))
    _put(corners, "ymax", round(box.top + box.height, 3))


def _put_library(root: Element, image: Exported) -> None:
    facts = {
        name: _carried(str(value))
        for name, value in image.facts.items()
        if isinstance(value, str | int)
    }
    library = SubElement(root, "library", facts)
    for key, value in image.metadata.items():
        entry = SubElement(library, "entry", key=key, type=value.type.name)
        entry.text = value.text
        if not CARRIED.fullmatch(value.text):
            entry.set("encoding", "json")
            entry.text = json.dumps(value.text)
    for tag in image.tags:
        _put(library, "tag", tag)
    for filed in image.filed:
        place = {"name": filed.project, "split": filed.split, "batch": _carried(filed.batch)}
        SubElement(library, "project", place)


def _carried(text: str) -> str:
    """Return the text with a mark for each character that XML cannot carry."""
    return "".join(each if CARRIED.fullmatch(each) else "\ufffd" for each in text)


VOC = Format(
    "voc",
    "Pascal VOC",
    "The images with an XML file beside each: boxes, and metadata and tags after them.",
    "zip",
    "application/zip",
    pictures=True,
    writer=VocWriter,
)
