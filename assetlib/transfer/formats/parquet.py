"""Parquet: a row for each image, typed columns, a row group for every ten thousand.

What is known of every image, `tags`, `projects` and `boxes` as lists, then the keys as
`assetlib.transfer.formats.typed` has them: strings, doubles, booleans; of a key with several types
a string column and one for each type.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from pyarrow.parquet import ParquetWriter as ArrowWriter

from assetlib.transfer.exported import Exported
from assetlib.transfer.formats.form import Format, Into, Waiting
from assetlib.transfer.formats.typed import KeyColumns

GROUP = 10_000
MOMENT = pa.timestamp("us", tz="UTC")
TYPES = {"string": pa.string(), "number": pa.float64(), "boolean": pa.bool_()}
FIELDS = [
    ("id", pa.string()),
    ("filename", pa.string()),
    ("width", pa.int32()),
    ("height", pa.int32()),
    ("format", pa.string()),
    ("size", pa.int64()),
    ("sha256", pa.string()),
    ("uploaded_at", MOMENT),
    ("taken_at", MOMENT),
    ("origin", pa.string()),
    ("tags", pa.list_(pa.string())),
    (
        "projects",
        pa.list_(
            pa.struct([("project", pa.string()), ("split", pa.string()), ("batch", pa.string())])
        ),
    ),
    ("split", pa.string()),
    ("batch", pa.string()),
    (
        "boxes",
        pa.list_(
            pa.struct(
                [
                    ("class", pa.string()),
                    ("left", pa.float64()),
                    ("top", pa.float64()),
                    ("width", pa.float64()),
                    ("height", pa.float64()),
                ]
            )
        ),
    ),
]


class ParquetWriter:
    """Which columns there are is known when all images were read: they wait in a file for it."""

    def __init__(self, into: Into) -> None:
        self._out, self._waiting, self._keys = into.out, Waiting(into), KeyColumns()

    def add(self, images: Sequence[Exported]) -> None:
        for image in images:
            self._keys.learn(image.metadata)
            self._waiting.add(image.said)

    def finish(self) -> Iterator[None]:
        keys = [(name, TYPES[type_]) for name, type_ in self._keys.types.items()]
        schema = pa.schema([*FIELDS, *keys])
        rows = map(self._row, self._waiting.rows())
        with ArrowWriter(self._out, schema) as writer:
            while group := list(islice(rows, GROUP)):
                yield
                writer.write_table(pa.Table.from_pylist(group, schema), row_group_size=GROUP)

    def _row(self, said: dict[str, Any]) -> dict[str, Any]:
        for name in ("uploaded_at", "taken_at"):
            said[name] = datetime.fromisoformat(said[name]) if said[name] else None
        return said | dict(self._keys.cells(said.pop("metadata")))


PARQUET = Format(
    "parquet",
    "Parquet",
    "A table for pandas, DuckDB or Spark: typed columns, a row for each image.",
    "parquet",
    "application/vnd.apache.parquet",
    pictures=False,
    writer=ParquetWriter,
)
