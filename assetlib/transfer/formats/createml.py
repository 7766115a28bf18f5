"""CreateML: the images of each split in a folder, with `_annotations.createml.json` beside them.

An entry of the file has the image's name and its boxes, by centre and sides in pixels of the image
as shown, and after them `user_metadata`, `tags` and the rest of what is known of the image.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.form import Format, Into, Waiting, json_list
from assetlib.transfer.formats.pictures import Pictures

FILE = "_annotations.createml.json"


class CreateMlWriter:
    def __init__(self, into: Into) -> None:
        self._into, self._pictures = into, Pictures(into)
        self._parts: dict[str, Waiting] = {} if into.project else {"": Waiting(into)}

    def add(self, images: Sequence[Exported]) -> None:
        for image in images:
            folder = self._pictures.folder(image)
            name = self._pictures.put(image, folder)
            if name is not None:
                if folder not in self._parts:
                    self._parts[folder] = Waiting(self._into)
                self._parts[folder].add(_entry(name, image))

    def finish(self) -> Iterator[None]:
        for folder, part in sorted(self._parts.items()):
            yield
            self._pictures.put_long(folder + FILE, json_list(part))
        self._pictures.close()


def _entry(name: str, image: Exported) -> dict[str, Any]:
    annotations = [
        {
            "label": box.class_name,
            "coordinates": {
                "x": box.left + box.width / 2,
                "y": box.top + box.height / 2,
                "width": box.width,
                "height": box.height,
            },
        }
        for box in image.boxes
    ]
    said = {"image": name, "annotations": annotations, "user_metadata": image.user_metadata}
    return said | image.facts


CREATEML = Format(
    "createml",
    "CreateML",
    "The images with one CreateML file for each split; metadata and tags stand with each image.",
    "zip",
    "application/zip",
    pictures=True,
    writer=CreateMlWriter,
)
