"""A sidecar that cannot be read changes nothing, also where its object is new or has come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assetlib.mirror.effects import compare
from assetlib.mirror.models import Mirror
from assetlib.mirror.runs import reapply
from tests.metadata.writes import edit
from tests.mirror.shelf import Shelf, done, entries_at, image_at, ran, row_at


def broken(shelf: Shelf, path: str) -> None:
    shelf.say(path, b"{")


def locked(shelf: Shelf, path: str) -> None:
    shelf.lock(path, b'{"n": 2}')


BAD = pytest.mark.parametrize("spoil", [broken, locked])
Spoil = Callable[[Shelf, str], None]


@BAD
@pytest.mark.parametrize("strategy", ["mergeBucketWins", "overwrite"])
@pytest.mark.parametrize("path", ["a", "b"])
def test_of_an_object_that_comes_back(
    mirror: Mirror, shelf: Shelf, strategy: str, path: str, spoil: Spoil
) -> None:
    mirror.strategy = strategy
    mirror.save()
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"mine": 1})
    shelf.drop("a.png")
    shelf.drop("a.json")
    ran(mirror)

    shelf.put(f"{path}.png", 1)
    spoil(shelf, f"{path}.json")
    ran(mirror)
    done(reapply(mirror, by=None))

    assert image_at(mirror, f"{path}.png") == image_at(mirror, "a.png")
    assert entries_at(mirror, "a.png") == {"n": 1, "mine": 1}
    assert row_at(mirror, f"{path}.png").outcome in {"problem", "failed"}
    assert not any(compare(mirror).values())
    # Once it can be read, all is as if it always could.
    shelf.say(f"{path}.json", {"m": 2})
    ran(mirror)
    mine = {"mine": 1} if strategy == "mergeBucketWins" else {}
    assert entries_at(mirror, "a.png") == {"m": 2, **mine}


@BAD
def test_of_a_second_path_while_the_first_leaves(
    mirror: Mirror, shelf: Shelf, spoil: Spoil
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    shelf.put("b.png", 1)
    spoil(shelf, "b.json")
    ran(mirror)
    shelf.drop("a.png")
    shelf.drop("a.json")
    ran(mirror)
    assert entries_at(mirror, "b.png") == {"n": 1}

    shelf.drop("b.json")
    ran(mirror)

    assert entries_at(mirror, "b.png") == {}


@BAD
def test_of_an_object_whose_bytes_become_another_images(
    mirror: Mirror, shelf: Shelf, spoil: Spoil
) -> None:
    mirror.strategy = "overwrite"
    mirror.save()
    for number, path in enumerate("ab"):
        shelf.put(f"{path}.png", number)
        shelf.say(f"{path}.json", {path: 1})
    ran(mirror)
    edit(image_at(mirror, "b.png"), {"mine": 1})

    shelf.put("a.png", 1)
    spoil(shelf, "a.json")
    ran(mirror)

    assert entries_at(mirror, "a.png") == {"b": 1, "mine": 1}


@BAD
def test_what_was_tried_again_in_vain_replaces_no_edit(
    mirror: Mirror, shelf: Shelf, spoil: Spoil
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"n": 9})

    spoil(shelf, "a.json")
    for _ in range(2):
        ran(mirror)

    assert entries_at(mirror, "a.png") == {"n": 9}


def test_what_comes_back_without_a_sidecar_keeps_its_entries_where_metadata_is_not_updated(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    mirror.update_metadata = False
    mirror.save()
    edit(image_at(mirror, "a.png"), {"mine": 1})
    shelf.drop("a.png")
    shelf.drop("a.json")
    ran(mirror)

    shelf.put("a.png", 1)
    ran(mirror)

    assert entries_at(mirror, "a.png") == {"n": 1, "mine": 1}
    assert ran(mirror).counters == {"unchanged": 1}
    # It has disappeared once that is asked for.
    mirror.update_metadata = True
    mirror.save()
    ran(mirror)
    assert entries_at(mirror, "a.png") == {"mine": 1}
