"""Between what and what: comparisons and ranges, for numbers, moments and dates as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assetlib.search.language.operands import Bound, Date, Number, Size
from assetlib.search.language.tree import Order
from assetlib.search.source import Floats, Integers, Mask
from metadata.values import normalise

DATED = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])(?![0-9])")


@dataclass(frozen=True, slots=True)
class Bounds:
    """One of them may be None. `over` and `under` leave the bound itself out."""

    low: float | None = None
    high: float | None = None
    over: bool = False
    under: bool = False

    def mask(self, column: Floats | Integers) -> Mask:
        """Return where the column is within; NaN is not."""
        mask: Mask = np.ones(column.size, dtype=np.bool_)
        if self.low is not None:
            mask &= column > self.low if self.over else column >= self.low
        if self.high is not None:
            mask &= column < self.high if self.under else column <= self.high
        return mask


def bounds_of(order: Order | Literal["="], bound: Bound) -> Bounds:
    """Return what `> 80` and its like mean."""
    value = value_of(bound)
    match order:
        case ">":
            return Bounds(low=value, over=True)
        case ">=":
            return Bounds(low=value)
        case "<":
            return Bounds(high=value, under=True)
        case "<=":
            return Bounds(high=value)
        case "=":
            return Bounds(low=value, high=value)


def value_of(bound: Bound | None) -> float | None:
    match bound:
        case None:
            return None
        case Number() | Size():
            return bound.value
        case Date():
            raise TypeError("A date is no number.")


@dataclass(frozen=True, slots=True)
class DateBounds:
    """The same for strings that begin with an ISO date, compared as text. Empty: no bound.

    As much of a string is compared as the bound has: `<=2026-05` takes in every day of May, as it
    does for the date of the upload.
    """

    low: str = ""
    high: str = ""
    over: bool = False
    under: bool = False

    @classmethod
    def compared(cls, order: Order, date: Date) -> DateBounds:
        text = _parted(normalise(date.text))
        match order:
            case ">":
                return cls(low=text, over=True)
            case ">=":
                return cls(low=text)
            case "<":
                return cls(high=text, under=True)
            case "<=":
                return cls(high=text)

    @classmethod
    def between(cls, low: Bound | None, high: Bound | None) -> DateBounds:
        start, end = (
            _parted(normalise(date.text)) if isinstance(date, Date) else "" for date in (low, high)
        )
        return cls(start, end)

    def hold(self, norm: str) -> bool:
        if not DATED.match(norm):
            return False
        text = _parted(norm)
        start, end = text[: len(self.low)], text[: len(self.high)]
        above = start > self.low if self.over else start >= self.low
        below = end < self.high if self.under else end <= self.high
        return above and below


def _parted(norm: str) -> str:
    """Day and time are parted by T, or by a space: here it is the same."""
    return f"{norm[:10]}t{norm[11:]}" if norm[10:11] == " " else norm
