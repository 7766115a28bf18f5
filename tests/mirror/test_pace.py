"""What is said of how quick a run is, and of how long it will go on."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from assetlib.mirror import pace, reading, work
from assetlib.mirror.models import Mirror
from assetlib.mirror.pace import Pace
from tests.mirror.shelf import Shelf, ran


@pytest.mark.parametrize(
    ("done", "total", "seconds", "said"),
    [
        (600, 90_000, 60, ""),
        (1_600, 90_000, 4, ""),
        (1_600, 2_000, 10, "100 objects a second, less than a minute left"),
        (30_600, 90_600, 20, "1,500 objects a second, less than a minute left"),
        (1_600, 8_000, 10, "100 objects a second, about 1 minute left"),
        (2_600, 90_000, 20, "100 objects a second, about 15 minutes left"),
        (602, 18_002, 10, "0.2 objects a second, about 24 hours left"),
        (699, 699, 10, "9.9 objects a second"),
        (2_000, 2_000, 10, "140 objects a second"),
    ],
)
def test_it_is_told_once_there_is_enough_to_say(
    done: int, total: int, seconds: int, said: str
) -> None:
    counted = Pace()

    # What is read ahead comes at once, and says nothing.
    assert counted.said(600, total, 1_000.0) == ""
    assert counted.said(done, total, 1_000.0 + seconds) == said


def test_a_run_says_it_with_what_it_is_at(
    mirror: Mirror, shelf: Shelf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SOON", 0)
    monkeypatch.setattr(reading, "AHEAD", 1)
    monkeypatch.setattr(work, "BATCH", 1)
    for number in range(3):
        shelf.put(f"{number}.png", number)

    job = ran(mirror).job

    assert job is not None
    assert job.stage.startswith("syncing: ")
    assert job.stage.endswith(" objects a second")
