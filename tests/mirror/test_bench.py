"""Runs timed beside bare boto3."""

from __future__ import annotations

import re

from assetlib.mirror.bench import measure
from assetlib.mirror.models import Mirror
from tests.mirror.shelf import (
    Shelf,
)


def test_a_bench_times_runs_beside_bare_requests(mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})

    measured = list(measure(mirror))

    assert [each.name for each in measured] == [
        "bare reading",
        "run",
        "bare listing",
        "run again",
    ]
    assert [each.objects for each in measured] == [2, 2, 2, 2]
    first, again = measured[1].said, measured[3].said
    assert re.search(r"times bare reading \(\d+% of its rate\), \d+% of it waiting for", first)
    assert first.endswith("1 new.")
    assert "times bare listing" in again
    assert again.endswith("1 unchanged.")
