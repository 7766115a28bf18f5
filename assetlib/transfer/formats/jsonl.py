"""JSON Lines: an image a line, with all that is said of it and its types as they are.

    {"id": …, "filename": "a.jpg", "width": …, "height": …, "format": "jpeg", "size": …,
     "sha256": …, "uploaded_at": …, "taken_at": …, "origin": …, "tags": ["night"],
     "projects": [{"project": "line-3", "split": "train", "batch": ""}], "split": "train",
     "batch": "", "metadata": {"camera_id": "cam001", "temperature": 72.5, "reviewed": true},
     "boxes": [{"class": "car", "left": …, "top": …, "width": …, "height": …}]}

`split` and `batch` are those in the project of the export, or the first ones. Boxes are in pixels
of the image as shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.form import Format, Into, json_line


class JsonlWriter:
    def __init__(self, into: Into) -> None:
        self._out = into.out

    def add(self, images: Sequence[Exported]) -> None:
        self._out.writelines(json_line(image.said) for image in images)

    def finish(self) -> Iterator[None]:
        yield from ()


JSONL = Format(
    "jsonl",
    "JSON Lines",
    "One line of JSON for each image with everything said of it, types as they are.",
    "jsonl",
    "application/x-ndjson",
    pictures=False,
    writer=JsonlWriter,
)
