"""The order of what a query found, and the place of an image in it.

Images are compared by three columns in turn: `lead` (the type of the value; images without one
last, whichever way the others run), `value` and `tie` (newest first). Turning the signs turns the
order, so a page before a place is read like one after it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assetlib.search.filters.images import measure
from assetlib.search.language.tree import Sort
from assetlib.search.source import NO_CODE, NO_TIME, Floats, Integers, Mask, Source
from metadata.models import NORM_LENGTH, Key, StoredType

MISSING, BOOLEAN, NUMBER, STRING = 0, 1, 2, 3
# In place of a type, for images without a value: behind all of them in both directions.
LAST = 9


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image stands, or stood: enough to go on from there when it has moved or gone."""

    kind: int
    value: float | str
    ord: int


@dataclass(frozen=True, slots=True)
class Values:
    """What images are ordered by; for strings `values` are ranks in `texts`, which is sorted."""

    kinds: Integers
    values: Floats
    texts: Sequence[str] = ()

    def at(self, ord_: int) -> Place:
        kind, value = int(self.kinds[ord_]), float(self.values[ord_])
        return Place(kind, self.texts[int(value)] if kind == STRING else value, ord_)

    def rank(self, place: Place) -> float:
        """Return what stands for the place's value here; a text no image has lies between two."""
        if isinstance(place.value, float):
            return place.value
        index = bisect_left(self.texts, place.value)
        known = index < len(self.texts) and self.texts[index] == place.value
        return index if known else index - 0.5


@dataclass(frozen=True, slots=True)
class Order:
    values: Values
    sign: Literal[1, -1]
    lead: Integers
    value: Floats
    tie: Integers

    @classmethod
    def of(cls, values: Values, *, descending: bool) -> Order:
        sign: Literal[1, -1] = -1 if descending else 1
        lead = np.where(values.kinds == MISSING, LAST, sign * values.kinds)
        tie = -np.arange(values.kinds.size, dtype=np.int64)
        return cls(values, sign, lead, sign * values.values, tie)

    def turned(self) -> Order:
        return Order(self.values, self.sign, -self.lead, -self.value, -self.tie)

    def after(self, place: Place, *, turned: bool = False) -> Mask:
        """Return the images that come after the place; before it when the order is turned."""
        way = -1 if turned else 1
        lead = way * (LAST if place.kind == MISSING else self.sign * place.kind)
        value = way * self.sign * self.values.rank(place)
        later = (self.value > value) | ((self.value == value) & (self.tie > -way * place.ord))
        after: Mask = (self.lead > lead) | ((self.lead == lead) & later)
        return after

    def first(self, ords: Integers, limit: int) -> list[int]:
        """Return the `limit` of these images that come first, in order."""
        picked: list[int] = []
        leads = self.lead[ords]
        for lead in np.unique(leads):
            wanted = limit - len(picked)
            if wanted <= 0:
                break
            group = ords[leads == lead]
            if group.size > wanted:
                # Sorting all for the sake of a page would be most of a search's time.
                last = np.partition(self.value[group], wanted - 1)[wanted - 1]
                group = group[self.value[group] <= last]
            arranged = group[np.lexsort((self.tie[group], self.value[group]))]
            picked += arranged[:wanted].tolist()
        return picked

    def all(self, ords: Integers) -> Integers:
        arranged: Integers = ords[np.lexsort((self.tie[ords], self.value[ords], self.lead[ords]))]
        return arranged


def order_of(sort: Sort | None, source: Source) -> Order:
    if sort is None:
        return Order.of(_uploads(source), descending=True)
    if sort.is_key:
        return Order.of(entries(source, source.key(sort.name)), descending=sort.descending)
    return Order.of(_field(sort.name, source), descending=sort.descending)


def name_of(sort: Sort | None) -> str:
    """Return what a cursor calls the order."""
    if sort is None:
        return "-uploaded"
    return f"{'-' if sort.descending else ''}{'metadata.' if sort.is_key else ''}{sort.name}"


def _field(name: str, source: Source) -> Values:
    match name:
        case "uploaded":
            return _uploads(source)
        case "updated":
            return times(source.times("updated_at"))
        case "taken":
            return times(source.times("taken_at"))
        case "filename":
            return strings(source.filenames())
        case "format":
            return strings(source.formats().tolist())
        case _:
            return numbers(measure(source, name))


def _uploads(source: Source) -> Values:
    # An ord is a place in the order of uploads.
    return numbers(np.arange(source.size, dtype=np.float64))


def numbers(column: Floats) -> Values:
    missing = np.isnan(column)
    return Values(np.where(missing, MISSING, NUMBER), np.where(missing, 0.0, column))


def times(column: Integers) -> Values:
    missing = column == NO_TIME
    # Microseconds since 1970 are below 2 ** 53 until the year 2255.
    return Values(np.where(missing, MISSING, NUMBER), np.where(missing, 0, column).astype(float))


def strings(column: Iterable[str]) -> Values:
    """Order by texts, all of them there."""
    listed = list(column)
    texts = sorted(set(listed))
    ranks = {text: rank for rank, text in enumerate(texts)}
    values = np.fromiter((ranks[text] for text in listed), dtype=np.float64, count=len(listed))
    return Values(np.full(len(listed), STRING), values, texts)


def entries(source: Source, key: Key | None) -> Values:
    """Order by a key: booleans, numbers, strings.

    Strings are compared by their first 200 characters, in any case: as far as the dictionary
    is normalised, and as long as a cursor may get.
    """
    if key is None:
        return Values(np.full(source.size, MISSING), np.zeros(source.size))
    column = source.entries(key)
    words = source.dictionary(key)
    texts = sorted({word.norm[:NORM_LENGTH] for word in words if word.type == StoredType.STRING})
    ranks = {text: rank for rank, text in enumerate(texts)}
    # One place more at the end, for the images without a code.
    kinds = np.zeros(max((word.code for word in words), default=0) + 2, dtype=np.int64)
    values = np.zeros(kinds.size)
    for word in words:
        if word.type == StoredType.STRING:
            kinds[word.code], values[word.code] = STRING, ranks[word.norm[:NORM_LENGTH]]
        else:
            kinds[word.code], values[word.code] = BOOLEAN, word.text == "true"
    coded = column.codes != NO_CODE
    numeric = ~np.isnan(column.numbers)
    return Values(
        np.select([coded, numeric], [kinds[column.codes], NUMBER], MISSING),
        np.select([coded, numeric], [values[column.codes], column.numbers], 0.0),
        texts,
    )
