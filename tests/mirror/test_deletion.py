"""Mirrors that are deleted: what stays, what is refused meanwhile, and going on after a kill."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assetlib.jobs.models import Job, Status
from assetlib.jobs.queue import cancel, retry
from assetlib.jobs.worker import work_off
from assetlib.mirror import deletion
from assetlib.mirror.configure import keep_mirror
from assetlib.mirror.deletion import delete_mirror
from assetlib.mirror.models import Mirror, Run, RunState
from assetlib.mirror.runs import MirrorBusyError, enqueue_due, enqueue_run, follow_again
from assetlib.search.find import find
from assetlib.search.index import verify
from metadata.models import Entry
from tests.factories import make_mirror
from tests.metadata.writes import held
from tests.mirror.shelf import Shelf, done, found, image_at, outcomes, ran


@pytest.fixture
def followed(mirror: Mirror, shelf: Shelf) -> Mirror:
    """A mirror that has brought two images."""
    for number, path in enumerate(("a", "b")):
        shelf.put(f"{path}.png", number)
        shelf.say(f"{path}.json", {"n": number})
    ran(mirror)
    return mirror


def test_images_and_their_entries_stay(followed: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "BATCH", 1)
    images = [image_at(followed, path) for path in ("a.png", "b.png")]
    other = ran(make_mirror(followed.workspace, "other", bucket="line3")).mirror
    ran(followed)
    assert len(found(followed, "mirror:line3")) == 2

    job = delete_mirror(followed, by=None)
    assert Mirror.objects.get(pk=followed.pk).being_deleted
    work_off()

    job.refresh_from_db()
    assert (job.status, job.done, job.total) == (Status.DONE, 2, 2)
    assert job.result["said"] == "line3 is gone; its images and their metadata stay."
    assert [*Mirror.objects.all()] == [other]
    assert [held(image) for image in images] == [{"n": 0}, {"n": 1}]
    assert {(each.mirror, each.origin) for each in Entry.objects.all()} == {(None, "bucket")}
    assert len(found(other, "mirror:other path:*")) == 2
    assert list(verify(followed.workspace)) == []


def test_nothing_is_found_by_its_paths_any_more(followed: Mirror) -> None:
    assert len(find(followed.workspace, "path:*").images) == 2

    delete_mirror(followed, by=None)
    work_off()

    assert find(followed.workspace, "path:*").images == []
    assert list(verify(followed.workspace)) == []


def test_not_while_a_run_is_under_way(followed: Mirror) -> None:
    waiting = enqueue_run(followed, by=None)

    with pytest.raises(MirrorBusyError, match="A run of line3 is under way already"):
        delete_mirror(followed, by=None)

    assert done(waiting).counters == {"unchanged": 2}


def test_meanwhile_nothing_else_is_done_with_it(followed: Mirror) -> None:
    image = image_at(followed, "a.png")
    Mirror.objects.update(every_minutes=5, due_at=timezone.now() - timedelta(days=1))

    delete_mirror(followed, by=None)

    for refused in (
        lambda: enqueue_run(followed, by=None),
        lambda: delete_mirror(followed, by=None),
        lambda: follow_again(followed, [image], by=None),
        lambda: keep_mirror(followed),
    ):
        with pytest.raises(MirrorBusyError, match="line3 is being deleted"):
            refused()
    assert enqueue_due() == 0
    assert Run.objects.under_way().count() == 0
    work_off()
    assert not Mirror.objects.exists()


def test_a_run_that_is_asked_for_again_is_refused_while_it_is_deleted_and_after(
    followed: Mirror,
) -> None:
    run = enqueue_run(followed, by=None)
    assert run.job is not None
    cancel(run.job)
    delete_mirror(followed, by=None)

    retry(run.job)
    work_off(only=run.job)

    run.refresh_from_db()
    assert (run.state, run.message) == (RunState.FAILED, "line3 is being deleted.")
    work_off()
    assert not Mirror.objects.exists()
    retry(run.job)
    work_off()
    run.job.refresh_from_db()
    assert (run.job.status, run.job.error) == (Status.FAILED, "The mirror is no more.")


def test_whoever_is_killed_goes_on_where_it_was(followed: Mirror) -> None:
    delete_mirror(followed, by=None)
    followed.ledger.filter(path="a.png").delete()
    Job.objects.filter(kind="mirror-deletion").update(
        status=Status.RUNNING, worker="killed", leased_until=timezone.now() - timedelta(hours=1)
    )

    work_off()

    assert not Mirror.objects.exists()
    assert Entry.objects.filter(mirror=None).count() == 2


def test_called_off_it_is_there_again_and_reads_anew_what_was_forgotten(followed: Mirror) -> None:
    job = delete_mirror(followed, by=None)
    followed.ledger.filter(path="a.png").delete()

    cancel(job)

    assert not Mirror.objects.get().being_deleted
    assert ran(followed).counters == {"known": 1, "unchanged": 1}
    assert outcomes(followed) == {"a.png": "synced", "b.png": "synced"}
