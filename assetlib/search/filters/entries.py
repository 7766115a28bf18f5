"""Entries of one key: equality, order, patterns."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from assetlib.search.filters.bounds import Bounds, DateBounds, bounds_of, value_of
from assetlib.search.filters.texts import TextTest, text_test
from assetlib.search.language.operands import Date, Quoted, Scalar
from assetlib.search.language.tree import (
    Compares,
    Condition,
    Differs,
    During,
    Equals,
    Is,
    Matches,
    OneOf,
    Within,
)
from assetlib.search.source import Mask, Source, either
from metadata.models import Key, StoredType


def entry_mask(source: Source, key: Key, condition: Condition) -> Mask:
    """Return the images whose entry of the key meets the condition."""
    match condition:
        case Equals(operand):
            return _equal(source, key, operand)
        case OneOf(operands):
            return either(_equal(source, key, operand) for operand in operands)
        case Matches():
            return _strings_where(source, key, text_test(condition))
        case Compares() | Within():
            bounds = _bounds(condition)
            if isinstance(bounds, DateBounds):
                return _strings_where(source, key, bounds.hold)
            return bounds.mask(source.entries(key).numbers)
        case Differs(inner):
            return source.entries(key).present & ~entry_mask(source, key, inner)
        case Is() | During():
            raise TypeError(f"An entry has no type of its own: {condition}.")


def type_mask(source: Source, key: Key, type_name: str) -> Mask:
    """Return the images whose entry of the key is stored as the type."""
    column = source.entries(key)
    if type_name == "number":
        mask: Mask = ~np.isnan(column.numbers)
        return mask
    words = source.dictionary(key)
    return _coded(source, key, [word.code for word in words if word.type == type_name])


def _equal(source: Source, key: Key, operand: Scalar) -> Mask:
    mask = _coded(source, key, source.codes_of(key, operand.text, StoredType.STRING))
    if isinstance(operand, Quoted):
        return mask
    if operand.number is not None:
        mask |= source.entries(key).numbers == operand.number
    if operand.boolean is not None:
        mask |= _coded(source, key, source.codes_of(key, operand.text, StoredType.BOOLEAN))
    return mask


def _bounds(condition: Compares | Within) -> Bounds | DateBounds:
    """The operand decides what is compared, never the data."""
    match condition:
        case Compares(order, Date() as date):
            return DateBounds.compared(order, date)
        case Compares(order, bound):
            return bounds_of(order, bound)
        case Within(low, high) if isinstance(low, Date) or isinstance(high, Date):
            return DateBounds.between(low, high)
        case Within(low, high):
            return Bounds(value_of(low), value_of(high))


def _strings_where(source: Source, key: Key, test: TextTest) -> Mask:
    words = source.dictionary(key)
    codes = [w.code for w in words if w.type == StoredType.STRING and test(w.norm)]
    return _coded(source, key, codes)


def _coded(source: Source, key: Key, codes: Iterable[int]) -> Mask:
    wanted = np.fromiter(codes, dtype=np.int64)
    if not wanted.size:
        return source.nothing()
    column = source.entries(key).codes
    # One place more at the end: where NO_CODE, -1, points.
    table = np.zeros(max(int(wanted.max()), int(column.max(initial=0))) + 2, dtype=np.bool_)
    table[wanted] = True
    mask: Mask = table[column]
    return mask
