"""What the images of one group are ordered by: nothing, numbers, texts.

A page is taken out of a million images without sorting all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assetlib.columns.codec import Array
from assetlib.columns.texts import COMPARED, Texts, leading


@dataclass(frozen=True, slots=True)
class Way:
    """Which way a group is read: its values, and the ords of equal ones."""

    down: bool
    newest_first: bool


class Values(Protocol):
    """What the images of one group are ordered by. Ords are given rising."""

    def at(self, ord_: int) -> float | str: ...

    def compared(self, ords: Array, value: float | str) -> Array:
        """Return -1 for images whose value is less, 0 for the same, 1 for more."""

    def first(self, ords: Array, limit: int, way: Way, skip: int = 0) -> list[int]:
        """Return the `limit` images that come first behind `skip` others, in order."""


@dataclass(frozen=True, slots=True)
class Equal:
    """Nothing tells the images apart but how new they are."""

    def at(self, ord_: int) -> float:  # noqa: ARG002 -- as the others
        return 0.0

    def compared(self, ords: Array, value: float | str) -> Array:  # noqa: ARG002 -- as the others
        return np.zeros(ords.size, dtype=np.int8)

    def first(self, ords: Array, limit: int, way: Way, skip: int = 0) -> list[int]:
        return _ends(ords, limit, skip, last=way.newest_first)


def _ends(ords: Array, limit: int, skip: int = 0, *, last: bool) -> list[int]:
    picked = (ords[::-1] if last else ords)[skip : skip + limit]
    listed: list[int] = picked.tolist()
    return listed


@dataclass(frozen=True, slots=True)
class Numbers:
    column: Array

    def at(self, ord_: int) -> float:
        return float(self.column[ord_])

    def compared(self, ords: Array, value: float | str) -> Array:
        values = self.column[ords]
        return (values > value).astype(np.int8) - (values < value)

    def first(self, ords: Array, limit: int, way: Way, skip: int = 0) -> list[int]:
        values = self._turned(ords, way)
        if skip:
            return _within(ords, values, slice(skip, skip + limit), way)
        if ords.size > limit:
            last = _least(values, limit)
            before = ords[values < last]
            ties = _ends(ords[values == last], limit - before.size, last=way.newest_first)
            return [*self._all(before, way).tolist(), *ties]
        listed: list[int] = _arranged(ords, values, way).tolist()
        return listed

    def _all(self, ords: Array, way: Way) -> Array:
        return _arranged(ords, self._turned(ords, way), way)

    def _turned(self, ords: Array, way: Way) -> Array:
        values = self.column[ords]
        return -values.astype(np.float64) if way.down else values


@dataclass(frozen=True, slots=True)
class Strings:
    """By the first 200 characters, in any case: what a cursor holds of a text.

    `codes`, by ord, lead to the places of the texts and count from 1; without them the places are
    the ords themselves.
    """

    texts: Texts
    codes: Array | None = None

    def at(self, ord_: int) -> str:
        return self.texts.at(self._place(ord_))[:COMPARED]

    def _place(self, ord_: int) -> int:
        return ord_ if self.codes is None else int(self.codes[ord_]) - 1

    def _places(self, ords: Array) -> Array:
        # Codes are unsigned, and as narrow as can be.
        return ords if self.codes is None else self.codes[ords].astype(np.int64) - 1

    def compared(self, ords: Array, value: float | str) -> Array:
        lead = leading(str(value).encode(errors="surrogatepass"))
        compared: Array = self.texts.compared(lead)[self._places(ords)]
        return compared

    def first(self, ords: Array, limit: int, way: Way, skip: int = 0) -> list[int]:
        if skip * MERGING > max(ords.size, self.texts.size):
            behind: list[int] = self._all(ords, way)[skip : skip + limit].tolist()
            return behind
        if skip:
            return self.first(ords, skip + limit, way)[skip:]
        places = self._places(ords)
        counts = np.bincount(places, minlength=self.texts.size)
        ranks = np.full(self.texts.size, -1, dtype=np.int32)
        for rank, same in enumerate(self.texts.first(counts, limit, descending=way.down)):
            ranks[same] = rank
        chosen = ranks[places] >= 0
        arranged = _arranged(ords[chosen], ranks[places[chosen]], way)
        listed: list[int] = arranged[:limit].tolist()
        return listed

    def _all(self, ords: Array, way: Way) -> Array:
        ranks = self.texts.ranks()[self._places(ords)]
        return _arranged(ords, -ranks if way.down else ranks, way)


# To go through texts in order takes so many times as long, for each, as to rank all there are. That
# is quicker up to one in so many images; of a few images among many texts only theirs are seen.
MERGING = 5
# Of so many values one is looked at, to guess beyond which none is on the page.
SAMPLED = 64


def _least(values: Array, number: int) -> float:
    """Return the `number`th least of more values than that.

    Sorting all for the sake of a page would be most of a search's time, and partitioning them half
    of it: a sample says with which of them to begin.
    """
    sample = np.sort(values[::SAMPLED])
    guess = sample[min(2 * (number // SAMPLED + 8), sample.size - 1)]
    few = values[values <= guess]
    if few.size < number:
        few = values
    least: float = np.partition(few, number - 1)[number - 1]
    return least


def _within(ords: Array, values: Array, part: slice, way: Way) -> list[int]:
    """Return a part of the images as they are ordered: only what can be in it is sorted."""
    if part.start >= ords.size:
        return []
    low, high = np.partition(values, ends := [part.start, min(part.stop, ords.size) - 1])[ends]
    near = (values >= low) & (values <= high)
    before = int(np.count_nonzero(values < low))
    arranged = _arranged(ords[near], values[near], way)
    listed: list[int] = arranged[part.start - before : part.stop - before].tolist()
    return listed


def _arranged(ords: Array, values: Array, way: Way) -> Array:
    ties = -ords if way.newest_first else ords
    arranged: Array = ords[np.lexsort((ties, values))]
    return arranged
