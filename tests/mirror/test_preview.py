"""Dry runs, and the command."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assetlib.mirror.models import Mirror
from assetlib.mirror.preview import plan_run
from tests.mirror.shelf import (
    Shelf,
)


def test_a_dry_run_says_what_a_run_would_do_and_does_nothing(mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    shelf.put("B.JPEG", 2)
    shelf.put("empty.png", b"")
    shelf.put("readme.txt", b"no image")
    shelf.say("alone.json", {})

    plan = plan_run(mirror)

    assert plan.first == [
        ("new image", "B.JPEG", ""),
        ("new image", "a.png", ""),
        ("noted", "alone.json", "a sidecar without an image"),
        ("skipped", "empty.png", "The file is empty."),
        ("new file", "readme.txt", "its bytes will say whether it is an image"),
    ]
    assert plan.said == "1 × new file, 2 × new image, 1 × noted, 1 × skipped, 0 unchanged."
    assert not mirror.ledger.exists()


def test_the_command_shows_a_plan_and_carries_a_run_out(mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    out = io.StringIO()

    call_command("mirror", "plan", "line3", stdout=out)
    call_command("mirror", "run", "line3", "--workspace", "acme", stdout=out)
    call_command("mirror", "plan", "line3", stdout=out)

    assert out.getvalue().splitlines() == [
        "new image: a.png",
        "1 images there, 0 unchanged.",
        "Completed: 1 new.",
        "1 images there, 1 unchanged.",
    ]
    with pytest.raises(CommandError, match="no mirror “line9”; there are: line3"):
        call_command("mirror", "run", "line9")
    with pytest.raises(CommandError, match="There is no workspace “nope”"):
        call_command("mirror", "plan", "line3", "--workspace", "nope")
