"""What an image is by itself: its file, its dates, where it came from, and text said bare."""

from __future__ import annotations

import numpy as np

from assetlib.search.filters.bounds import Bounds, bounds_of, value_of
from assetlib.search.filters.moments import Clock
from assetlib.search.filters.texts import TextTest
from assetlib.search.language.operands import Date
from assetlib.search.language.tree import Compares, Condition, Differs, During, Is, Within
from assetlib.search.source import NO_TIME, TIME_FIELDS, Floats, Integers, Mask, Source
from metadata.values import normalise

# What people call a format, besides its name.
ALSO_CALLED = {"jpeg": ("jpg",), "tiff": ("tif",)}


def measure(source: Source, name: str) -> Floats:
    """Return a column of numbers by the name it has in a query."""
    match name:
        case "width" | "height" | "size":
            return source.numbers(name)
        case "aspect":
            return source.numbers("width") / source.numbers("height")
        case _:
            raise ValueError(name)


def timed(source: Source, field: TIME_FIELDS, condition: Condition, clock: Clock) -> Mask:
    column = source.times(field)
    known: Mask = column != NO_TIME
    return known & _moments(column, condition, clock)


def _moments(column: Integers, condition: Condition, clock: Clock) -> Mask:
    match condition:
        case During(operand):
            return clock.during(operand).mask(column)
        case Compares(order, Date() as date):
            return clock.compared(order, date).mask(column)
        case Within(low, high):
            start = clock.start(low) if isinstance(low, Date) else None
            end = clock.end(high) if isinstance(high, Date) else None
            return Bounds(start, end, under=True).mask(column)
        case Differs(inner):
            return ~_moments(column, inner, clock)
        case _:
            raise TypeError(f"A date cannot be asked for {condition}.")


def measured(column: Floats, condition: Condition) -> Mask:
    match condition:
        case Is(operand):
            return bounds_of("=", operand).mask(column)
        case Compares(order, bound):
            return bounds_of(order, bound).mask(column)
        case Within(low, high):
            return Bounds(value_of(low), value_of(high)).mask(column)
        case Differs(inner):
            return ~np.isnan(column) & ~measured(column, inner)
        case _:
            raise TypeError(f"A number cannot be asked for {condition}.")


def formatted(source: Source, test: TextTest) -> Mask:
    column = source.formats()
    fitting = [
        word
        for word in np.unique(column).tolist()
        if word and any(test(name) for name in (word, *ALSO_CALLED.get(word, ())))
    ]
    return np.isin(column, fitting)


def named(source: Source, test: TextTest) -> Mask:
    return np.fromiter(map(test, source.filenames()), dtype=np.bool_, count=source.size)


def identified(source: Source, test: TextTest) -> Mask:
    return np.fromiter(map(test, source.public_ids()), dtype=np.bool_, count=source.size)


def saying(source: Source, text: str) -> Mask:
    """The file name contains the text, or a tag or a string equals it."""
    norm = normalise(text)
    tags = [tag for tag in source.tags() if normalise(tag.name) == norm]
    mask: Mask = named(source, lambda name: norm in name)
    return mask | source.tagged(tags) | source.saying(text)
