"""How numbers and moments are spread: bars with round bounds, each with the filter for it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from assetlib.columns.codec import Array
from assetlib.columns.kinds import NO_TIME
from images.columns import EPOCH, MICROSECOND, microseconds
from metadata.values import from_number

# About so many bars fit side by side in the panel.
BARS = 20
# Up to so many months, a bar is a month; up to so many days, a day.
MOST_MONTHS, MOST_DAYS = 36, 31
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """From `low` to before `high`; the last bar has its upper end in. `share` is of the highest."""

    label: str
    filter: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """`low` and `high` are the least and the greatest value, as a query writes them.

    `edges` are the bounds of the bars, one more than these: numbers, or days.
    """

    name: str
    low: str
    high: str
    bars: tuple[Bar, ...]
    edges: tuple[float | str, ...]


def of_numbers(name: str, numbers: Array) -> Histogram | None:
    """Return how the numbers are spread, or None when there are none."""
    if not numbers.size:
        return None
    low, high = float(numbers.min()), float(numbers.max())
    edges = _edges(low, high)
    texts = [from_number(edge).text for edge in edges]
    if _are_whole(numbers, edges):
        labels = texts[:-1]
        filters = [f"{name}:{text}..{text}" for text in labels]
    else:
        labels = [f"{start} to {end}" for start, end in itertools.pairwise(texts)]
        ends = ["<"] * (len(labels) - 1) + ["<="]
        filters = [
            f"{name}>={start} {name}{sign}{end}"
            for start, end, sign in zip(texts[:-1], texts[1:], ends, strict=True)
        ]
    counts = _counts(numbers, edges)
    bars = _bars(labels, filters, counts)
    return Histogram(name, from_number(low).text, from_number(high).text, bars, tuple(edges))


def _edges(low: float, high: float) -> list[float]:
    """Return rising bounds, round where floats allow, from at most `low` to at least `high`."""
    step = _step((high - low) / BARS, whole=low.is_integer() and high.is_integer())
    first, last = math.floor(low / step), math.floor(high / step)
    # Rounded to where the step ends, for 3 * 0.1 is not 0.3.
    digits = max(0, -math.floor(math.log10(step)))
    edges = [round(number * step, digits) for number in range(first, last + 2)]
    if edges[0] > low or edges[-1] < high or len(set(edges)) < len(edges):
        # Beyond what floats tell apart, one bar holds all.
        return [low, high]
    return edges


def _step(least: float, *, whole: bool) -> float:
    """Return 1, 2 or 5 times a power of ten, not below `least`."""
    if not least or not math.isfinite(least):
        return 1.0 if not least else math.inf
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    return max(step, 1.0) if whole else step


def _are_whole(numbers: Array, edges: Sequence[float]) -> bool:
    steps_of_one = len(edges) > 1 and edges[1] - edges[0] == 1
    return steps_of_one and bool((numbers == np.floor(numbers)).all())


def _counts(values: Array, edges: Sequence[float]) -> Array:
    """Return how many values are in each bar; what is at the very end is in the last.

    One comparison of all values a bound takes a sixth of the time of looking for each value's bar.
    """
    from_edge = [np.count_nonzero(values >= edge) for edge in edges[:-1]]
    return -np.diff([*from_edge, 0])


def _bars(labels: Sequence[str], filters: Sequence[str], counts: Array) -> tuple[Bar, ...]:
    most = int(counts.max(initial=1)) or 1
    return tuple(
        Bar(label, text, int(count), int(count) / most)
        for label, text, count in zip(labels, filters, counts.tolist(), strict=True)
    )


def of_moments(name: str, moments: Array, zone: ZoneInfo) -> tuple[Histogram | None, int]:
    """Return how the moments are spread over days, months or years there; and how many they are."""
    known = moments != NO_TIME
    if not known.all():
        moments = np.compress(known, moments)
    if not moments.size:
        return None, 0
    first, last = (_local(int(moment), zone) for moment in (moments.min(), moments.max()))
    starts, pattern = _calendar(first, last)
    edges = [microseconds(start.replace(tzinfo=zone)) for start in starts]
    counts = _counts(moments, edges)
    labels = [start.strftime(pattern) for start in starts[:-1]]
    bars = _bars(labels, [f"{name}:{label}" for label in labels], counts)
    days = tuple(f"{start:%Y-%m-%d}" for start in starts)
    return Histogram(name, f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}", bars, days), moments.size


def _local(moment: int, zone: ZoneInfo) -> datetime:
    return (EPOCH + moment * MICROSECOND).astimezone(zone).replace(tzinfo=None)


def _calendar(first: datetime, last: datetime) -> tuple[list[datetime], str]:
    """Return the beginnings of days, months or years from `first` to after `last`."""
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (last - midnight).days + 1
    if days <= MOST_DAYS:
        return [midnight + timedelta(days=day) for day in range(days + 1)], "%Y-%m-%d"
    months = (last.year - first.year) * DECEMBER + last.month - first.month + 1
    if months <= MOST_MONTHS:
        begin = midnight.year * DECEMBER + midnight.month - 1
        return [_month(begin + month) for month in range(months + 1)], "%Y-%m"
    return [datetime(year, 1, 1) for year in range(first.year, last.year + 2)], "%Y"  # noqa: DTZ001 -- on the wall


def _month(number: int) -> datetime:
    return datetime(number // DECEMBER, number % DECEMBER + 1, 1)  # noqa: DTZ001 -- on the wall
