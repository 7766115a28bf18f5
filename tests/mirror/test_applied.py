"""What becomes of the entries of images, on a bucket that moto plays."""

from __future__ import annotations

from pytest_django import Settings

from assetlib.accounts.models import User
from assetlib.changes.undo import undo
from assetlib.mirror.models import Mirror
from assetlib.mirror.runs import (
    follow_again,
    reapply,
)
from metadata.models import Entry
from tests.factories import make_mirror
from tests.metadata.writes import edit, held
from tests.mirror.shelf import (
    Shelf,
    done,
    entries_at,
    found,
    image_at,
    ran,
    row_at,
)


def test_an_unchanged_sidecar_leaves_a_users_edit_until_it_is_applied_again(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"n": 9})
    ran(mirror)
    assert entries_at(mirror, "a.png") == {"n": 9}

    run = done(reapply(mirror, by=editor))

    assert (run.counters, run.scope) == ({"reapplied": 1}, "reapply")
    assert entries_at(mirror, "a.png") == {"n": 1}


def test_another_strategy_is_applied_without_reading_anything(mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"mine": 9})
    mirror.strategy = "overwrite"
    mirror.save()
    shelf.put("a.png", b"not to be read")
    mirror.update_images = False
    mirror.save()

    assert ran(mirror).counters == {"reapplied": 1}

    assert entries_at(mirror, "a.png") == {"n": 1}
    assert image_at(mirror, "a.png").touched_at is None
    assert ran(mirror).counters == {"unchanged": 1}


def test_until_first_change_stops_at_it_and_follows_again_when_told(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    mirror.strategy = "untilFirstChange"
    mirror.save()
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    shelf.say("a.json", {"n": 2})
    ran(mirror)
    image = image_at(mirror, "a.png")
    assert held(image) == {"n": 2}
    edit(image, add_tags=["night"])
    edit(image, {"n": 2})
    shelf.say("a.json", {"n": 3})
    ran(mirror)
    assert held(image) == {"n": 3}

    edit(image, {"n": 9})
    shelf.say("a.json", {"n": 4})
    ran(mirror)
    assert held(image) == {"n": 9}
    change_set = follow_again(mirror, [image], by=editor)

    assert held(image) == {"n": 4}
    assert change_set is not None
    undo(change_set, by=editor)
    image.refresh_from_db()
    assert (held(image), image.touched_at is not None) == ({"n": 9}, True)


def test_overwrite_takes_an_equal_value_over_and_an_undo_gives_it_back(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    shelf.put("a.png", 1)
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"n": 1})
    mirror.strategy = "overwrite"
    mirror.save()
    shelf.say("a.json", {"n": 1.0})

    run = ran(mirror)

    entry = Entry.objects.get()
    assert (entry.origin, entry.mirror, entry.typed.json) == ("bucket", mirror, 1)
    assert found(mirror, "origin:n=bucket") != []
    assert run.change_set is not None
    undo(run.change_set, by=editor)
    entry.refresh_from_db()
    image = image_at(mirror, "a.png")
    assert (entry.origin, entry.mirror, image.touched_at is not None) == ("user", None, True)


def test_a_sidecar_that_would_pass_the_limit_changes_nothing(
    mirror: Mirror, shelf: Shelf, settings: Settings
) -> None:
    settings.MAX_ENTRIES = 3
    shelf.put("a.png", 1)
    shelf.say("a.json", {"a": 1})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"x": 1})

    shelf.say("a.json", {"b": 1, "c": 2, "d": 3})
    ran(mirror)

    assert entries_at(mirror, "a.png") == {"a": 1, "x": 1}
    assert "would hold 4 entries; 3 are allowed" in row_at(mirror, "a.png").reason


def test_two_mirrors_replace_each_others_values_and_remove_only_their_own(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.client.create_bucket(Bucket="line4")
    other, second = make_mirror(mirror.workspace, "line4"), Shelf(shelf.client, "line4")
    shelf.put("a.png", 1)
    shelf.say("a.json", {"k": 1, "first": 1})
    second.put("z.png", 1)
    second.say("z.json", {"k": 2, "second": 2})

    ran(mirror)
    ran(other)
    assert entries_at(mirror, "a.png") == {"k": 2, "first": 1, "second": 2}
    shelf.say("a.json", {})
    ran(mirror)

    assert entries_at(other, "z.png") == {"k": 2, "second": 2}
    assert found(mirror, "mirror:line3 mirror:line4") != []


def test_a_sidecar_that_has_left_still_counts_when_the_strategy_changes(
    mirror: Mirror, shelf: Shelf
) -> None:
    mirror.strategy = "untilFirstChange"
    mirror.save()
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    shelf.put("plain.png", 2)
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"mine": 9})
    shelf.drop("a.json")
    ran(mirror)
    # Left alone, as somebody changed it here.
    assert entries_at(mirror, "a.png") == {"n": 1, "mine": 9}
    mirror.strategy = "mergeBucketWins"
    mirror.save()

    assert ran(mirror).counters == {"reapplied": 1, "unchanged": 1}

    assert entries_at(mirror, "a.png") == {"mine": 9}
    assert ran(mirror).counters == {"unchanged": 2}


def test_a_sidecar_that_has_left_leaves_once_more_when_that_was_undone(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    shelf.drop("a.json")
    run = ran(mirror)
    assert run.change_set is not None
    undo(run.change_set, by=editor)
    assert ran(mirror).counters == {"unchanged": 1}
    assert entries_at(mirror, "a.png") == {"n": 1}

    assert done(reapply(mirror, by=editor)).counters == {"reapplied": 1}

    assert entries_at(mirror, "a.png") == {}
