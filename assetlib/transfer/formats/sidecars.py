"""ZIP with sidecars: the images, and beside each that has metadata a `.json` with it.

A folder ingest or a mirror reads it back, each value with its type. What a sidecar has no word for
(tags, projects, id, the name as it was) stands in `.library.jsonl`, a line of JSON an image with
its `path` in the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.form import Format, Into
from assetlib.transfer.formats.pictures import Pictures


class SidecarWriter:
    def __init__(self, into: Into) -> None:
        self._pictures = Pictures(into)

    def add(self, images: Sequence[Exported]) -> None:
        for image in images:
            folder = self._pictures.folder(image)
            name = self._pictures.put(image, folder)
            if name is None:
                continue
            put_sidecar(self._pictures, f"{folder}{name}", image)
            self._pictures.note(f"{folder}{name}", image)

    def finish(self) -> Iterator[None]:
        yield
        self._pictures.close()


def put_sidecar(pictures: Pictures, path: str, image: Exported) -> None:
    """Put the image's metadata beside its file, which lies at the path."""
    if image.metadata:
        pictures.put_json(f"{path.rpartition('.')[0]}.json", image.user_metadata)


ZIP = Format(
    "zip",
    "ZIP with sidecars",
    "The images, a JSON file of metadata beside each; a folder ingest or a mirror reads it.",
    "zip",
    "application/zip",
    pictures=True,
    writer=SidecarWriter,
)
