"""The files of images in an archive: each under its safe name, in its folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.form import Into, Waiting
from assetlib.transfer.formats.packing import NewArchive, blocks_of
from images.files import open_original

# The folder of those that are in no split of the project whose splits are folders.
UNASSIGNED = "unassigned"
# All that is known, a line an image, in archives whose own files have no place for it. A hidden
# file: whoever takes the folder in again leaves it out.
MANIFEST = ".library.jsonl"


class Pictures:
    """An archive of pictures and what lies beside them."""

    def __init__(self, into: Into) -> None:
        self._into = into
        self._archive = NewArchive(into.out, into.temporary(), into.at)
        self._manifest = Waiting(into)

    def folder(self, image: Exported) -> str:
        """Return the folder of the image's split, with a slash; nothing without a project."""
        return f"{image.place.split or UNASSIGNED}/" if self._into.project else ""

    def put(self, image: Exported, folder: str) -> str | None:
        """Put the image's file into the folder and return its name there.

        None when the file is not in storage: there is nothing to put, and it is counted.
        """
        stem, ending = self._into.names.of(image.image)
        try:
            with open_original(image.image) as file:
                self._archive.add(f"{folder}{stem}{ending}", blocks_of(file))
        except FileNotFoundError:
            self._into.missing += 1
            return None
        return f"{stem}{ending}"

    def put_text(self, path: str, text: str) -> None:
        self._archive.add(path, [text.encode()])

    def put_json(self, path: str, row: dict[str, Any]) -> None:
        self.put_text(path, json.dumps(row, ensure_ascii=False, indent=2) + "\n")

    def put_long(self, path: str, blocks: Iterable[bytes]) -> None:
        self._archive.add(path, blocks, packed=True)

    def note(self, path: str, image: Exported) -> None:
        """Keep all that is known of the image for the manifest."""
        self._manifest.add({"path": path, **image.said})

    def close(self) -> None:
        if self._manifest.count:
            self.put_long(MANIFEST, self._manifest.blocks())
        self._archive.close()
