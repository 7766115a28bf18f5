"""What comparisons and ranges let through between them, as the two fields of a form show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar

from assetlib.search.language.operands import Bound, Date, Number
from assetlib.search.language.tree import Compares, Condition, During, Within

INSTANT = timedelta(microseconds=1)

T = TypeVar("T", float, date)
Ends = tuple[T | None, T | None]


def numbers_within(conditions: Iterable[Condition]) -> Ends[float]:
    """Return the bounds of a number, be they in or out; None where there is none."""
    return _narrowest(map(_numbers, conditions))


def days_within(conditions: Iterable[Condition]) -> Ends[date]:
    """Return the first and the last day; None where there is none, or it depends on today."""
    return _narrowest(map(_days, conditions))


def _narrowest(ends: Iterable[Ends[T]]) -> Ends[T]:
    found = list(ends)
    lows = [low for low, _ in found if low is not None]
    highs = [high for _, high in found if high is not None]
    return max(lows, default=None), min(highs, default=None)


def _numbers(condition: Condition) -> Ends[float]:
    match condition:
        case Compares(">" | ">=", operand):
            return _number(operand), None
        case Compares("<" | "<=", operand):
            return None, _number(operand)
        case Within(low, high):
            return _number(low), _number(high)
        case _:
            return None, None


def _number(bound: Bound | None) -> float | None:
    return bound.value if isinstance(bound, Number) else None


def _days(condition: Condition) -> Ends[date]:
    match condition:
        case During(Date() as during):
            return _within(during, during)
        case Compares(">", Date() as over):
            return over.last.date(), None
        case Compares("<", Date() as under):
            return None, _before(under.first)
        case Compares(order, operand):
            return _within(operand, None) if order == ">=" else _within(None, operand)
        case Within(low, high):
            return _within(low, high)
        case _:
            return None, None


def _within(low: Bound | None, high: Bound | None) -> Ends[date]:
    return (
        low.first.date() if isinstance(low, Date) else None,
        _before(high.last) if isinstance(high, Date) else None,
    )


def _before(moment: datetime) -> date:
    """Return the day that ends at the moment, or that it is in; none is before the first."""
    return (moment - INSTANT).date() if moment.date() > date.min else date.min
