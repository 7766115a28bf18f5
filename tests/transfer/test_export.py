"""The job: frozen when asked for, called off, killed, expired; and what it refuses."""

from __future__ import annotations

import random
from datetime import timedelta
from time import sleep

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from assetlib.accounts.models import User, Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.jobs.models import Job, Status
from assetlib.jobs.queue import cancel, retry
from assetlib.jobs.run import LostError, Run
from assetlib.jobs.worker import work_off
from assetlib.search.frozen import NoticesError
from assetlib.search.language import QueryError
from assetlib.transfer import export as exporting
from assetlib.transfer.expiry import remove_old_exports
from assetlib.transfer.export import ExportError, enqueue_export, folder_of
from assetlib.transfer.links import link_to
from images.files import names_of
from images.storage import folders
from images.trash import trash
from tests.factories import make_image, make_picture, make_project, put_in
from tests.metadata.writes import edit
from tests.search.processes import running
from tests.transfer.exports import export, exported, file_of, lines_of, unzipped


def stored(workspace: Workspace) -> list[str]:
    """Return what lies in the workspace's folder of exports, unfinished files among it."""
    if workspace.uid.hex not in folders("exports"):
        return []
    return default_storage.listdir(folder_of(workspace))[1]


def test_an_export_is_of_what_was_found_when_it_was_asked_for(
    workspace: Workspace, editor: User
) -> None:
    first = make_image(workspace, "first.jpg")
    second = make_image(workspace, "second.jpg")
    gone = make_image(workspace, "gone.jpg")
    for image in (first, second, gone):
        edit(image, {"line": 3})
    job = enqueue_export(workspace, "line:3", "jsonl", by=editor)
    edit(first, {"line": 4})
    edit(make_image(workspace, "late.jpg"), {"line": 3})
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        trash(acting, [gone])

    work_off()

    job.refresh_from_db()
    names = [each["filename"] for each in lines_of(file_of(job))]
    assert names == ["first.jpg", "second.jpg"]
    assert (job.status, job.done, job.total, job.who) == (Status.DONE, 3, 3, editor)
    assert job.result["said"].startswith("2 images, ")
    assert "1 image left out: deleted since it was asked for." in job.result["said"]
    assert job.result["count"] == 2
    assert job.result["size"] == len(file_of(job))
    assert job.result["filename"] == f"acme-{job.created_at:%Y-%m-%d}-jsonl.jsonl"


def test_a_scope_leaves_out_what_is_not_in_the_project(workspace: Workspace) -> None:
    project = make_project(workspace)
    put_in(project, make_image(workspace, "a.jpg"), "train", "May 3")
    make_image(workspace, "b.jpg")

    rows = lines_of(exported(workspace, "jsonl", "filename:*a* OR filename:*b*", scope=project))

    assert [(row["filename"], row["split"], row["batch"]) for row in rows] == [
        ("a.jpg", "train", "May 3")
    ]


@pytest.mark.parametrize(
    ("name", "filename"),
    [
        ("night shift", "night shift.jsonl"),
        ("night.jsonl", "night.jsonl"),
        ("../../etc/passwd", "__.._etc_passwd.jsonl"),
        ("Ümlaut “x”", "Ümlaut “x”.jsonl"),
        ("CON", "_CON.jsonl"),
    ],
)
def test_a_file_is_called_as_asked_and_safely(
    workspace: Workspace, name: str, filename: str
) -> None:
    assert export(workspace, "jsonl", name=name).result["filename"] == filename


def test_what_cannot_be_exported_is_refused_before_there_is_a_job(workspace: Workspace) -> None:
    with pytest.raises(ExportError, match=r"no format “tar”; coco, .* would work") as refused:
        enqueue_export(workspace, "", "tar", by=None)
    assert refused.value.field == "format"
    with pytest.raises(ExportError, match="at most 100 characters"):
        enqueue_export(workspace, "", "csv", by=None, name="x" * 101)
    with pytest.raises(QueryError):
        enqueue_export(workspace, "line:(", "csv", by=None)
    with pytest.raises(QueryError):
        enqueue_export(workspace, "line:(", "csv", by=None, scope=make_project(workspace))
    with pytest.raises(NoticesError, match="lien"):
        enqueue_export(workspace, "-lien:3", "csv", by=None)
    assert not Job.objects.exists()

    assert enqueue_export(workspace, "-lien:3", "csv", by=None, force=True).total == 0


