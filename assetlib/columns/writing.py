"""Write columns along with the rows they are derived from.

    sheet = Sheet(workspace)
    sheet.put(WIDTH, [image.ord], [image.width])
    sheet.write(workspace.seq)

What is put is kept until `write`, which reads each chunk that is concerned once and writes it once.
Inside the workspace's lock only: a chunk is read and written back whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from assetlib.accounts.models import Workspace
from assetlib.columns import chunks
from assetlib.columns.codec import CHUNK, SHIFT
from assetlib.columns.kinds import Column, kind_of


class Sheet:
    """What one write puts in columns. The last value put at a place is the one that stays."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace.pk
        self._put: dict[Column[Any], dict[int, dict[int, Any]]] = {}

    def put(self, column: Column[Any], places: Iterable[int], values: Iterable[Any]) -> None:
        """Put the values at the places of a column; its kind says what is none."""
        by_chunk = self._put.setdefault(column, defaultdict(dict))
        for place, value in zip(places, values, strict=True):
            by_chunk[place >> SHIFT][place & (CHUNK - 1)] = value

    def write(self, seq: int) -> None:
        """Write all chunks that are no longer as they were."""
        columns = {column.name: column for column in self._put}
        numbers = sorted({number for by_chunk in self._put.values() for number in by_chunk})
        if not numbers:
            return
        held = {
            (name, number): data
            for name, number, data in chunks.read_many(self._workspace, [*columns], numbers)
        }
        written = []
        for column, by_chunk in self._put.items():
            for number, values in by_chunk.items():
                old = held.get((column.name, number), b"")
                new = column.kind.patch(old, list(values), list(values.values()))
                if new != old:
                    written.append((column.name, number, new))
        chunks.write(self._workspace, seq, written)
        self._put.clear()

    def erase(self, ords: Iterable[int]) -> None:
        """Put none in every column the images with these ords have anything in."""
        by_chunk: dict[int, list[int]] = defaultdict(list)
        for ord_ in ords:
            by_chunk[ord_ >> SHIFT].append(ord_)
        for number, places in by_chunk.items():
            for name, data in chunks.read_at(self._workspace, number).items():
                if data:
                    column = Column(name, kind_of(data))
                    self.put(column, places, [column.kind.none] * len(places))

    def derived(self) -> dict[tuple[str, int], bytes]:
        """Return the chunks as they are when they hold nothing but what was put."""
        return {
            (column.name, number): data
            for column, by_chunk in self._put.items()
            for number, values in by_chunk.items()
            if (data := column.kind.patch(b"", list(values), list(values.values())))
        }
