"""Stop following a bucket: a worker forgets the ledger, which may have millions of rows, in steps.

Images stay, and so do their entries: these are from then on of a bucket that nobody follows. A step
commits by itself, so whoever is killed goes on where it was; called off, the mirror is there again
and the next run reads anew what was forgotten.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.urls import reverse

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Actor
from assetlib.columns.writing import Sheet
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job, Status
from assetlib.jobs.queue import enqueue
from assetlib.jobs.run import JobFailedError
from assetlib.jobs.run import Run as Worker
from assetlib.mirror.columns import put_places
from assetlib.mirror.models import Mirror
from assetlib.mirror.runs import MirrorBusyError, claim
from metadata.rows import disown

DELETION = "mirror-deletion"
# Rows of the ledger a transaction.
BATCH = 1_000


def delete_mirror(mirror: Mirror, *, by: Actor) -> Job:
    """Have a worker forget the mirror, which takes no run any more. Raises MirrorBusyError."""
    with transaction.atomic():
        workspace = claim(mirror)
        Mirror.objects.filter(pk=mirror.pk).update(being_deleted=True)
        return enqueue(workspace, DELETION, {"mirror": mirror.pk, "name": mirror.name}, by=by)


def _work(worker: Worker) -> dict[str, Any]:
    mirror = worker.workspace.mirrors.filter(pk=worker.arguments["mirror"]).first()
    if mirror is not None:
        _forget(worker, mirror)
    name = worker.arguments["name"]
    return {"said": f"{name} is gone; its images and their metadata stay."}


def _forget(worker: Worker, mirror: Mirror) -> None:
    _begin(mirror)
    done = 0
    worker.proceed(done, total=mirror.ledger.count(), stage="forgetting its objects")
    while rows := list(mirror.ledger.order_by("path").values_list("pk", "image_id")[:BATCH]):
        done += len(rows)
        with transaction.atomic():
            _forget_rows(mirror, [pk for pk, _ in rows], {image for _, image in rows if image})
            worker.proceed(done)
    while bases := list(mirror.bases.values_list("pk", "image_id")[:BATCH]):
        with transaction.atomic():
            mirror.bases.filter(pk__among=[pk for pk, _ in bases]).delete()
            disown({image for _, image in bases}, mirror.pk)
            worker.proceed(stage="forgetting what was applied")
    while runs := list(mirror.runs.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            mirror.runs.filter(pk__among=runs).delete()
            worker.proceed(stage="forgetting its runs")
    mirror.delete()


def _begin(mirror: Mirror) -> None:
    """Take no run from now on: the job may have been called off, and be gone on with."""
    if mirror.being_deleted:
        return
    try:
        with transaction.atomic():
            claim(mirror)
            Mirror.objects.filter(pk=mirror.pk).update(being_deleted=True)
    except MirrorBusyError as busy:
        raise JobFailedError(str(busy)) from busy


def _forget_rows(mirror: Mirror, rows: Collection[int], images: Collection[int]) -> None:
    """Forget rows of the ledger, and that their images are in this bucket. In a transaction."""
    workspace = Workspace.objects.lock(mirror.workspace_id)
    mirror.ledger.filter(pk__among=rows).delete()
    disown(images, mirror.pk)
    sheet = Sheet(workspace)
    ords = workspace.images.filter(pk__among=images).values_list("pk", "ord")
    put_places(sheet, dict(ords))
    workspace.seq += 1
    workspace.save(update_fields=["seq"])
    sheet.write(workspace.seq)


def _ended(job: Job) -> None:
    if job.status != Status.DONE:
        Mirror.objects.filter(pk=job.arguments["mirror"]).update(being_deleted=False)


def _address(job: Job) -> str:
    return reverse("mirrors", args=[job.workspace.slug])


MIRROR_DELETION = Kind("Deletion of a mirror", _work, address=_address, ended=_ended)
