"""A zip of images from its arrival to the library."""

from __future__ import annotations

import io
import random
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from pytest_django import Settings

from assetlib.accounts.models import User, Workspace
from assetlib.changes.models import ActKind, ChangeSet, Origin, State
from assetlib.jobs.models import Job, Status
from assetlib.jobs.queue import cancel, retry
from assetlib.jobs.worker import work_off
from assetlib.transfer import zip_upload, zip_work
from assetlib.transfer.upload import About
from assetlib.transfer.zip_upload import archive_name, sweep_archives, take_archive
from images.errors import RefusedFileError
from images.models import Image, Project
from metadata.check import wrong_counts
from metadata.values import from_json
from tests.factories import make_project
from tests.jobs.stopping import SetLater
from tests.metadata.writes import held, tags_of
from tests.search.processes import running
from tests.transfer.zips import png, zip_bytes


@pytest.fixture(autouse=True)
def own_storage(settings: Settings, tmp_path: Path) -> None:
    """Let no test see another's archives."""
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = settings.STORAGES | {"default": default}


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return make_project(workspace)


def take(
    workspace: Workspace, files: dict[str, Any], about: About | None = None, **more: Any
) -> Job:
    said: dict[str, Any] = {"by": None, "origin": Origin.USER} | more
    return take_archive(workspace, [zip_bytes(files)], about or About(), **said)


def done(job: Job) -> Job:
    work_off()
    job.refresh_from_db()
    return job


