"""The order of what a query found, and the place of an image in it.

Images are put in groups by the type of their value; those without one come last, whichever way the
others run. Within a group the values decide, and between equal ones the newest is first. Turned
round, all of it runs the other way: a page before a place is read like one after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from assetlib.columns.codec import Array
from assetlib.columns.kinds import NO_TIME
from assetlib.search.filters.images import measure
from assetlib.search.groups import Equal, Numbers, Strings, Values, Way
from assetlib.search.language.tree import Sort
from assetlib.search.source import Mask, Source
from images.columns import FORMATS
from metadata.models import Key

MISSING, BOOLEAN, NUMBER, STRING = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image stands, or stood: enough to go on from there when it has moved or gone."""

    kind: int
    value: float | str
    ord: int


@dataclass(frozen=True)
class Chosen:
    """The images of a mask.

    They are listed when somebody looks at all of them: of a million that takes longer than a page.
    """

    mask: Mask

    @cached_property
    def total(self) -> int:
        return int(np.count_nonzero(self.mask))

    @cached_property
    def ords(self) -> Array:
        """The ords of the images, rising."""
        return np.flatnonzero(self.mask)


@dataclass(frozen=True, slots=True)
class Shown:
    """The first few of so many images, in order."""

    ords: list[int]
    of: int


@dataclass(frozen=True, slots=True)
class ByUpload:
    """An ord is a place in the order of uploads, so a page is the next few of the mask."""

    down: bool
    is_turned: bool = False

    def turned(self) -> ByUpload:
        return replace(self, is_turned=not self.is_turned)

    def place(self, ord_: int) -> Place:
        return Place(NUMBER, float(ord_), ord_)

    def first(
        self, chosen: Chosen, limit: int, *, skip: int = 0, behind: Place | None = None
    ) -> Shown:
        """Return the `limit` images that come first behind a place, and behind `skip` others."""
        down = self.down != self.is_turned
        if behind is None:
            mask, start, of = chosen.mask, 0, chosen.total
        else:
            start = 0 if down else behind.ord + 1
            mask = chosen.mask[: behind.ord] if down else chosen.mask[start:]
            of = int(np.count_nonzero(mask))
        ords = _nearest(mask, skip + limit, last=down) + start
        picked: list[int] = ords[skip : skip + limit].tolist()
        return Shown(picked, of)


# A page is looked for in so many places before it is looked for in more.
NEAR = 4_096


def _nearest(mask: Mask, number: int, *, last: bool) -> Array:
    """Return at least `number` places where the mask holds, seen from its end or its beginning."""
    near = NEAR
    while near < mask.size:
        part = mask[-near:] if last else mask[:near]
        if np.count_nonzero(part) >= number:
            break
        near *= 8
    if last:
        start = max(0, mask.size - near)
        return np.flatnonzero(mask[start:])[::-1] + start
    return np.flatnonzero(mask[:near])


@dataclass(frozen=True, slots=True)
class ByValues:
    """`kinds` is by ord; None when all images are of the one group there is."""

    groups: Mapping[int, Values]
    kinds: Array | None
    down: bool
    is_turned: bool = False

    def turned(self) -> ByValues:
        return replace(self, is_turned=not self.is_turned)

    def place(self, ord_: int) -> Place:
        kind = next(iter(self.groups)) if self.kinds is None else int(self.kinds[ord_])
        return Place(kind, self.groups[kind].at(ord_), ord_)

    def first(
        self, chosen: Chosen, limit: int, *, skip: int = 0, behind: Place | None = None
    ) -> Shown:
        """Return the `limit` images that come first behind a place, and behind `skip` others."""
        ords = chosen.ords if behind is None else self._after(chosen.ords, behind)
        picked: list[int] = []
        for kind in self._sequence():
            if len(picked) < limit:
                group = self._of(ords, kind)
                picked += self.groups[kind].first(group, limit - len(picked), self._way, skip)
                skip = max(0, skip - group.size)
        return Shown(picked, ords.size)

    def _after(self, ords: Array, place: Place) -> Array:
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


Order = ByUpload | ByValues


def order_of(sort: Sort | None, source: Source) -> Order:
    if sort is None:
        return ByUpload(down=True)
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
            return ByUpload(down=down)
        case "updated" | "taken":
            column = source.times(name)
            return _numbers(column, column == NO_TIME, down=down)
        case "filename":
            return ByValues({STRING: Strings(source.filenames())}, None, down=down)
        case "format":
            # By name; the first place is of what is no image.
            ranks = np.array([0, *(sorted(FORMATS).index(name) for name in FORMATS)])
            return ByValues({NUMBER: Numbers(ranks[source.formats()])}, None, down=down)
        case _:
            column = measure(source, name)
            return _numbers(column, np.isnan(column), down=down)


def _numbers(column: Array, missing: Array, *, down: bool) -> ByValues:
    groups: dict[int, Values] = {NUMBER: Numbers(column), MISSING: Equal()}
    return ByValues(groups, np.where(missing, np.uint8(MISSING), np.uint8(NUMBER)), down=down)


def _by_key(source: Source, key: Key | None, *, down: bool) -> ByValues:
    """Order by a key: booleans, numbers, strings."""
    if key is None:
        return ByValues({MISSING: Equal()}, None, down=down)
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
    return ByValues(groups, kinds, down=down)
