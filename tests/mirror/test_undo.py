"""Undo of runs."""

from __future__ import annotations

import os

import pytest
from django.core.files.storage import default_storage

from assetlib.accounts.models import User
from assetlib.changes.undo import undo
from assetlib.mirror import work
from assetlib.mirror.models import Mirror, StrategyName
from assetlib.mirror.runs import reapply
from images.check import stray_files
from images.files import names_of
from metadata.models import Entry
from tests.factories import picture_bytes
from tests.mirror.shelf import (
    Shelf,
    done,
    entries_at,
    found,
    image_at,
    outcomes,
    ran,
)


def test_an_arrival_that_is_undone_is_held_and_a_deletion_undone_is_not(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    shelf.put("a.png", 1)
    run = ran(mirror)
    assert run.change_set is not None

    undone = undo(run.change_set, by=editor)

    assert outcomes(mirror) == {"a.png": "held"}
    assert ran(mirror).counters == {}
    assert undone.change_set is not None
    undo(undone.change_set, by=editor)
    assert outcomes(mirror) == {"a.png": "synced"}


def test_an_undone_run_stays_undone_until_the_sidecar_changes(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1, "old": 1})
    ran(mirror)
    shelf.say("a.json", {"n": 2, "new": 2})
    run = ran(mirror)
    assert entries_at(mirror, "a.png") == {"n": 2, "new": 2}
    assert run.change_set is not None

    undo(run.change_set, by=editor)

    assert entries_at(mirror, "a.png") == {"n": 1, "old": 1}
    assert {each.mirror for each in Entry.objects.all()} == {mirror}
    assert ran(mirror).counters == {"unchanged": 1}
    assert entries_at(mirror, "a.png") == {"n": 1, "old": 1}
    # As if the undone run had never been: `old` leaves now, for its base is back.
    shelf.say("a.json", {"n": 3})
    ran(mirror)
    assert entries_at(mirror, "a.png") == {"n": 3}


def test_undoing_a_run_gives_files_back(mirror: Mirror, shelf: Shelf, editor: User) -> None:
    shelf.put("a.png", 1)
    ran(mirror)
    before = image_at(mirror, "a.png")
    shelf.put("a.png", picture_bytes("JPEG", (30, 20)))
    run = ran(mirror)
    assert run.change_set is not None
    # The sweep leaves the earlier file, however old, for the undo.
    os.utime(default_storage.path(next(names_of(before))), (0, 0))
    assert list(stray_files(mirror.workspace)) == []

    undone = undo(run.change_set, by=editor)

    image = image_at(mirror, "a.png")
    assert (image.sha256, image.width, image.format) == (before.sha256, 8, "png")
    assert found(mirror, "width:8") == [image.public_id]
    assert ran(mirror).counters == {"unchanged": 1}
    assert undone.change_set is not None
    undo(undone.change_set, by=editor)
    assert image_at(mirror, "a.png").width == 30


def test_what_a_run_changed_twice_is_as_it_was_at_first(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    shelf.put("a.png", 1)
    shelf.put("b.png", 1)
    shelf.say("a.json", {"m": 1, "x": 1})
    shelf.say("b.json", {"m": 2})
    ran(mirror)
    before = base_at(mirror, "a.png")
    assert entries_at(mirror, "a.png") == {"m": 1, "x": 1}
    # What has left is seen to last: `m` is 2 for a moment, then nothing.
    shelf.say("a.json", {"x": 1})
    shelf.drop("b.png")
    shelf.drop("b.json")
    run = ran(mirror)
    assert entries_at(mirror, "a.png") == {"x": 1}
    assert run.change_set is not None

    undone = undo(run.change_set, by=editor)

    assert undone.conflicts == ()
    assert entries_at(mirror, "a.png") == {"m": 1, "x": 1}
    assert base_at(mirror, "a.png") == before == {"m", "x"}
    assert undone.change_set is not None
    undo(undone.change_set, by=editor)
    assert entries_at(mirror, "a.png") == {"x": 1}


def test_an_image_of_two_paths_that_came_in_two_transactions_is_undone_whole(
    mirror: Mirror, shelf: Shelf, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "BATCH", 1)
    mirror.strategy = StrategyName.MERGE_USER_WINS
    mirror.save()
    shelf.put("a.png", 1)
    shelf.put("b.png", 1)
    ran(mirror)
    shelf.say("a.json", {"n": 1})
    shelf.say("b.json", {"o": 1})
    run = ran(mirror)
    assert entries_at(mirror, "a.png") == {"n": 1, "o": 1}
    assert run.change_set is not None

    undone = undo(run.change_set, by=editor)

    assert undone.conflicts == ()
    assert entries_at(mirror, "a.png") == {}
    # Nothing is taken for deleted by a user.
    done(reapply(mirror, by=editor))
    assert entries_at(mirror, "a.png") == {"n": 1, "o": 1}


def base_at(mirror: Mirror, path: str) -> frozenset[str]:
    return mirror.bases.get(image=image_at(mirror, path)).names
