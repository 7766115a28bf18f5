"""CSV: a row for each image, for spreadsheets and back.

The columns are what is known of every image, then `metadata.KEY` for each key of the export,
sorted. `tags` and `projects` are separated by spaces, `boxes` are JSON. Booleans are `true` and
`false`.

A cell of text is put in double quotes of its own where it would else read as another type (the
string "95"), or begins as a spreadsheet's formulas do. So no cell begins with `=`, `+`, `@`, a tab
or a line break, and with `-` just the numbers; and what a cell says, read as the editor reads what
is typed, is the value with its type.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.form import STEP, Format, Into, Waiting
from metadata.values import STRING, parse_typed

FIELDS = (
    *("id", "filename", "width", "height", "format", "size", "sha256", "uploaded_at", "taken_at"),
    *("origin", "tags", "projects", "split", "batch", "boxes"),
)
PREFIX = "metadata."
# The last four are full-width: some spreadsheets take them for the first.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def cell(value: str | float | bool) -> str | float:  # noqa: FBT001 -- a value
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value) if _reads_otherwise(value) else plain(value)
        case _:
            return value


def plain(text: str) -> str:
    """Return a text that is nothing else, in quotes of its own if it looks like a formula."""
    return quoted(text) if text.startswith(FORMULA) else text


def quoted(text: str) -> str:
    return f'"{text}"'


def _reads_otherwise(text: str) -> bool:
    if not text.strip():
        return True
    read = parse_typed(text)
    return read.type is not STRING or read.value != text


class CsvWriter:
    """Which keys there are is known when all images were read: they wait in a file for it."""

    def __init__(self, into: Into) -> None:
        self._out, self._waiting = into.out, Waiting(into)
        self._keys: set[str] = set()

    def add(self, images: Sequence[Exported]) -> None:
        for image in images:
            said = image.said
            self._keys.update(said["metadata"])
            self._waiting.add(said)

    def finish(self) -> Iterator[None]:
        keys = sorted(self._keys)
        places = {key: place for place, key in enumerate(keys)}
        text = io.TextIOWrapper(self._out, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow([*FIELDS, *(PREFIX + key for key in keys)])
        for number, said in enumerate(self._waiting.rows()):
            if number % STEP == 0:
                yield
            # Of a thousand keys an image may have ten: only those are looked at.
            cells: list[str | float | None] = [None] * len(keys)
            for key, value in said["metadata"].items():
                cells[places[key]] = cell(value)
            writer.writerow([*_fields(said), *cells])
        text.detach()


def _fields(said: dict[str, Any]) -> Iterator[str | float | None]:
    told = said | {
        "tags": " ".join(said["tags"]),
        "projects": " ".join(each["project"] for each in said["projects"]),
        "boxes": json.dumps(said["boxes"], ensure_ascii=False) if said["boxes"] else "",
    }
    for field in FIELDS:
        value = told[field]
        yield plain(value) if isinstance(value, str) else value


CSV = Format(
    "csv",
    "CSV",
    "A table for spreadsheets: a row for each image, a column for each key.",
    "csv",
    "text/csv; charset=utf-8",
    pictures=False,
    writer=CsvWriter,
)
