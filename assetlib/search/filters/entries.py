"""Entries of one key: equality, order, patterns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assetlib.search.filters.bounds import Bounds, DateBounds, bounds_of, value_of
from assetlib.search.filters.texts import choice_of
from assetlib.search.language.operands import Date, Scalar, Word
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
from assetlib.search.source import Mask, Source
from metadata.models import Key, StoredType


def entry_mask(source: Source, key: Key, condition: Condition) -> Mask:
    """Return the images whose entry of the key meets the condition."""
    match condition:
        case Equals(operand):
            return _one_of(source, key, [operand])
        case OneOf(operands):
            return _one_of(source, key, operands)
        case Matches():
            return source.saying_of(key, choice_of(condition))
        case Compares() | Within():
            bounds = _bounds(condition)
            if isinstance(bounds, DateBounds):
                return source.saying_of(key, bounds.choice())
            return bounds.mask(source.entries(key).numbers)
        case Differs(inner):
            return source.having(key) & ~entry_mask(source, key, inner)
        case Is() | During():
            raise TypeError(f"An entry has no type of its own: {condition}.")


def type_mask(source: Source, key: Key, type_name: str) -> Mask:
    """Return the images whose entry of the key is stored as the type."""
    if type_name == "number":
        mask: Mask = ~np.isnan(source.entries(key).numbers)
        return mask
    booleans = source.coded(key, source.booleans(key).values())
    if type_name == "boolean":
        return booleans
    strings: Mask = (source.entries(key).codes != 0) & ~booleans
    return strings


def _one_of(source: Source, key: Key, operands: Sequence[Scalar]) -> Mask:
    """By one question and one look through the column, however many operands there are."""
    words = [operand for operand in operands if isinstance(operand, Word)]
    codes = source.codes_of(key, [operand.text for operand in operands], StoredType.STRING)
    if booleans := [word.text for word in words if word.boolean is not None]:
        codes += source.codes_of(key, booleans, StoredType.BOOLEAN)
    mask = source.coded(key, codes)
    if numbers := [number for word in words if (number := word.number) is not None]:
        mask |= np.isin(source.entries(key).numbers, numbers)
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
