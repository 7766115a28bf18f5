"""A zip of images into storage, where a worker takes it from (`zip_work`).

    job = take_archive(workspace, file, About(project), by=user, origin=Origin.USER)

What cannot be taken in at all is refused at once. The archive is removed when its job is done; one
whose job failed or was cancelled is kept a while, for somebody may have it gone on with.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Actor
from assetlib.changes.models import Origin
from assetlib.jobs.models import Job, Status, new_public_id
from assetlib.jobs.queue import enqueue
from assetlib.transfer.archive import ArchiveError, open_archive
from assetlib.transfer.upload import About
from images.errors import RefusedFileError
from metadata.values import from_json

KIND = "zip-upload"
FOLDER = "archives"
KEPT = timedelta(days=2)


def take_archive(
    workspace: Workspace,
    blocks: Iterable[bytes],
    about: About,
    *,
    by: Actor,
    origin: Origin,
    overwrite: bool = False,
    public_id: str = "",
) -> Job:
    """Keep the archive and have a worker take its images in. Raises RefusedFileError.

    `overwrite` says that boxes in the archive replace those of images that are there already.
    """
    public_id = public_id or new_public_id()
    with tempfile.TemporaryFile() as file:
        _copy(blocks, file)
        total = _count(file)
        file.seek(0)
        default_storage.save(archive_name(public_id), File(file))
    arguments = {"about": _written(about), "origin": origin, "overwrite": overwrite}
    return enqueue(workspace, KIND, arguments, by=by, total=total, public_id=public_id)


def _copy(blocks: Iterable[bytes], file: IO[bytes]) -> None:
    size = 0
    for block in blocks:
        size += len(block)
        if size > settings.ZIP_MAX_BYTES:
            raise RefusedFileError(
                f"The archive is larger than {settings.ZIP_MAX_BYTES / 1e6:,.0f} MB.",
                "Send it in parts, or raise ASSETLIB_ZIP_BYTES.",
                status=413,
            )
        file.write(block)


def _count(file: IO[bytes]) -> int:
    """Return how many pictures the archive holds. Raises RefusedFileError."""
    try:
        with open_archive(file, file.tell()) as archive:
            count = len(archive.pictures)
    except ArchiveError as problem:
        raise RefusedFileError(str(problem), status=413 if problem.is_limit else 415) from problem
    if not count:
        raise RefusedFileError("There is no image in the archive.", status=415)
    return count


def archive_name(public_id: str) -> str:
    """Return the name in storage of the archive of a job."""
    return f"{FOLDER}/{public_id}.zip"


def _written(about: About) -> dict[str, Any]:
    return {
        "project": about.project.pk if about.project else None,
        "split": about.split,
        "batch": about.batch,
        "tags": list(about.tags),
        "metadata": {key: value.json for key, value in about.metadata.items()},
    }


def read_about(workspace: Workspace, said: dict[str, Any]) -> About:
    """Return what is said of the archive's images. Raises Project.DoesNotExist when it is gone."""
    return About(
        project=workspace.projects.get(pk=said["project"]) if said["project"] else None,
        split=said["split"],
        batch=said["batch"],
        tags=said["tags"],
        metadata={key: from_json(value) for key, value in said["metadata"].items()},
    )


def sweep_archives() -> int:
    """Remove the archives that no job needs any more; return how many there were."""
    try:
        names = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return 0
    swept = [name for name in names if _is_over(name.partition(".")[0])]
    for name in swept:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(swept)


def _is_over(public_id: str) -> bool:
    job = Job.objects.filter(public_id=public_id).first()
    if job is not None and job.under_way:
        return False
    if job is not None and job.status == Status.DONE:
        return True
    # The row of a new one is about to come.
    return default_storage.get_modified_time(archive_name(public_id)) < timezone.now() - KEPT
