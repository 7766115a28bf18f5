"""Hugging Face ImageFolder: the images of each split in a folder, and a `metadata.jsonl` there.

    train/metadata.jsonl  train/a.jpg  validation/…  test/…

`load_dataset("imagefolder", data_dir=…)` reads it. A line has `file_name`, what is known of the
image, its boxes as `objects` (`bbox` as left, top, width, height, and `category`), and the keys as
`assetlib.transfer.formats.typed` has them: what reads it wants one type a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.form import Format, Into, Waiting, json_line
from assetlib.transfer.formats.pictures import Pictures
from assetlib.transfer.formats.typed import KeyColumns

FILE = "metadata.jsonl"
# As the library that reads it calls them.
FOLDERS = {"valid/": "validation/"}


class ImageFolderWriter:
    def __init__(self, into: Into) -> None:
        self._into, self._pictures, self._keys = into, Pictures(into), KeyColumns()
        self._parts: dict[str, Waiting] = {} if into.project else {"": Waiting(into)}

    def add(self, images: Sequence[Exported]) -> None:
        for image in images:
            folder = self._pictures.folder(image)
            folder = FOLDERS.get(folder, folder)
            name = self._pictures.put(image, folder)
            if name is not None:
                if folder not in self._parts:
                    self._parts[folder] = Waiting(self._into)
                self._keys.learn(image.metadata)
                self._parts[folder].add(_row(name, image))

    def finish(self) -> Iterator[None]:
        for folder, part in sorted(self._parts.items()):
            yield
            self._pictures.put_long(folder + FILE, map(json_line, map(self._typed, part.rows())))
        self._pictures.close()

    def _typed(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | dict(self._keys.cells(row.pop("metadata")))


def _row(name: str, image: Exported) -> dict[str, Any]:
    boxes = image.boxes
    objects = {
        "bbox": [[box.left, box.top, box.width, box.height] for box in boxes],
        "category": [box.class_name for box in boxes],
    }
    said = {"file_name": name, **image.facts}
    return said | {"objects": objects, "metadata": image.user_metadata}


IMAGEFOLDER = Format(
    "imagefolder",
    "Hugging Face ImageFolder",
    "The images with metadata.jsonl, as load_dataset of Hugging Face’s datasets reads it.",
    "zip",
    "application/zip",
    pictures=True,
    writer=ImageFolderWriter,
)
