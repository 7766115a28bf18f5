"""Between what and what: comparisons and ranges, for numbers, moments and dates as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assetlib.columns.codec import Array
from assetlib.columns.form import normalise
from assetlib.columns.texts import LAST, Block, Choice
from assetlib.search.language.operands import Bound, Date, Number, Size
from assetlib.search.language.tree import Order
from assetlib.search.source import Mask

# How long YYYY-MM and YYYY-MM-DD are.
MONTH, DAY = 7, 10


@dataclass(frozen=True, slots=True)
class Bounds:
    """One of them may be None. `over` and `under` leave the bound itself out."""

    low: float | None = None
    high: float | None = None
    over: bool = False
    under: bool = False

    def mask(self, column: Array) -> Mask:
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

    def choice(self) -> Choice:
        """Return which texts of a column lie within."""
        return self._chosen

    def _chosen(self, block: Block) -> Array:
        # Texts are in order, and but for what parts day and time so are the dates they begin with.
        high = self.high[:DAY].encode() + LAST if self.high else None
        near = block.between(self.low[:DAY].encode(), high)
        heads = block.heads(max(MONTH + 1, len(self.low), len(self.high)), near)
        fits = _dated(heads)
        # Day and time are parted by T, or by a space: here it is the same.
        if heads.shape[0] > DAY:
            heads[DAY][heads[DAY] == ord(" ")] = ord("t")
        if self.low:
            starts = _beginnings(heads, len(self.low))
            bound = self.low.encode()
            fits &= starts > bound if self.over else starts >= bound
        if self.high:
            ends = _beginnings(heads, len(self.high))
            bound = self.high.encode()
            fits &= ends < bound if self.under else ends <= bound
        chosen: Array = np.flatnonzero(fits) + near.start
        return chosen


def _beginnings(heads: NDArray[np.uint8], length: int) -> NDArray[np.bytes_]:
    return np.ascontiguousarray(heads[:length].T).view(f"S{length}")[:, 0]


def _dated(heads: NDArray[np.uint8]) -> Mask:
    """Return which texts begin with a year and a month, YYYY-MM, and no further digit."""
    digits = (heads >= ord("0")) & (heads <= ord("9"))
    months = _beginnings(heads[5:MONTH], 2)
    dated: Mask = digits[:4].all(axis=0) & (heads[4] == ord("-")) & digits[5:MONTH].all(axis=0)
    dated &= (months >= b"01") & (months <= b"12") & ~digits[MONTH]
    return dated


def _parted(norm: str) -> str:
    return f"{norm[:DAY]}t{norm[DAY + 1 :]}" if norm[DAY : DAY + 1] == " " else norm
