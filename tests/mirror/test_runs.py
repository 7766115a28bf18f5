"""Runs against a bucket that moto plays: what becomes of images, metadata and the ledger."""

from __future__ import annotations

import io
import os
import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings

from assetlib.accounts.models import User
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.changes.undo import undo
from assetlib.jobs.queue import cancel
from assetlib.jobs.worker import work_off
from assetlib.mirror.bench import measure
from assetlib.mirror.check import mend_rows, wrong_rows
from assetlib.mirror.configure import delete_mirror
from assetlib.mirror.models import Mirror, Orphans, RunState, next_due
from assetlib.mirror.preview import enqueue_plan, plan_run
from assetlib.mirror.runs import (
    MirrorBusyError,
    enqueue_due,
    enqueue_run,
    follow_again,
    reapply,
    retry,
)
from assetlib.search.find import find
from assetlib.search.index import verify
from assetlib.transfer.upload import Incoming, upload
from images.check import stray_files
from images.files import names_of
from images.models import Image
from images.trash import purge_expired, trash
from metadata.models import Entry
from tests.factories import make_mirror, make_project, picture_bytes
from tests.metadata.writes import edit, held
from tests.mirror.shelf import (
    Shelf,
    done,
    entries_at,
    image_at,
    outcomes,
    picture,
    ran,
    row_at,
)


def found(mirror: Mirror, query: str) -> list[str]:
    """Return the ids of the images that a query finds."""
    return [image.public_id for image in find(mirror.workspace, query).images]


def to_trash(image: Image) -> None:
    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [image])


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


def test_a_manifest_says_which_paths(mirror: Mirror, shelf: Shelf) -> None:
    mirror.manifest = "lists/today.txt"
    mirror.save()
    shelf.put("lists/today.txt", b"\xef\xbb\xbfa.png\r\n\nb.png\nmissing.png\n")
    for number, path in enumerate(("a.png", "b.png", "c.png")):
        shelf.put(path, number)
    shelf.say("a.json", {"n": 1})

    ran(mirror)

    assert set(outcomes(mirror)) == {"a.png", "b.png"}
    assert entries_at(mirror, "a.png") == {"n": 1}


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
    assert done(retry(mirror, ["a.png"], by=editor)).counters == {"changed": 1}
    assert outcomes(mirror) == {"a.png": "synced", "b.png": "gone"}


def test_images_join_the_project(mirror: Mirror, shelf: Shelf) -> None:
    mirror.project = make_project(mirror.workspace, "Line 3")
    mirror.save()
    shelf.put("a.png", 1)

    ran(mirror)

    assert found(mirror, "project:line-3") == [image_at(mirror, "a.png").public_id]


def test_two_runs_at_a_time_are_refused(mirror: Mirror, shelf: Shelf) -> None:
    run = enqueue_run(mirror, by=None)

    with pytest.raises(MirrorBusyError, match="under way already") as refused:
        enqueue_run(mirror, by=None)

    assert refused.value.run == run
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


def test_a_dry_run_says_what_a_run_would_do_and_does_nothing(mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    shelf.put("empty.png", b"")
    shelf.say("alone.json", {})

    plan = plan_run(mirror)

    assert plan.first == [
        ("new image", "a.png", ""),
        ("noted", "alone.json", "a sidecar without an image"),
        ("skipped", "empty.png", "The file is empty."),
    ]
    assert plan.said == "1 × new image, 1 × noted, 1 × skipped, 0 unchanged."
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


def test_a_ledger_that_is_wrong_is_found_and_mended(mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    ran(mirror)
    assert list(wrong_rows(mirror.workspace)) == []
    mirror.ledger.update(image=None)

    assert [row.path for row in wrong_rows(mirror.workspace)] == ["a.png"]
    assert mend_rows(mirror.workspace) == 1

    assert list(wrong_rows(mirror.workspace)) == []
    assert ran(mirror).counters == {"known": 1}


def test_a_mirror_that_is_deleted_leaves_its_images_and_their_entries(
    mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    waiting = enqueue_run(mirror, by=None)
    with pytest.raises(MirrorBusyError):
        delete_mirror(mirror)
    done(waiting)
    image = image_at(mirror, "a.png")
    assert found(mirror, "path:a.png") == [image.public_id]

    delete_mirror(mirror)

    assert held(image) == {"n": 1}
    assert (Entry.objects.get().mirror, Entry.objects.get().origin) == (None, "bucket")
    assert find(image.workspace, "path:*").images == []
    assert list(verify(image.workspace)) == []


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
