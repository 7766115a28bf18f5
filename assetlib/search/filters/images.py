"""What an image is by itself: its file, its dates, where it came from, and text said bare."""

from __future__ import annotations

import numpy as np

from assetlib.columns.codec import Array
from assetlib.columns.form import normalise
from assetlib.columns.kinds import NO_TIME
from assetlib.search.filters.bounds import Bounds, bounds_of, value_of
from assetlib.search.filters.moments import Clock
from assetlib.search.filters.texts import TextTest, choice_of, exact_names, text_test
from assetlib.search.language.operands import Date
from assetlib.search.language.tree import Compares, Condition, Differs, During, Is, Within
from assetlib.search.source import Mask, Source, TimeField
from assetlib.search.tables import askable
from images.columns import FORMATS

# What people call a format, besides its name.
ALSO_CALLED = {"jpeg": ("jpg",), "tiff": ("tif",)}


def measure(source: Source, name: str) -> Array:
    """Return a column of numbers by the name it has in a query; 0 or NaN for no image."""
    match name:
        case "width" | "height" | "size":
            return source.numbers(name)
        case "aspect":
            widths, heights = source.numbers("width"), source.numbers("height")
            aspects = np.full(source.size, np.nan)
            np.divide(widths, heights, out=aspects, where=heights != 0)
            return aspects
        case _:
            raise ValueError(name)


def timed(source: Source, field: TimeField, condition: Condition, clock: Clock) -> Mask:
    column = source.times(field)
    known: Mask = column != NO_TIME
    return known & _moments(column, condition, clock)


def _moments(column: Array, condition: Condition, clock: Clock) -> Mask:
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


def measured(column: Array, condition: Condition) -> Mask:
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
    return source.in_formats(
        name for name in FORMATS if any(map(test, (name, *ALSO_CALLED.get(name, ()))))
    )


def named(source: Source, condition: Condition) -> Mask:
    return source.filenames().where(choice_of(condition))


def located(source: Source, condition: Condition) -> Mask:
    """Some path of the image, in the bucket of whatever mirror, meets the condition."""
    test = text_test(condition)
    further = [ord_ for ord_, path in source.further_paths() if test(normalise(path))]
    return source.paths().where(choice_of(condition)) | source.mask(further)


def identified(source: Source, condition: Condition) -> Mask:
    names = exact_names(condition)
    if names is not None:
        return source.with_ids(names)
    test = text_test(condition)
    return source.mask(ord_ for ord_, public_id in source.ids() if test(public_id))


def saying(source: Source, text: str) -> Mask:
    """The file name contains the text, or a tag or a string equals it."""
    norm = normalise(text)
    # Half a character is in no text.
    mask = source.filenames().containing(norm) if askable(norm) else source.nothing()
    return mask | source.tagged(source.tags_called([norm])) | source.saying(text)
