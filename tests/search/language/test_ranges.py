"""What a range lets through, as a form shows it: its ends, not whether they are in."""

from __future__ import annotations

from datetime import date

import pytest

from assetlib.search.language import Editing, days_within, numbers_within


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("k:70..80", 70, 80),
        ("k:70..", 70, None),
        ("k:..80.5", None, 80.5),
        ("k>70 k<=80", 70, 80),
        ("k>70 metadata.k>=75 k<90 k:..80", 75, 80),
        ("k>=2026-05-01", None, None),
        ("k:70 k!=70 -k>70 width>70", None, None),
        ("(k>70 OR k<3) tag:a", None, None),
    ],
)
def test_the_ends_of_numbers(text: str, low: float | None, high: float | None) -> None:
    ranges = Editing(text).ranges("k", is_key=True)

    assert numbers_within(each.condition for each in ranges) == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("uploaded:2026-05", date(2026, 5, 1), date(2026, 5, 31)),
        ("uploaded:2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("uploaded:2026-05-01..2026-05-02", date(2026, 5, 1), date(2026, 5, 2)),
        ("uploaded:2026-05-01..", date(2026, 5, 1), None),
        ("uploaded:..2026-05", None, date(2026, 5, 31)),
        ("uploaded>=2026-05 uploaded<2026-06", date(2026, 5, 1), date(2026, 5, 31)),
        ("uploaded>2026-05 uploaded<=2026-06-03T10:30", date(2026, 6, 1), date(2026, 6, 3)),
        ("uploaded<0001-01-01", None, date.min),
        ("uploaded:7d", None, None),
        ("metadata.uploaded>=2026-05 taken:2026-05", None, None),
    ],
)
def test_the_ends_of_days(text: str, low: date | None, high: date | None) -> None:
    ranges = Editing(text).ranges("uploaded", is_key=False)

    assert days_within(each.condition for each in ranges) == (low, high)


def test_ranges_are_taken_out_and_the_rest_stays_as_typed() -> None:
    rest = Editing("a AND k>70  tag:b k<80 -k:5..6").without_ranges("k", is_key=True)

    assert rest.text == "a tag:b -k:5..6"