def test_images_come_in_with_sidecars_splits_and_what_is_said_of_all(
    workspace: Workspace,
    project: Project,
    editor: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    about = About(project, batch="May", tags=["night"], metadata={"line": from_json(3)})
    files = {
        "valid/a.png": png(1),
        "valid/a.json": {"camera": {"id": "cam001"}, "heat": 72.5, "ok": True, "list": [1]},
        "b.png": png(2),
        "c.png": b"no image",
        "d.json": {},
        "../e.png": png(3),
    }

    job = take(workspace, files, about, by=editor)
    assert default_storage.exists(archive_name(job.public_id))
    with django_capture_on_commit_callbacks(execute=True):
        done(job)

    assert (job.status, job.done, job.total) == (Status.DONE, 3, 3)
    assert job.result["said"] == "2 uploaded, 1 refused."
    first, second = Image.objects.order_by("filename")
    assert held(first) == {"line": 3, "camera.id": "cam001", "heat": 72.5, "ok": True}
    assert (tags_of(first), held(second)) == (["night"], {"line": 3})
    assert [each.memberships.get().split for each in (first, second)] == ["valid", ""]
    assert first.memberships.get().batch == "May"
    told = dict(job.result["problems"])
    assert "leads out" in told["../e.png"]
    assert "no image of this name" in told["d.json"]
    assert "This is no image" in told["c.png"]
    assert "list: is an array" in told["valid/a.png"]
    change_set = ChangeSet.objects.get()
    assert (change_set.pk, change_set.image_count) == (job.checkpoint["change_set"], 2)
    assert (change_set.kind, change_set.by) == (ActKind.UPLOAD, editor)
    assert not default_storage.exists(archive_name(job.public_id))


def test_a_split_that_is_said_holds_whatever_the_folder(
    workspace: Workspace, project: Project
) -> None:
    done(take(workspace, {"valid/a.png": png(1)}, About(project, split="test")))
    done(take(workspace, {"train/b.png": png(2)}))

    assert project.memberships.get().split == "test"
    assert not Image.objects.get(filename="b.png").memberships.exists()


def test_images_that_are_there_are_told_and_given_what_is_said(workspace: Workspace) -> None:
    done(take(workspace, {"a.png": png(1)}))
    job = done(take(workspace, {"again.png": png(1), "again.json": {"n": 1}, "b.png": png(2)}))

    assert job.result["said"] == "1 uploaded, 1 there already."
    assert held(Image.objects.get(filename="a.png")) == {"n": 1}


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (b"no zip", 415, "no zip archive"),
        (zip_bytes({"a.json": {}}), 415, "no image in the archive"),
        (b"PK" * 600, 413, "larger than 0 MB"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_once(
    workspace: Workspace, settings: Settings, data: bytes, status: int, message: str
) -> None:
    settings.ZIP_MAX_BYTES = 1_000

    with pytest.raises(RefusedFileError, match=message) as refusal:
        take_archive(workspace, [data], About(), by=None, origin=Origin.USER)

    assert refusal.value.status == status
    assert not Job.objects.exists()
    assert not default_storage.exists(zip_upload.FOLDER)


def test_it_goes_on_where_a_worker_stopped(
    workspace: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_work, "BATCH", 2)
    files = {f"{split}/{n}.png": png(n) for n, split in enumerate(["train", "valid", "train"] * 2)}
    job = take(workspace, files, About(project))

    work_off(SetLater(5))
    job.refresh_from_db()
    assert (job.status, job.done, Image.objects.count()) == (Status.CREATED, 4, 4)
    # Nobody takes back what is still growing.
    assert ChangeSet.objects.get().state == State.RUNNING

    done(job)

    assert (job.status, job.done) == (Status.DONE, 6)
    assert job.result["counts"] == {"new": 6}
    change_set = ChangeSet.objects.get()
    assert (change_set.image_count, change_set.state) == (6, State.DONE)
    assert (
        sorted(project.memberships.values_list("split", flat=True)) == ["train"] * 4 + ["valid"] * 2
    )


def test_one_that_is_cancelled_can_be_gone_on_with(workspace: Workspace) -> None:
    job = take(workspace, {"a.png": png(1)})
    cancel(job)
    assert (sweep_archives(), Image.objects.count()) == (0, 0)
    retry(job)

    assert done(job).status == Status.DONE


def test_a_project_or_an_archive_that_is_gone_is_told(
    workspace: Workspace, project: Project
) -> None:
    orphaned = take(workspace, {"a.png": png(1)}, About(project))
    project.delete()
    lost = take(workspace, {"b.png": png(2)})
    default_storage.delete(archive_name(lost.public_id))
    work_off()

    for job, why in ((orphaned, "project these images were for is gone"), (lost, "kept no more")):
        job.refresh_from_db()
        assert (job.status, why in job.error) == (Status.FAILED, True)


def test_archives_nobody_needs_are_swept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = take(workspace, {"a.png": png(1)})
    failed = take(workspace, {"b.png": png(2)})
    Job.objects.filter(pk=failed.pk).update(status=Status.FAILED)
    over = take(workspace, {"c.png": png(3)})
    Job.objects.filter(pk=over.pk).update(status=Status.DONE)
    default_storage.save(archive_name("nobody"), ContentFile(b"x"))

    assert sweep_archives() == 1
    assert not default_storage.exists(archive_name(over.public_id))

    monkeypatch.setattr(zip_upload, "KEPT", timedelta(0))
    assert sweep_archives() == 2
    assert default_storage.exists(archive_name(waiting.public_id))


def test_a_damaged_file_is_refused_alone(workspace: Workspace) -> None:
    data = bytearray(zip_bytes({"a.png": png(1), "b.png": png(2)}, 0))
    data[data.index(b"IHDR") + 2] ^= 255
    job = take_archive(workspace, io.BytesIO(bytes(data)), About(), by=None, origin=Origin.USER)

    assert done(job).result["said"] == "1 uploaded, 1 refused."
    assert "damaged" in dict(job.result["problems"])["a.png"]


@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_whenever_each_image_comes_in_once(
    workspace: Workspace, project: Project, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JOB_LEASE_SECONDS = 1
    monkeypatch.setattr(zip_work, "BATCH", 3)
    chance = random.Random(7)  # noqa: S311 -- to be the same again
    files: dict[str, Any] = {f"train/{n}.png": png(n) for n in range(120)}
    files |= {f"train/{n}.json": {"n": n} for n in range(120)}
    job = take(workspace, files, About(project, tags=["night"]))
    steps = []
    for _ in range(3):
        with running(work_off):
            sleep(chance.uniform(0.1, 0.5))
        connection.close()
        steps.append(Job.objects.get(pk=job.pk).done)
        # The lease must end before anybody else takes the job; this is no failed attempt of ours.
        Job.objects.filter(pk=job.pk).update(attempts=0)
        sleep(1.1)

    done(job)

    assert any(0 < step < 120 for step in steps), steps
    assert (job.status, job.result["counts"]) == (Status.DONE, {"new": 120})
    images = Image.objects.order_by("filename")
    assert all(held(each) == {"n": int(each.filename.partition(".")[0])} for each in images)
    assert project.memberships.filter(split="train").count() == 120
    change_set = ChangeSet.objects.get()
    assert (change_set.image_count, job.checkpoint["change_set"]) == (120, change_set.pk)
    assert [*wrong_counts(workspace)] == []
    assert not default_storage.exists(archive_name(job.public_id))
