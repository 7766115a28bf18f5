"""Write columns along with the rows they are derived from.

    sheet = Sheet(workspace)
    sheet.put(WIDTH, [image.ord], [image.width])
    sheet.write(workspace.seq)

What is put is kept until `write`, which reads each chunk that is concerned once and writes it once.
Inside the workspace's lock only: a chunk is read and written back whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from assetlib.accounts.models import Workspace
from assetlib.columns import chunks
from assetlib.columns.codec import CHUNK, SHIFT, Array
from assetlib.columns.kinds import Column, kind_of


class Sheet:
    """What one write puts in columns. The last value put at a place is the one that stays."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace.pk
        self._put: dict[Column[Any], tuple[list[int], list[Any]]] = {}

    def __bool__(self) -> bool:
        """Whether anything is put that is not written yet."""
        return any(places for places, _ in self._put.values())

    def put(self, column: Column[Any], places: Iterable[int], values: Iterable[Any]) -> None:
        """Put the values at the places of a column; its kind says what is none."""
        all_places, all_values = self._put.setdefault(column, ([], []))
        all_places.extend(places)
        all_values.extend(values)

    def write(self, seq: int) -> None:
        """Write all chunks that are no longer as they were."""
        parts = list(self._parts())
        numbers = sorted({part.number for part in parts})
        names = [column.name for column in self._put]
        if not numbers:
            return
        held = {
            (name, number): data
            for name, number, data in chunks.read_many(self._workspace, names, numbers)
        }
        written = []
        for part in parts:
            old = held.get((part.column.name, part.number), b"")
            new = part.column.kind.patch(old, part.places, part.values)
            if new != old:
                written.append((part.column.name, part.number, new))
        chunks.write(self._workspace, seq, written)
        self._put.clear()

    def _parts(self) -> Iterator[_Part]:
        for column, (listed, said) in self._put.items():
            places = np.fromiter(listed, np.int64, len(listed))
            values = np.fromiter(said, column.kind.item, len(said))
            numbers = places >> SHIFT
            for number in np.unique(numbers).tolist():
                here = np.flatnonzero(numbers == number)
                yield _Part(column, number, places[here] & (CHUNK - 1), values[here])

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
            (part.column.name, part.number): data
            for part in self._parts()
            if (data := part.column.kind.patch(b"", part.places, part.values))
        }


@dataclass(frozen=True, slots=True)
class _Part:
    """What is put in one chunk; `places` are within it."""

    column: Column[Any]
    number: int
    places: Array
    values: Array
