"""What the ledger says of objects, and what is read again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from assetlib.accounts.models import User
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.mirror.bucket import Bucket
from assetlib.mirror.check import mend_rows, wrong_rows
from assetlib.mirror.listing import Listed
from assetlib.mirror.models import LedgerRow, Mirror, RunState
from assetlib.mirror.runs import follow_again, retry
from images.models import Image
from images.trash import restore
from tests.factories import make_mirror
from tests.metadata.writes import edit
from tests.mirror.shelf import (
    Shelf,
    done,
    entries_at,
    image_at,
    outcomes,
    picture,
    ran,
    row_at,
    to_trash,
)


def test_a_bad_sidecar_never_blocks_its_image_and_removes_nothing(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", b'{"n": 1,\n "list": [1], "camera/id": 2}')
    run = ran(mirror)
    assert run.state == RunState.PROBLEMS
    assert entries_at(mirror, "a.png") == {"n": 1}
    assert row_at(mirror, "a.png").reason.startswith("key “list”: is an array.")

    shelf.say("a.json", b'{"n": 1,\n "line": tru }')
    ran(mirror)
    assert entries_at(mirror, "a.png") == {"n": 1}
    assert row_at(mirror, "a.png").reason == "line 2 column 10: Expecting value"

    shelf.say("a.json", b'{"n": [2]}')
    ran(mirror)
    assert entries_at(mirror, "a.png") == {"n": 1}
    shelf.say("a.json", b" " * 300_000)
    ran(mirror)
    assert row_at(mirror, "a.png").reason == "too large: 300 KB; at most 262 KB"
    shelf.say("a.json", b"{}")
    run = ran(mirror)
    assert (run.state, entries_at(mirror, "a.png")) == (RunState.COMPLETED, {})


def test_a_sidecar_that_cannot_be_read_never_blocks_its_image_and_is_tried_again(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.lock("a.json", b'{"n": 1}')

    runs = [ran(mirror), ran(mirror)]

    assert entries_at(mirror, "a.png") == {}
    assert [run.state for run in runs] == [RunState.PROBLEMS] * 2
    assert runs[0].counters == {"new": 1, "failed": 1}
    row = row_at(mirror, "a.png")
    assert row.outcome == "failed"
    assert row.reason.startswith("the sidecar: AWS answers 403")
    shelf.say("a.json", {"n": 2})
    assert ran(mirror).state == RunState.COMPLETED
    assert entries_at(mirror, "a.png") == {"n": 2}
    shelf.lock("a.json", b"{}")
    assert ran(mirror).state == RunState.PROBLEMS
    assert entries_at(mirror, "a.png") == {"n": 2}
    assert row_at(mirror, "a.png").reason.startswith("the sidecar: ")


def test_an_image_that_cannot_be_read_fails_alone(mirror: Mirror, shelf: Shelf) -> None:
    shelf.lock("a.png", picture(1))
    shelf.put("b.png", 2)

    assert ran(mirror).counters == {"failed": 1, "new": 1}
    # A run of some paths needs to read them no more than another.
    assert done(retry(mirror, ["a.png"], by=None)).counters == {"failed": 1}

    shelf.put("a.png", 1)
    assert ran(mirror).counters == {"new": 1, "unchanged": 1}


def test_of_an_image_that_has_grown_no_more_is_read_than_is_taken(
    mirror: Mirror, shelf: Shelf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("a.png", 1)
    lengths: list[int] = []

    def grown(bucket: Bucket) -> Iterator[list[Listed]]:
        yield from pages(bucket)
        shelf.put("a.png", b"x" * 5_000)

    def counted(bucket: Bucket, path: str, most: int | None = None) -> bytes:
        lengths.append(len(data := read(bucket, path, most)))
        return data

    pages, read = Bucket.pages, Bucket.read
    monkeypatch.setattr(Bucket, "pages", grown)
    monkeypatch.setattr(Bucket, "read", counted)
    settings.UPLOAD_MAX_BYTES = 1_000

    assert ran(mirror).counters == {"skipped": 1}

    assert lengths == [1_001]
    assert "is larger than" in row_at(mirror, "a.png").reason


def test_a_ledger_that_is_wrong_is_found_and_mended(mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    ran(mirror)
    assert list(wrong_rows(mirror.workspace)) == []
    mirror.ledger.update(image=None)

    assert [row.path for row in wrong_rows(mirror.workspace)] == ["a.png"]
    assert mend_rows(mirror.workspace) == 1

    assert list(wrong_rows(mirror.workspace)) == []
    assert ran(mirror).counters == {"known": 1}


def test_a_path_that_became_no_image_says_so_whatever_its_sidecar_says(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    ran(mirror)
    shelf.put("a.png", b"no image")
    ran(mirror)
    kept = row_at(mirror, "a.png").reason
    assert kept.startswith("This is no image that can be kept.")
    assert kept.endswith("The image keeps the file it had.")

    shelf.say("a.json", {"n": 1})
    run = ran(mirror)

    assert run.counters == {"metadata": 1, "problem": 1}
    row = row_at(mirror, "a.png")
    assert (row.outcome, row.reason) == ("problem", kept)
    assert entries_at(mirror, "a.png") == {"n": 1}
    shelf.say("a.json", b"{")
    ran(mirror)
    assert row_at(mirror, "a.png").reason.startswith(f"{kept}; line 1 column 2: ")
    shelf.put("a.png", 2)
    ran(mirror)
    assert row_at(mirror, "a.png").reason.startswith("line 1 column 2: ")
    shelf.say("a.json", {})
    assert ran(mirror).state == RunState.COMPLETED
    row = row_at(mirror, "a.png")
    assert (row.outcome, row.reason) == ("synced", "")


@pytest.mark.parametrize("data", [b"no image", b""])
def test_a_path_that_became_no_image_hears_its_sidecar_in_the_same_run(
    mirror: Mirror, shelf: Shelf, data: bytes
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    shelf.put("a.png", data)
    shelf.say("a.json", {"n": 2})

    run = ran(mirror)

    assert run.counters == {"metadata": 1, "problem": 1}
    assert entries_at(mirror, "a.png") == {"n": 2}
    assert row_at(mirror, "a.png").reason.endswith("The image keeps the file it had.")
    assert ran(mirror).counters == {"unchanged": 1}
    shelf.put("a.png", data + data)
    shelf.drop("a.json")
    ran(mirror)
    assert entries_at(mirror, "a.png") == {}
    assert ran(mirror).counters == {"unchanged": 1}


def test_sidecars_that_contradict_each_other_no_more_are_said_so_at_all_paths(
    mirror: Mirror, shelf: Shelf
) -> None:
    for path, value in (("a", 1), ("b", 2), ("c", 3)):
        shelf.put(f"{path}.png", 1)
        shelf.say(f"{path}.json", {"k": value})
    assert ran(mirror).counters == {"new": 1, "known": 2, "problem": 3}

    shelf.say("c.json", {"k": 1})
    assert ran(mirror).counters == {"metadata": 1, "problem": 1, "unchanged": 2}
    said = "key “k”: 1 at a.png, 2 at b.png; the first holds"
    assert {row.reason for row in mirror.ledger.all()} == {said}
    # One of the paths leaves, and nothing of the others is read.
    shelf.drop("b.png")
    shelf.drop("b.json")
    ran(mirror)

    assert outcomes(mirror) == {"a.png": "synced", "b.png": "gone", "c.png": "synced"}
    assert (row_at(mirror, "a.png").reason, row_at(mirror, "c.png").reason) == ("", "")


def test_what_is_left_alone_after_a_first_change_is_said_to_be(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    mirror.strategy = "untilFirstChange"
    mirror.save()
    for path in ("a", "b"):
        shelf.put(f"{path}.png", ord(path))
        shelf.say(f"{path}.json", {"n": 1})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"n": 9})
    for path in ("a", "b"):
        shelf.say(f"{path}.json", {"n": 2})

    run = ran(mirror)

    assert (run.state, run.counters) == (RunState.COMPLETED, {"metadata": 2})
    alone, follows = row_at(mirror, "a.png"), row_at(mirror, "b.png")
    assert alone.reason == "the metadata is left alone: somebody changed it here first"
    assert (alone.outcome, follows.outcome, follows.reason) == ("synced", "synced", "")
    shelf.say("a.json", {"n": [3]})
    ran(mirror)
    assert row_at(mirror, "a.png").reason.endswith(f"; {alone.reason}")
    follow_again(mirror, [image_at(mirror, "a.png")], by=editor)
    row = row_at(mirror, "a.png")
    assert row.outcome == "problem"
    assert "left alone" not in row.reason


def test_sidecars_that_contradict_each_other_are_told_also_of_what_is_left_alone(
    mirror: Mirror, shelf: Shelf
) -> None:
    mirror.strategy = "untilFirstChange"
    mirror.save()
    for path, value in (("a", 1), ("b", 2)):
        shelf.put(f"{path}.png", 1)
        shelf.say(f"{path}.json", {"k": value})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"mine": 9})

    shelf.say("b.json", {"k": 3})
    ran(mirror)

    row = row_at(mirror, "b.png")
    assert row.outcome == "problem"
    assert row.reason == (
        "key “k”: 1 at a.png, 3 at b.png; the first holds; "
        "the metadata is left alone: somebody changed it here first"
    )


@pytest.mark.parametrize("how", ["followed again", "brought back"])
def test_what_comes_back_from_the_trash_says_what_was_wrong_with_it(
    mirror: Mirror, shelf: Shelf, editor: User, how: str
) -> None:
    for path in ("a", "b"):
        shelf.put(f"{path}.png", ord(path))
    shelf.say("a.json", b"{")
    ran(mirror)
    other = make_mirror(mirror.workspace, "other", bucket="line3")
    ran(other)
    wrong = row_at(mirror, "a.png").reason
    images = [image_at(mirror, "a.png"), image_at(mirror, "b.png")]
    for image in images:
        to_trash(image)
    assert row_at(mirror, "a.png").reason == "the image is in the trash"

    images = list(Image.objects.filter(pk__in=[image.pk for image in images]))
    if how == "followed again":
        follow_again(mirror, images, by=editor)
    else:
        with act(mirror.workspace, by=None, origin=Origin.USER, kind=ActKind.UPLOAD) as acting:
            restore(acting, images)

    for each in (mirror, other):
        row = row_at(each, "a.png")
        assert (row.outcome, row.reason) == ("problem", wrong)
        assert row_at(each, "b.png").outcome == "synced"


def test_a_row_has_a_sidecar_as_soon_as_it_is_told_of_one() -> None:
    row = LedgerRow()
    assert not row.has_sidecar

    row.said = "{}"

    assert row.has_sidecar
