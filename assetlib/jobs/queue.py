"""Ask for long work, call it off, have it gone on with."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from assetlib.accounts.models import ApiKey, User, Workspace
from assetlib.jobs.kinds import kinds
from assetlib.jobs.models import Job, Status, new_public_id


def enqueue(
    workspace: Workspace,
    kind: str,
    arguments: dict[str, Any],
    *,
    by: User | ApiKey | None,
    frozen: bytes = b"",
    total: int = 0,
    public_id: str = "",
) -> Job:
    """Ask for work of this kind; inside a transaction it is asked for when that commits.

    A public id is given by who has told it to somebody already.
    """
    if kind not in kinds():
        raise ValueError(f"There is no kind of job called {kind!r}.")
    return Job.objects.create(
        workspace=workspace,
        kind=kind,
        arguments=arguments,
        frozen=frozen,
        total=total,
        public_id=public_id or new_public_id(),
        by=by if isinstance(by, User) else None,
        api_key=by if isinstance(by, ApiKey) else None,
    )


def cancel(job: Job) -> bool:
    """Call the job off; whether it was still under way.

    What waits is cancelled at once. What runs stops at its next step: what it has committed stays,
    and can be undone.
    """
    with transaction.atomic():
        row = Job.objects.select_for_update().get(pk=job.pk)
        if not row.under_way:
            return False
        if row.status == Status.CREATED:
            end(row, Status.CANCELLED)
        else:
            row.cancel_asked = True
            row.save(update_fields=["cancel_asked"])
    return True


def retry(job: Job) -> bool:
    """Have a job that failed or was cancelled go on from its checkpoint; whether it was one."""
    over = Job.objects.filter(pk=job.pk, status__in=[Status.FAILED, Status.CANCELLED])
    return bool(
        over.update(
            status=Status.CREATED, error="", cancel_asked=False, attempts=0, finished_at=None
        )
    )


def end(job: Job, status: Status, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    """Write down how the job ended, inside a transaction that holds its row."""
    job.status, job.error, job.result = status, error, result or {}
    job.finished_at, job.worker, job.leased_until = timezone.now(), "", None
    if status == Status.DONE:
        # It will not be gone on with, and may be the images of a million places.
        job.frozen = b""
    job.save()
    ended = kinds()[job.kind].ended
    if ended is not None:
        ended(job)
