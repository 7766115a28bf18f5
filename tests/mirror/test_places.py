"""Which image an object is, by its bytes; and what becomes of images whose objects leave."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage

from assetlib.accounts.models import User
from assetlib.changes.models import Origin
from assetlib.mirror.check import wrong_rows
from assetlib.mirror.models import Mirror, Orphans
from assetlib.mirror.reading import Got, read_ahead
from assetlib.mirror.runs import follow_again
from assetlib.search.index import verify
from assetlib.transfer.upload import Incoming, upload
from images.files import names_of
from images.models import Image
from tests.factories import picture_bytes
from tests.metadata.writes import edit, held
from tests.mirror.shelf import (
    Shelf,
    entries_at,
    found,
    image_at,
    outcomes,
    picture,
    ran,
    row_at,
    to_trash,
)


def test_changed_bytes_replace_the_file_of_the_same_image(mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    before = image_at(mirror, "a.png")
    edit(before, {"mine": True})

    shelf.put("a.png", picture_bytes("JPEG", (30, 20)))
    run = ran(mirror)

    after = image_at(mirror, "a.png")
    assert (run.counters, after.pk) == ({"changed": 1}, before.pk)
    assert (after.sha256 != before.sha256, after.width, after.format) == (True, 30, "jpeg")
    assert held(after) == {"n": 1, "mine": True}
    assert default_storage.exists(next(names_of(after)))
    assert found(mirror, "width:30 format:jpeg") == [after.public_id]


def test_two_paths_of_the_same_bytes_are_one_image_with_both_sidecars(
    mirror: Mirror, shelf: Shelf
) -> None:
    for path, said in (("a", {"k": 1, "a": 1}), ("b", {"k": 2, "b": 2})):
        shelf.put(f"{path}.png", 1)
        shelf.say(f"{path}.json", said)

    run = ran(mirror)

    assert image_at(mirror, "a.png") == image_at(mirror, "b.png")
    assert entries_at(mirror, "a.png") == {"k": 1, "a": 1, "b": 2}
    assert run.counters == {"new": 1, "known": 1, "problem": 2}
    assert row_at(mirror, "b.png").reason == "key “k”: 1 at a.png, 2 at b.png; the first holds"
    shelf.drop("a.png")
    ran(mirror)
    assert entries_at(mirror, "b.png") == {"k": 2, "b": 2}
    shelf.drop("b.png")
    ran(mirror)
    assert entries_at(mirror, "b.png") == {"k": 2, "b": 2}
    assert outcomes(mirror) == {
        "a.json": "alone",
        "b.json": "alone",
        "a.png": "gone",
        "b.png": "gone",
    }


def test_one_of_two_paths_that_changes_becomes_an_image_of_its_own(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.put("b.png", 1)
    shelf.say("b.json", {"b": 1})
    ran(mirror)
    one = image_at(mirror, "a.png")
    edit(one, {"mine": 1})

    shelf.put("b.png", 2)
    ran(mirror)

    assert image_at(mirror, "a.png") == one
    assert image_at(mirror, "b.png") != one
    assert entries_at(mirror, "b.png") == {"b": 1}
    # What the path said has left with it.
    assert held(one) == {"mine": 1}
    assert not mirror.ledger.exclude(was=None).exists()


def test_paths_that_swap_their_bytes_swap_their_images(mirror: Mirror, shelf: Shelf) -> None:
    mirror.orphans = Orphans.REMOVE
    mirror.save()
    shelf.put("a.png", 1)
    shelf.put("b.png", 2)
    ran(mirror)
    one, two = image_at(mirror, "a.png"), image_at(mirror, "b.png")

    shelf.put("a.png", 2)
    shelf.put("b.png", 1)
    ran(mirror)

    assert (image_at(mirror, "a.png"), image_at(mirror, "b.png")) == (two, one)
    assert Image.objects.alive().count() == 2


@pytest.mark.parametrize("orphans", Orphans)
def test_what_leaves_is_kept_or_removed_and_comes_back(
    mirror: Mirror, shelf: Shelf, orphans: Orphans
) -> None:
    mirror.orphans = orphans
    mirror.save()
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    image = image_at(mirror, "a.png")
    edit(image, {"mine": 1})

    shelf.drop("a.png")
    shelf.drop("a.json")
    ran(mirror)

    removed = orphans == Orphans.REMOVE
    assert outcomes(mirror) == {"a.png": "removed" if removed else "gone"}
    assert Image.objects.alive().count() == (0 if removed else 1)
    assert held(image) == {"n": 1, "mine": 1}
    assert ran(mirror).counters == {}
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 2})
    ran(mirror)
    assert (image_at(mirror, "a.png"), held(image)) == (image, {"n": 2, "mine": 1})
    assert Image.objects.alive().count() == 1


def test_what_somebody_uploaded_is_not_the_mirrors_to_remove(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    mirror.orphans = Orphans.REMOVE
    mirror.save()
    upload(
        mirror.workspace,
        [Incoming("mine.png", io.BytesIO(picture(1)))],
        by=editor,
        origin=Origin.USER,
    )
    shelf.put("a.png", 1)
    assert ran(mirror).counters == {"known": 1}

    shelf.drop("a.png")
    ran(mirror)

    assert Image.objects.alive().get().filename == "mine.png"


def test_an_image_that_a_person_deletes_is_held_until_someone_follows_again(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    image = image_at(mirror, "a.png")
    to_trash(image)
    assert outcomes(mirror) == {"a.png": "held"}

    shelf.say("a.json", {"n": 2})
    shelf.put("b.png", 1)
    run = ran(mirror)

    assert (run.counters, Image.objects.alive().count()) == ({"held": 1}, 0)
    assert outcomes(mirror) == {"a.png": "held", "b.png": "held"}
    follow_again(mirror, [image], by=editor)
    assert outcomes(mirror) == {"a.png": "synced", "b.png": "synced"}
    ran(mirror)
    assert entries_at(mirror, "a.png") == {"n": 2}


def test_what_was_removed_and_is_back_has_only_left_the_bucket(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    mirror.orphans = Orphans.REMOVE
    mirror.save()
    shelf.put("a.png", 1)
    shelf.put("c.png", 3)
    ran(mirror)
    shelf.drop("a.png")
    shelf.drop("c.png")
    ran(mirror)
    assert outcomes(mirror) == {"a.png": "removed", "c.png": "removed"}

    shelf.put("b.png", 1)
    ran(mirror)
    follow_again(mirror, [image_at(mirror, "c.png")], by=editor)

    assert outcomes(mirror) == {"a.png": "gone", "b.png": "synced", "c.png": "gone"}
    assert list(wrong_rows(mirror.workspace)) == []


@pytest.mark.parametrize("changed", ["sidecar", "equal sidecar", "file"])
def test_an_image_that_a_person_deletes_during_a_run_is_held(
    mirror: Mirror, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    for path in ("a", "b"):
        shelf.put(f"{path}.png", ord(path))
        shelf.say(f"{path}.json", {"n": 1})
    ran(mirror)
    image = image_at(mirror, "a.png")
    if changed == "file":
        shelf.put("a.png", 3)
    else:
        shelf.say("a.json", {"n": 2} if changed == "sidecar" else {"n": 1, "m": None})
    shelf.say("b.json", {"n": 2})

    def late(*asked: Any) -> Iterator[Got]:
        got = list(read_ahead(*asked))
        to_trash(image)
        yield from got

    monkeypatch.setattr("assetlib.mirror.work.read_ahead", late)
    run = ran(mirror)

    assert run.counters == {"held": 1, "metadata": 1}
    assert outcomes(mirror) == {"a.png": "held", "b.png": "synced"}
    assert (entries_at(mirror, "a.png"), entries_at(mirror, "b.png")) == ({"n": 1}, {"n": 2})
    assert Image.objects.count() == 2
    assert list(wrong_rows(mirror.workspace)) == []


def test_a_path_finds_no_image_any_more_that_it_moved_away_from(
    mirror: Mirror, shelf: Shelf
) -> None:
    for path, number in (("a", 1), ("b", 1), ("c", 2)):
        shelf.put(f"{path}.png", number)
    ran(mirror)
    # One moves while its image stays elsewhere; the other was gone, and is another now.
    shelf.put("a.png", 3)
    shelf.drop("c.png")
    ran(mirror)
    shelf.put("c.png", 4)
    ran(mirror)

    for path in ("a.png", "b.png", "c.png"):
        assert found(mirror, f"path:{path}") == [image_at(mirror, path).public_id]
    assert list(verify(mirror.workspace)) == []
