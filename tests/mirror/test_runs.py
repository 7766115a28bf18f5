"""Runs against a bucket that moto plays: what is asked for, of what, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assetlib.accounts.models import User
from assetlib.jobs.queue import cancel
from assetlib.jobs.worker import work_off
from assetlib.mirror.bucket import Bucket
from assetlib.mirror.models import Mirror, Orphans, RunState, next_due
from assetlib.mirror.preview import enqueue_plan
from assetlib.mirror.runs import (
    MirrorBusyError,
    enqueue_due,
    enqueue_run,
    retry,
)
from images.models import Image
from images.trash import purge_expired
from metadata.models import Entry
from tests.factories import make_project
from tests.mirror.shelf import (
    Shelf,
    done,
    entries_at,
    found,
    image_at,
    outcomes,
    ran,
    row_at,
    to_trash,
)


def test_images_with_their_sidecars_come_and_a_second_run_has_nothing_to_do(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("raw/a.png", 1)
    shelf.say("raw/a.json", {"camera": {"id": "cam1"}, "n": 95})
    shelf.put("raw/b.png", 2)
    shelf.put("notes.txt", b"no image")

    run = ran(mirror)

    assert run.state == RunState.COMPLETED, run.message
    assert outcomes(mirror) == {
        "notes.txt": "skipped",
        "raw/a.png": "synced",
        "raw/b.png": "synced",
    }
    assert entries_at(mirror, "raw/a.png") == {"camera.id": "cam1", "n": 95}
    assert image_at(mirror, "raw/a.png").filename == "raw-a.png"
    entry = Entry.objects.filter(key__name="n").get()
    assert (entry.origin, entry.mirror) == ("bucket", mirror)
    assert run.counters == {"new": 2, "skipped": 1}
    assert run.change_set is not None
    assert run.change_set.image_count == 2

    again = ran(mirror)

    assert again.counters == {"unchanged": 3}
    assert again.change_set is None
    assert Image.objects.count() == 2
    assert "no image" in row_at(mirror, "notes.txt").reason


def test_what_is_switched_off_is_left_and_caught_up_when_on_again(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    mirror.update_images = mirror.update_metadata = False
    mirror.save()
    shelf.put("a.png", 2)
    shelf.say("a.json", {"n": 2})
    shelf.put("b.png", 3)
    shelf.say("b.json", {"n": 3})

    assert ran(mirror).counters == {"new": 1, "unchanged": 1}
    assert (entries_at(mirror, "a.png"), entries_at(mirror, "b.png")) == ({"n": 1}, {"n": 3})
    mirror.update_images = mirror.update_metadata = True
    mirror.save()

    assert ran(mirror).counters == {"changed": 1, "unchanged": 1}
    assert entries_at(mirror, "a.png") == {"n": 2}


def test_a_manifest_says_which_paths_and_is_all_that_an_unchanged_bucket_is_asked_for(
    mirror: Mirror, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.manifest = "lists/today.txt"
    mirror.save()
    shelf.put("lists/today.txt", b"\xef\xbb\xbfa.png\r\n\nb.png\nmissing.png\n")
    for number, path in enumerate(("a.png", "b.png", "c.png")):
        shelf.put(path, number)
    shelf.say("a.json", {"n": 1})

    ran(mirror)

    assert set(outcomes(mirror)) == {"a.png", "b.png"}
    assert entries_at(mirror, "a.png") == {"n": 1}
    read, asked = Bucket.read, []

    def reading(bucket: Bucket, path: str, most: int | None = None) -> bytes:
        asked.append(path)
        return read(bucket, path, most)

    monkeypatch.setattr(Bucket, "read", reading)
    assert ran(mirror).counters == {"unchanged": 2}
    assert asked == ["lists/today.txt"]


def test_a_manifest_that_cannot_be_read_ends_the_run_in_a_sentence(
    mirror: Mirror, shelf: Shelf
) -> None:
    mirror.manifest = "today.txt"
    mirror.save()
    shelf.put("a.png", 1)

    run, plan = ran(mirror), enqueue_plan(mirror, by=None)

    said = "The manifest “today.txt” cannot be read: The object is no longer in the bucket."
    assert (run.state, run.message) == (RunState.FAILED, said)
    work_off()
    plan.refresh_from_db()
    assert plan.error == said


def test_what_is_not_in_the_bucket_cannot_be_read_again(mirror: Mirror, shelf: Shelf) -> None:
    mirror.orphans = Orphans.REMOVE
    mirror.save()
    shelf.put("a.png", 1)
    shelf.say("lone.json", {})
    ran(mirror)
    shelf.drop("a.png")
    ran(mirror)
    known = {"a.png": "removed", "lone.json": "alone"}
    assert outcomes(mirror) == known

    assert done(retry(mirror, [*known], by=None)).counters == {}

    assert outcomes(mirror) == known
    shelf.put("a.png", 1)
    ran(mirror)
    assert image_at(mirror, "a.png").deleted_at is None


def test_an_object_whose_image_is_gone_for_good_can_be_read_again(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    ran(mirror)
    to_trash(image_at(mirror, "a.png"))
    Image.objects.update(deleted_at=timezone.now() - timedelta(days=99))
    assert purge_expired() == 1
    ran(mirror)
    assert outcomes(mirror) == {"a.png": "held"}

    assert done(retry(mirror, ["a.png"], by=None)).counters == {"new": 1}

    assert outcomes(mirror) == {"a.png": "synced"}


def test_a_run_of_some_paths_looks_at_these_alone(
    mirror: Mirror, shelf: Shelf, editor: User
) -> None:
    for number, path in enumerate(("a.png", "b.png", "c.png")):
        shelf.put(path, number)
    ran(mirror, paths=["a.png", "b.png", "nowhere.png"])
    assert set(outcomes(mirror)) == {"a.png", "b.png"}
    shelf.drop("b.png")
    shelf.say("a.json", {"n": 1})

    run = ran(mirror, paths=["a.png", "b.png"])

    assert run.counters == {"metadata": 1, "gone": 1}
    assert done(retry(mirror, ["a.png"], by=editor)).counters == {"again": 1}
    assert outcomes(mirror) == {"a.png": "synced", "b.png": "gone"}


def test_a_run_of_some_paths_stays_below_the_prefix(mirror: Mirror, shelf: Shelf) -> None:
    mirror.prefix = "in/"
    mirror.save()
    shelf.put("in/a.png", 1)
    shelf.put("out/b.png", 2)

    ran(mirror, paths=["in/a.png", "out/b.png"])

    assert outcomes(mirror) == {"in/a.png": "synced"}
    # As a run of all does when the prefix has become another.
    mirror.prefix = "out/"
    mirror.save()
    assert ran(mirror, paths=["in/a.png"]).counters == {"gone": 1}


def test_a_run_of_a_sidecar_s_path_applies_it(mirror: Mirror, shelf: Shelf) -> None:
    for number, path in enumerate(("a.png", "plain", "twice.jpg", "other.png")):
        shelf.put(path, number)
    ran(mirror)
    shelf.say("a.json", {"n": 1})
    shelf.say("plain.json", {"n": 2})
    shelf.say("twice.jpg.json", {"n": 3})
    shelf.say("other.json", {"n": 4})
    shelf.say("lone.json", {"n": 5})

    run = ran(mirror, paths=["a.json", "plain.json", "twice.jpg.json", "lone.json"])

    assert run.counters == {"metadata": 3, "alone": 1}
    paths = ("a.png", "plain", "twice.jpg", "other.png")
    assert [entries_at(mirror, path) for path in paths] == [{"n": 1}, {"n": 2}, {"n": 3}, {}]
    shelf.drop("a.json")
    # The image comes after its sidecar was noted.
    shelf.put("lone.png", 9)
    run = ran(mirror, paths=["a.json", "lone.png"])
    assert run.counters == {"metadata": 1, "new": 1}
    assert (entries_at(mirror, "a.png"), entries_at(mirror, "lone.png")) == ({}, {"n": 5})
    assert "lone.json" not in outcomes(mirror)
    assert ran(mirror).counters == {"metadata": 1, "unchanged": 4}


def test_a_run_of_some_paths_says_nothing_of_sidecars_that_others_claim(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.jpg", 1)
    shelf.put("a.png", 2)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    shelf.drop("a.png")

    assert ran(mirror, paths=["a.png"]).counters == {"gone": 1}

    assert outcomes(mirror) == {"a.jpg": "synced", "a.png": "gone"}


def test_images_join_the_project(mirror: Mirror, shelf: Shelf) -> None:
    mirror.project = make_project(mirror.workspace, "Line 3")
    mirror.save()
    shelf.put("a.png", 1)

    ran(mirror)

    assert found(mirror, "project:line-3") == [image_at(mirror, "a.png").public_id]


def test_two_runs_at_a_time_are_refused(mirror: Mirror, shelf: Shelf) -> None:
    run = enqueue_run(mirror, by=None)

    with pytest.raises(MirrorBusyError, match="A run of line3 is under way already"):
        enqueue_run(mirror, by=None)

    assert run.job is not None
    cancel(run.job)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_a_bucket_that_is_not_there_fails_the_run_in_a_sentence(mirror: Mirror) -> None:
    mirror.bucket = "nowhere"
    mirror.save()

    run = ran(mirror)

    assert (run.state, run.message) == (RunState.FAILED, "There is no bucket “nowhere” at AWS.")


def test_a_missed_time_runs_once(mirror: Mirror, shelf: Shelf) -> None:
    mirror.every_minutes = 10
    next_due(mirror)
    mirror.save()
    assert enqueue_due() == 0
    Mirror.objects.update(due_at=timezone.now() - timedelta(days=3))

    assert (enqueue_due(), enqueue_due()) == (1, 0)

    mirror.refresh_from_db()
    assert mirror.due_at is not None
    assert timedelta(minutes=9) < mirror.due_at - timezone.now() <= timedelta(minutes=10)
