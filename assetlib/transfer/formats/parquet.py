"""Parquet: a row for each image, typed columns, a row group for every ten thousand.

What is known of every image, `tags`, `projects` and `boxes` as lists, then the keys as
`assetlib.transfer.formats.typed` has them: strings, doubles, booleans; of a key with several types
a string column and one for each type.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
        types = {name: TYPES[type_] for name, type_ in self._keys.types.items()}
        schema = pa.schema([*FIELDS, *types.items()])
        rows = self._waiting.rows()
        with ArrowWriter(self._out, schema) as writer:
            while group := list(islice(rows, GROUP)):
                yield
                columns = [*_fields(group), *self._cells(group, types)]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))

    def _cells(self, group: list[dict[str, Any]], types: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the columns of the keys; of each row only what it says is looked at."""
        held: defaultdict[str, list[tuple[int, str | float | bool]]] = defaultdict(list)
        for place, said in enumerate(group):
            for name, value in self._keys.cells(said["metadata"]):
                held[name].append((place, value))
        for name, type_ in types.items():
            column: list[str | float | bool | None] = [None] * len(group)
            for place, value in held[name]:
                column[place] = value
            yield pa.array(column, type_)


def _fields(group: list[dict[str, Any]]) -> Iterator[Any]:
    for name, type_ in FIELDS:
        column = [said[name] for said in group]
        if type_ is MOMENT:
            column = [datetime.fromisoformat(text) if text else None for text in column]
        yield pa.array(column, type_)


PARQUET = Format(
    "parquet",
    "Parquet",
    "A table for pandas, DuckDB or Spark: typed columns, a row for each image.",
    "parquet",
    "application/vnd.apache.parquet",
    pictures=False,
    writer=ParquetWriter,
)
