"""What a filter compares with. The text of the operand alone decides which of these it is."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from typing import TypeAlias

from metadata.values import parse_number

DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?)?)?"
)
SIZE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?) ?(?P<unit>[A-Za-z]*)")
# kB and MB are powers of ten, KiB and MiB of two; in any letter case.
UNITS = {"": 1, "b": 1} | {
    f"{letter}{suffix}": int(base**power)
    for power, letter in enumerate("kmgt", 1)
    for suffix, base in (("b", 1_000), ("ib", 1_024))
}


@dataclass(frozen=True, slots=True)
class Word:
    """An unquoted word: the string, and the number or boolean that it reads as."""

    text: str

    @property
    def number(self) -> int | float | None:
        return parse_number(self.text)

    @property
    def boolean(self) -> bool | None:
        return {"true": True, "false": False}.get(self.text.lower())


@dataclass(frozen=True, slots=True)
class Quoted:
    """Quoted text: the string and nothing else."""

    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """The literal parts around the stars: `ware*` is ("ware", "")."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    value: int | float


@dataclass(frozen=True, slots=True)
class Size:
    """`number` and `unit` are as typed, to be printed so; `value` is in bytes."""

    number: str
    unit: str

    @property
    def value(self) -> float:
        return float(self.number) * UNITS[self.unit.lower()]


@dataclass(frozen=True, slots=True)
class Date:
    """An ISO date as far as it was written: year, month, day, or a time to the minute or second."""

    text: str

    @property
    def first(self) -> datetime:
        """The moment on the wall at which it begins."""
        return _first(self.text)

    @property
    def last(self) -> datetime:
        """The moment on the wall at which it is over: of `2026-05`, midnight before June."""
        found = DATE.fullmatch(self.text)
        assert found is not None  # noqa: S101 -- `as_date` made it
        first = self.first
        if found["second"]:
            return first + timedelta(seconds=1)
        if found["minute"]:
            return first + timedelta(minutes=1)
        if found["day"]:
            return first + timedelta(days=1)
        if found["month"]:
            return first + timedelta(days=calendar.monthrange(first.year, first.month)[1])
        return first.replace(year=first.year + 1)


@dataclass(frozen=True, slots=True)
class Ago:
    """Within the last so many days; 0 is today."""

    days: int


Scalar: TypeAlias = Word | Quoted
Bound: TypeAlias = Number | Size | Date


def as_number(text: str) -> Number | None:
    number = parse_number(text)
    return None if number is None else Number(number)


def as_date(text: str, *, year: bool = False) -> Date | None:
    """Return the ISO date a text is; one of a year alone only where `year` says so."""
    found = DATE.fullmatch(text)
    if found is None or not (found["month"] or year):
        return None
    try:
        # Of the last year there is no end: the moment after it has no date.
        return Date(text) if _first(text).year < MAXYEAR else None
    except ValueError:
        return None


def as_size(text: str) -> Size | None:
    found = SIZE.fullmatch(text)
    if found is None or found["unit"].lower() not in UNITS:
        return None
    return Size(found["number"], found["unit"])


def as_ago(text: str) -> Ago | None:
    if text.lower() == "today":
        return Ago(0)
    found = re.fullmatch(r"([0-9]{1,5})[dD]", text)
    return Ago(int(found[1])) if found and int(found[1]) else None


def _first(text: str) -> datetime:
    found = DATE.fullmatch(text)
    assert found is not None  # noqa: S101 -- the caller has matched it
    return datetime(  # noqa: DTZ001 -- on the wall: the zone is the library's
        int(found["year"]),
        int(found["month"] or 1),
        int(found["day"] or 1),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
    )
