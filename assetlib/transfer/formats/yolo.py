"""YOLO: `images/` and `labels/` for each split, and `data.yaml` with the names of the classes.

    data.yaml  train/images/a.jpg  train/labels/a.txt  valid/…  test/…

A line of a label file is `class x y width height`, the centre and the sides in parts of the image
as shown; classes are numbered from 0 as they come. An image without boxes has an empty label file.
Metadata lies beside the image as a sidecar (`train/images/a.json`), which a folder ingest reads
back; tags and all else stand in `.library.jsonl`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from assetlib.annotations.drawn import Drawn
from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.classes import Classes
from assetlib.transfer.formats.form import Format, Into
from assetlib.transfer.formats.pictures import Pictures
from assetlib.transfer.formats.sidecars import put_sidecar

# What `data.yaml` calls the folders of splits.
PARTS = {"train": "train", "valid": "val", "test": "test"}


class YoloWriter:
    def __init__(self, into: Into) -> None:
        self._pictures, self._classes = Pictures(into), Classes(first=0)
        self._folders: set[str] = set()

    def add(self, images: Sequence[Exported]) -> None:
        for image in images:
            folder = self._pictures.folder(image)
            name = self._pictures.put(image, f"{folder}images/")
            if name is None:
                continue
            self._folders.add(folder)
            put_sidecar(self._pictures, f"{folder}images/{name}", image)
            self._pictures.note(f"{folder}images/{name}", image)
            stem = name.rpartition(".")[0]
            self._pictures.put_text(f"{folder}labels/{stem}.txt", self._labels(image))

    def _labels(self, image: Exported) -> str:
        sides = image.image.width, image.image.height
        return "".join(
            f"{self._classes.number(box.class_name)} {_parts(box, *sides)}\n" for box in image.boxes
        )

    def finish(self) -> Iterator[None]:
        yield
        self._pictures.put_text("data.yaml", self._data())
        self._pictures.close()

    def _data(self) -> str:
        """Return the YAML; a text in JSON's quotes is one in YAML's, too."""
        if self._folders == {""}:
            parts = {"train": "images", "val": "images"}
        else:
            found = {folder.rstrip("/") for folder in self._folders}
            parts = {said: f"{part}/images" for part, said in PARTS.items() if part in found}
        lines = [f"{said}: {folder}" for said, folder in parts.items()]
        names = [name for _, name in self._classes.listed()]
        lines += [f"nc: {len(names)}", f"names: {json.dumps(names, ensure_ascii=False)}"]
        return "\n".join(lines) + "\n"


def _parts(box: Drawn, width: int, height: int) -> str:
    x, y = box.left + box.width / 2, box.top + box.height / 2
    parts = x / width, y / height, box.width / width, box.height / height
    return " ".join(f"{part:.9g}" for part in parts)


YOLO = Format(
    "yolo",
    "YOLO",
    "The images with a label file for each and data.yaml; metadata as JSON beside each image.",
    "zip",
    "application/zip",
    pictures=True,
    writer=YoloWriter,
)
