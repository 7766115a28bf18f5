"""Where boxes are told of in an archive: beside each image, or in one file for all of a folder.

    found = BoxFiles(archive)
    found.of("train/images/a.jpg", 640, 480)      # from train/labels/a.txt, say

What names a picture is read as an annotation and never becomes metadata. YOLO's classes are named
by the nearest `data.yaml`, `classes.txt` or the like.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from assetlib.annotations.drawn import Drawn
from assetlib.annotations.reading import read_boxes
from assetlib.transfer.archive import Archive
from images.errors import RefusedFileError

# Read whole, to be taken apart: of all images of a folder, and of one.
MOST_BYTES, MOST_BYTES_OF_ONE = 100_000_000, 5_000_000
ENDINGS = (".xml", ".txt")
# Where annotations lie when they do not lie beside: the folder of the images, and of the others.
TWINS = {"images": "labels", "jpegimages": "Annotations"}
NAMES = ("data.yaml", "data.yml", "dataset.yaml", "classes.txt", "obj.names", "_darknet.labels")
# By what an image is called in CreateML's lists.
CALLED = ("image", "imagefilename", "image_filename")


class BoxFiles:
    """The annotation files of an archive.

    `problems` are files that cannot be read, each with the reason; `known` those that can, and are
    no sidecars for all their names.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._beside = {path.casefold(): path for path in archive.beside}
        self._labelmaps: dict[str, dict[str, str]] = {}
        self._by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.problems: list[tuple[str, str]] = []
        self.known: set[str] = set()
        for path in archive.beside:
            if path.rpartition("/")[2].casefold() in NAMES:
                self._read_names(path)
        for path in archive.orphans:
            self._read_whole(path)

    def of(
        self, path: str, width: int, height: int, sidecar: bytes | None = None
    ) -> list[Drawn] | None:
        """Return what is drawn on the picture; None when no file says anything of it.

        Raises AnnotationFileError and RefusedFileError.
        """
        name = path.rpartition("/")[2]
        if sidecar is not None:
            return read_boxes(sidecar, name, width, height)
        for beside in self._candidates(path):
            text = self._archive.read(beside, MOST_BYTES_OF_ONE)
            return read_boxes(text, name, width, height, self._labelmap(beside), beside)
        if entry := self._entry(path):
            return read_boxes(entry, name, width, height)
        return None

    def _candidates(self, path: str) -> Iterator[str]:
        """Yield the files beside the picture that are called like it, or in the twin folder."""
        stem = path.rpartition(".")[0] or path
        for each in (stem, _twin(stem)):
            for ending in ENDINGS:
                if beside := self._beside.get((each + ending).casefold()):
                    yield beside

    def _labelmap(self, path: str) -> dict[str, str] | None:
        """Return the names of classes said nearest to the file, on the way to the top."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._labelmaps:
                return self._labelmaps[folder]
        return None

    def _entry(self, path: str) -> str:
        """Return what a file about many images says of this one, as a file about it alone."""
        folder, _, name = path.rpartition("/")
        entries = self._by_name.get(name.casefold(), [])
        here = [entry for place, entry in entries if place == folder]
        found = here or [entry for _, entry in entries]
        return found[0] if len(found) == 1 else ""

    def _read_names(self, path: str) -> None:
        try:
            text = self._archive.read(path, MOST_BYTES_OF_ONE).decode("utf-8-sig")
            names = _names(path, text)
        except (RefusedFileError, UnicodeDecodeError, yaml.YAMLError, RecursionError, TypeError):
            self.problems.append((path, "The names of classes in it cannot be read."))
            return
        if names:
            self._labelmaps[path.rpartition("/")[0]] = names

    def _read_whole(self, path: str) -> None:
        if self._archive.size(path) > MOST_BYTES:
            self.problems.append((path, f"It is larger than {MOST_BYTES / 1e6:,.0f} MB."))
            return
        try:
            whole = json.loads(self._archive.read(path, MOST_BYTES))
        except (RefusedFileError, ValueError, RecursionError):
            # It is told as a sidecar without an image.
            return
        entries = [*_entries(whole)]
        if entries:
            self.known.add(path)
        for name, entry in entries:
            place = path.rpartition("/")[0]
            self._by_name[name.replace("\\", "/").rpartition("/")[2].casefold()].append(
                (place, json.dumps(entry))
            )


def is_annotation(sidecar: bytes) -> bool:
    """Whether a file that is called like a sidecar says where boxes are, and is none."""
    try:
        whole = json.loads(sidecar)
    except (ValueError, RecursionError):
        return False
    match whole:
        case [{"annotations": list()}, *_] | {"annotations": list()} | {"boxes": list()}:
            return True
        case _:
            return False


def _twin(stem: str) -> str:
    folders = stem.split("/")
    for place in reversed(range(len(folders) - 1)):
        if twin := TWINS.get(folders[place].casefold()):
            return "/".join([*folders[:place], twin, *folders[place + 1 :]])
    return stem


def _names(path: str, text: str) -> dict[str, str]:
    """Return the names of classes by their indices."""
    if not path.casefold().endswith((".yaml", ".yml")):
        lines = [line.strip() for line in text.splitlines()]
        return {str(index): line for index, line in enumerate(lines) if line}
    said = yaml.safe_load(text)
    names = said.get("names") if isinstance(said, dict) else None
    pairs = names.items() if isinstance(names, dict) else enumerate(names or ())
    # Only plain names: what aliases nest in one another has no end.
    return {str(index): str(name) for index, name in pairs if isinstance(name, str | int)}


def _entries(whole: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names of the images a file is about, each with a file about it alone."""
    match whole:
        case {"images": list(images), "annotations": list(boxes), "categories": list(categories)}:
            yield from _of_coco(images, boxes, categories)
        case [*entries]:
            for entry in entries:
                if isinstance(entry, dict) and isinstance(entry.get("annotations"), list):
                    name = next((entry[key] for key in CALLED if key in entry), None)
                    if isinstance(name, str):
                        yield name, [entry]


def _of_coco(
    images: Sequence[Any], boxes: Sequence[Any], categories: Sequence[Any]
) -> Iterator[tuple[str, Any]]:
    of: dict[str, list[Any]] = defaultdict(list)
    for box in boxes:
        if isinstance(box, dict):
            of[json.dumps(box.get("image_id"))].append(box)
    for image in images:
        if isinstance(image, dict) and isinstance(name := image.get("file_name"), str):
            mine = of[json.dumps(image.get("id"))]
            used = {json.dumps(box.get("category_id")) for box in mine}
            named = [
                each
                for each in categories
                if isinstance(each, dict) and json.dumps(each.get("id")) in used
            ]
            yield name, {"images": [image], "annotations": mine, "categories": named}