def test_an_image_without_its_file_is_left_out_of_archives_and_told(workspace: Workspace) -> None:
    make_picture(workspace, "here.png")
    lost = make_picture(workspace, "lost.png")
    default_storage.delete(next(names_of(lost)))

    job = export(workspace, "coco")

    assert "here.png" in unzipped(file_of(job))
    assert "1 image left out: the file is missing in storage." in job.result["said"]
    assert job.result["count"] == 1


def test_called_off_between_batches_it_leaves_nothing_and_can_be_gone_on_with(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS", 2)
    for _ in range(9):
        make_image(workspace)
    job = enqueue_export(workspace, "", "csv", by=None)
    proceed = Run.proceed

    def called_off(run: Run, done: int | None = None, **said: object) -> None:
        proceed(run, done, **said)  # type: ignore[arg-type]
        if done == 4:
            cancel(run.job)

    monkeypatch.setattr(Run, "proceed", called_off)
    work_off()

    job.refresh_from_db()
    assert (job.status, job.done, link_to(job)) == (Status.CANCELLED, 4, "")
    assert stored(workspace) == []

    monkeypatch.setattr(Run, "proceed", proceed)
    retry(job)
    work_off()
    job.refresh_from_db()
    assert (job.status, job.result["count"]) == (Status.DONE, 9)
    assert len(stored(workspace)) == 1


def test_called_off_after_it_was_stored_it_leaves_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_image(workspace)
    job = enqueue_export(workspace, "", "csv", by=None)
    save = default_storage.save

    def called_off(name: str, content: object) -> str:
        cancel(job)
        return save(name, content)  # type: ignore[arg-type]

    monkeypatch.setattr(default_storage, "save", called_off)
    work_off()

    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert stored(workspace) == []


@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_whenever_there_is_one_whole_file(
    workspace: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JOB_LEASE_SECONDS = 1
    monkeypatch.setattr(exporting, "PICTURES", 1)
    chance = random.Random(3)  # noqa: S311 -- to be the same again
    for _ in range(60):
        edit(make_picture(workspace), {"line": 3})
    job = enqueue_export(workspace, "", "zip", by=None)
    for _ in range(5):
        with running(work_off):
            sleep(chance.uniform(0.05, 0.6))
        Job.objects.filter(pk=job.pk).update(attempts=0)
        sleep(1.1)
    with running(work_off) as worker:
        worker.join(60)

    connection.close()
    job.refresh_from_db()
    assert (job.status, job.result["count"]) == (Status.DONE, 60)
    files = unzipped(file_of(job))
    assert sum(name.endswith(".png") for name in files) == 60
    # What a killed worker left half-written is hidden, and swept away when it is old.
    assert [name for name in stored(workspace) if not name.startswith(".")] == [
        job.result["file"].rpartition("/")[2]
    ]


def test_old_exports_go_and_say_so(workspace: Workspace, settings: Settings) -> None:
    make_image(workspace)
    old, young = export(workspace, "csv"), export(workspace, "csv")
    past = timezone.now() - timedelta(days=settings.EXPORT_DAYS, minutes=1)
    Job.objects.filter(pk=old.pk).update(finished_at=past)

    remove_old_exports()

    old.refresh_from_db()
    young.refresh_from_db()
    assert old.result["said"].startswith("Expired: its file was kept for 7 days.")
    assert link_to(old) == ""
    assert stored(workspace) == [young.result["file"].rpartition("/")[2]]


def test_what_no_job_speaks_of_is_swept_away_when_it_is_old(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_image(workspace)
    kept, deleted = export(workspace, "csv"), export(workspace, "csv")
    deleted.delete()

    remove_old_exports()
    assert len(stored(workspace)) == 2

    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("assetlib.transfer.expiry.timezone.now", lambda: later)
    remove_old_exports()
    assert stored(workspace) == [kept.result["file"].rpartition("/")[2]]


def test_a_worker_that_lost_its_job_takes_its_file_away(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_image(workspace)
    job = enqueue_export(workspace, "", "csv", by=None)
    job.worker, job.status = "taken-for-dead", Status.RUNNING
    job.save()
    run = Run(job)
    save = default_storage.save

    def lost(name: str, content: object) -> str:
        Job.objects.filter(pk=job.pk).update(worker="the other")
        return save(name, content)  # type: ignore[arg-type]

    monkeypatch.setattr(default_storage, "save", lost)
    with pytest.raises(LostError):
        exporting.write_export(run)

    assert stored(workspace) == []
