"""Acts of many transactions: one change set, opened before the first and closed after the last.

    into = resume(run, origin=Origin.USER, kind=ActKind.EDIT)
    for images in …:
        with act(run.workspace, by=run.by, origin=…, kind=…, into=into) as acting:
            …
            run.proceed(done, checkpoint=run.checkpoint | {"after": …})

A kind of job whose work does so has `close` as its `ended`: the history shows what a job has
changed while it runs, and lets it be undone once it has ended, in whatever way.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from assetlib.accounts.models import ApiKey, User
from assetlib.changes.models import ActKind, ChangeSet, Origin, State
from assetlib.jobs.models import Job, Status
from assetlib.jobs.run import Run


def resume(
    run: Run, *, origin: Origin, kind: ActKind, undo_of: ChangeSet | None = None
) -> ChangeSet:
    """Return the job's change set, running: the one its checkpoint names, or a new one."""
    with transaction.atomic():
        known = ChangeSet.objects.filter(pk=run.checkpoint.get("change_set", 0))
        if known.exclude(state=State.UNDONE).update(state=State.RUNNING):
            return known.get()
        made = ChangeSet.objects.create(
            workspace=run.workspace,
            at=timezone.now(),
            by=run.by if isinstance(run.by, User) else None,
            api_key=run.by if isinstance(run.by, ApiKey) else None,
            origin=origin,
            kind=kind,
            state=State.RUNNING,
            undo_of=undo_of,
        )
        run.proceed(checkpoint=run.checkpoint | {"change_set": made.pk})
    return made


def close(job: Job) -> None:
    """Let the change set of a job that has ended be undone; one that changed nothing is gone."""
    opened = ChangeSet.objects.filter(pk=job.checkpoint.get("change_set", 0), state=State.RUNNING)
    opened.filter(change_count=0).delete()
    opened.update(state=State.DONE if job.status == Status.DONE else State.CANCELLED)
    if not ChangeSet.objects.filter(pk=job.checkpoint.get("change_set", 0)).exists():
        job.checkpoint.pop("change_set", None)
        job.save(update_fields=["checkpoint"])
