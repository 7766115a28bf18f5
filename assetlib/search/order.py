"""The order of what a query found, and the place of an image in it.

Images are put in groups by the type of their value; those without one come last, whichever way the
others run. Within a group the values decide, and between equal ones the newest is first. Turned
round, all of it runs the other way: a page before a place is read like one after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from assetlib.columns.codec import Array
from assetlib.columns.kinds import NO_TIME
from assetlib.columns.texts import COMPARED, Texts, leading
from assetlib.search.filters.images import measure
from assetlib.search.language.tree import Sort
from assetlib.search.source import Source
from images.columns import FORMATS
from metadata.models import Key

MISSING, BOOLEAN, NUMBER, STRING = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image stands, or stood: enough to go on from there when it has moved or gone."""

    kind: int
    value: float | str
    ord: int


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
class Order:
    """`kinds` is by ord; None when all images are of the one group there is."""

    groups: Mapping[int, Values]
    kinds: Array | None
    down: bool
    is_turned: bool = False

    def turned(self) -> Order:
        return replace(self, is_turned=not self.is_turned)

    def place(self, ord_: int) -> Place:
        kind = next(iter(self.groups)) if self.kinds is None else int(self.kinds[ord_])
        return Place(kind, self.groups[kind].at(ord_), ord_)

    def after(self, ords: Array, place: Place) -> Array:
        """Return those of the images that come after the place, rising."""
        sequence = self._sequence()
        if place.kind not in sequence:
            return ords[:0]
        own = sequence.index(place.kind)
        parts = [self._of(ords, kind) for kind in sequence[own + 1 :]]
        group = self._of(ords, place.kind)
        compared = self.groups[place.kind].compared(group, place.value)
        if self._way.down:
            compared = -compared
        newer = self._way.newest_first
        tie = (group < place.ord) if newer else (group > place.ord)
        parts.append(group[(compared > 0) | ((compared == 0) & tie)])
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def first(self, ords: Array, limit: int, skip: int = 0) -> list[int]:
        """Return the `limit` of these images that come first behind `skip` others, in order."""
        picked: list[int] = []
        for kind in self._sequence():
            if len(picked) < limit:
                group = self._of(ords, kind)
                picked += self.groups[kind].first(group, limit - len(picked), self._way, skip)
                skip = max(0, skip - group.size)
        return picked

    @property
    def _way(self) -> Way:
        return Way(self.down != self.is_turned, not self.is_turned)

    def _sequence(self) -> list[int]:
        kinds = sorted(self.groups.keys() - {MISSING}, reverse=self.down)
        if MISSING in self.groups:
            kinds.append(MISSING)
        return kinds[::-1] if self.is_turned else kinds

    def _of(self, ords: Array, kind: int) -> Array:
        if self.kinds is None:
            return ords
        group: Array = ords[self.kinds[ords] == kind]
        return group


@dataclass(frozen=True, slots=True)
class Uploads:
    """An ord is a place in the order of uploads."""

    def at(self, ord_: int) -> float:
        return float(ord_)

    def compared(self, ords: Array, value: float | str) -> Array:
        return np.sign(ords - float(value))

    def first(self, ords: Array, limit: int, way: Way, skip: int = 0) -> list[int]:
        return _ends(ords, limit, skip, last=way.down)


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
        if skip > DEEP:
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


# Behind so many images all texts are ranked, which takes as long however many they are.
DEEP = 2_000
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


def order_of(sort: Sort | None, source: Source) -> Order:
    if sort is None:
        return Order({NUMBER: Uploads()}, None, down=True)
    if sort.is_key:
        return _by_key(source, source.key(sort.name), down=sort.descending)
    return _by_field(sort.name, source, down=sort.descending)


def name_of(sort: Sort | None) -> str:
    """Return what a cursor calls the order."""
    if sort is None:
        return "-uploaded"
    return f"{'-' if sort.descending else ''}{'metadata.' if sort.is_key else ''}{sort.name}"


def _by_field(name: str, source: Source, *, down: bool) -> Order:
    match name:
        case "uploaded":
            return Order({NUMBER: Uploads()}, None, down=down)
        case "updated" | "taken":
            column = source.times(name)
            return _numbers(column, column == NO_TIME, down=down)
        case "filename":
            return Order({STRING: Strings(source.filenames())}, None, down=down)
        case "format":
            # By name; the first place is of what is no image.
            ranks = np.array([0, *(sorted(FORMATS).index(name) for name in FORMATS)])
            return Order({NUMBER: Numbers(ranks[source.formats()])}, None, down=down)
        case _:
            column = measure(source, name)
            return _numbers(column, np.isnan(column), down=down)


def _numbers(column: Array, missing: Array, *, down: bool) -> Order:
    groups: dict[int, Values] = {NUMBER: Numbers(column), MISSING: Equal()}
    return Order(groups, np.where(missing, np.uint8(MISSING), np.uint8(NUMBER)), down=down)


def _by_key(source: Source, key: Key | None, *, down: bool) -> Order:
    """Order by a key: booleans, numbers, strings."""
    if key is None:
        return Order({MISSING: Equal()}, None, down=down)
    column = source.entries(key)
    booleans = source.booleans(key)
    kinds = np.where(np.isnan(column.numbers), np.uint8(MISSING), np.uint8(NUMBER))
    kinds[column.codes != 0] = STRING
    for code in booleans.values():
        kinds[column.codes == code + 1] = BOOLEAN
    groups: dict[int, Values] = {
        BOOLEAN: Numbers((column.codes == booleans.get("true", -1) + 1).astype(np.uint8)),
        NUMBER: Numbers(column.numbers),
        STRING: Strings(source.dictionary(key), column.codes),
        MISSING: Equal(),
    }
    return Order(groups, kinds, down=down)
