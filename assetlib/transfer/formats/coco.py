"""COCO: the images of each split in a folder, with `_annotations.coco.json` beside them.

    train/_annotations.coco.json  train/a.jpg  valid/…  test/…

Without a project there is one folder, the archive itself. An image in the file's list has, besides
COCO's own fields, `extra.name` (the name it was uploaded with), `user_metadata`, `tags`,
`projects` and the rest of what is known of it. Boxes are `[left, top, width, height]` in pixels of
the image as shown; classes are numbered from 1 as they come, the same in every folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.classes import Classes
from assetlib.transfer.formats.form import Format, Into, Waiting, json_list
from assetlib.transfer.formats.pictures import Pictures

FILE = "_annotations.coco.json"


class _Part:
    """The lists of one folder's file."""

    def __init__(self, into: Into) -> None:
        self.images, self.annotations = Waiting(into), Waiting(into)


class CocoWriter:
    def __init__(self, into: Into) -> None:
        self._into, self._pictures = into, Pictures(into)
        self._classes = Classes(first=1)
        self._parts: dict[str, _Part] = {} if into.project else {"": _Part(into)}

    def add(self, images: Sequence[Exported]) -> None:
        for image in images:
            folder = self._pictures.folder(image)
            name = self._pictures.put(image, folder)
            if name is not None:
                if folder not in self._parts:
                    self._parts[folder] = _Part(self._into)
                self._add(self._parts[folder], name, image)

    def _add(self, part: _Part, name: str, image: Exported) -> None:
        number = part.images.count + 1
        part.images.add(_image(number, name, image))
        for box in image.boxes:
            part.annotations.add(
                {
                    "id": part.annotations.count + 1,
                    "image_id": number,
                    "category_id": self._classes.number(box.class_name),
                    "bbox": [box.left, box.top, box.width, box.height],
                    "area": round(box.width * box.height, 3),
                    "segmentation": [],
                    "iscrowd": 0,
                }
            )

    def finish(self) -> Iterator[None]:
        for folder, part in sorted(self._parts.items()):
            yield
            self._pictures.put_long(folder + FILE, _file(part, self._classes, self._into.at))
        self._pictures.close()


def _image(number: int, name: str, image: Exported) -> dict[str, Any]:
    facts = image.facts
    return {
        "id": number,
        "license": 1,
        "file_name": name,
        "width": facts["width"],
        "height": facts["height"],
        "date_captured": facts["taken_at"] or facts["uploaded_at"],
        "extra": {"name": facts["filename"]},
        "user_metadata": image.user_metadata,
        "tags": facts["tags"],
        "projects": facts["projects"],
        "split": facts["split"],
        "batch": facts["batch"],
        "asset_id": facts["id"],
        "sha256": facts["sha256"],
        "size": facts["size"],
        "format": facts["format"],
        "origin": facts["origin"],
        "uploaded_at": facts["uploaded_at"],
        "taken_at": facts["taken_at"],
    }


def _file(part: _Part, classes: Classes, at: datetime) -> Iterator[bytes]:
    head: dict[str, Any] = {
        "info": {"description": "Exported from assetlib", "date_created": at.isoformat()},
        "licenses": [{"id": 1, "name": "Unknown", "url": ""}],
        "categories": [
            {"id": number, "name": name, "supercategory": "none"}
            for number, name in classes.listed()
        ],
    }
    yield json.dumps(head, ensure_ascii=False).encode()[:-1]
    yield from chain([b', "images": '], json_list(part.images))
    yield from chain([b', "annotations": '], json_list(part.annotations), [b"}\n"])


COCO = Format(
    "coco",
    "COCO",
    "The images with one COCO file for each split; metadata and tags stand with each image.",
    "zip",
    "application/zip",
    pictures=True,
    writer=CocoWriter,
)
