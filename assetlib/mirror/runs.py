"""Ask for runs: of the whole bucket, of some paths, of what is known; by hand and by the clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Actor, act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.jobs.queue import enqueue
from assetlib.mirror.apply import merge
from assetlib.mirror.hold import let_go
from assetlib.mirror.models import (
    LIVE,
    Mirror,
    OutcomeName,
    Run,
    Scope,
    next_due,
)
from images.models import Image
from images.trash import restore

RUN = "mirror-run"
# More paths than this are left to a run of the whole bucket: each is asked for by itself.
MOST_PATHS = 1_000
# What a filter of the ledger may show, to be read again by one run.
MOST_RETRIED = 100_000
AGAIN = "to be read again"
# What is in the bucket, and no sidecar.
READABLE = (*LIVE, OutcomeName.SKIPPED)


class MirrorBusyError(Exception):
    """Something else is being done with the mirror; the text says what."""


class NotRetriedError(Exception):
    """What a filter shows is not read again; the text says why."""


def claim(mirror: Mirror) -> Workspace:
    """Lock the mirror's workspace and return it, where nothing else is done with the mirror.

    Raises MirrorBusyError.
    """
    workspace = Workspace.objects.lock(mirror.workspace_id)
    refuse_if_leaving(mirror)
    if mirror.runs.under_way().exists():
        raise MirrorBusyError(f"A run of {mirror.name} is under way already.")
    return workspace


def refuse_if_leaving(mirror: Mirror) -> None:
    """Raise MirrorBusyError where the mirror is being deleted, by now, or is gone."""
    if not Mirror.objects.filter(pk=mirror.pk, being_deleted=False).exists():
        raise MirrorBusyError(f"{mirror.name} is being deleted.")


def enqueue_run(
    mirror: Mirror,
    *,
    by: Actor,
    paths: Sequence[str] | None = None,
    scope: Scope | None = None,
) -> Run:
    """Ask for a run, of the whole bucket or of these paths. Raises MirrorBusyError."""
    scope = scope or (Scope.ALL if paths is None else Scope.PATHS)
    with transaction.atomic():
        workspace = claim(mirror)
        arguments = {"mirror": mirror.pk, "scope": scope, "paths": list(paths or ())}
        job = enqueue(workspace, RUN, arguments, by=by)
        return Run.objects.create(mirror=mirror, scope=scope, job=job)


def enqueue_due() -> int:
    """Ask for the runs whose time has come; a time that was missed runs once."""
    count = 0
    due = Mirror.objects.filter(due_at__lte=timezone.now())
    for known in due.order_by("due_at"):
        with transaction.atomic():
            Workspace.objects.lock(known.workspace_id)
            # As it is by now: another worker may have been faster.
            mirror = due.filter(pk=known.pk).first()
            if mirror is None:
                continue
            next_due(mirror)
            mirror.save(update_fields=["due_at"])
            with suppress(MirrorBusyError):
                enqueue_run(mirror, by=None)
                count += 1
    return count


def reapply(mirror: Mirror, *, by: Actor) -> Run:
    """Ask for all known sidecars to be applied again: no object is read for it."""
    return enqueue_run(mirror, by=by, scope=Scope.REAPPLY)


def retry(mirror: Mirror, paths: Collection[str], *, by: Actor) -> Run:
    """Ask for the objects at these paths to be read again, whether they have changed or not.

    What is held stays so, but for what is held of an image that is gone for good.
    """
    orphaned = Q(outcome=OutcomeName.HELD, image=None)
    rows = mirror.ledger.at(list(paths)).filter(Q(outcome__in=READABLE) | orphaned)
    with transaction.atomic():
        Workspace.objects.lock(mirror.workspace_id)
        rows.update(outcome=OutcomeName.FAILED, reason=AGAIN, sidecar_etag="")
        few = len(paths) <= MOST_PATHS
        return enqueue_run(mirror, by=by, paths=sorted(paths) if few else None)


def retry_shown(mirror: Mirror, outcome: str | None, path: str, *, by: Actor) -> Run:
    """Retry the objects that a filter of the ledger shows.

    Raises NotRetriedError where it shows none or too many, and MirrorBusyError.
    """
    rows = mirror.ledger.asked(outcome, path).order_by("path")
    paths = list(rows.values_list("path", flat=True)[: MOST_RETRIED + 1])
    if not paths:
        raise NotRetriedError("The ledger has no such object.")
    if len(paths) > MOST_RETRIED:
        raise NotRetriedError(
            f"These are more than {MOST_RETRIED:,} objects, the most that are read again at once:"
            " narrow them by outcome or path."
        )
    return retry(mirror, paths, by=by)


def follow_again(mirror: Mirror, images: Sequence[Image], *, by: Actor) -> ChangeSet | None:
    """Have the mirror follow these images, at once, by what is known of their sidecars.

    Those in the trash come back, and a user's first change counts no more. An object whose image is
    gone for good is read again by the next run. Raises MirrorBusyError while it is being deleted.
    """
    with act(
        mirror.workspace,
        by=by,
        origin=Origin.BUCKET,
        kind=ActKind.MIRROR,
        mirror_id=mirror.pk,
    ) as acting:
        refuse_if_leaving(mirror)
        followed = [image.pk for image in images]
        restore(acting, images)
        let_go(acting, followed)
        mirror.ledger.of(followed).live().update(applied=mirror.strategy)
        merge(acting, mirror, images, follow=followed)
    return acting.change_set


def read_held(mirror: Mirror, paths: Collection[str]) -> int:
    """Let go of held objects whose images are no more; return how many the next run reads."""
    rows = mirror.ledger.at(list(paths)).filter(outcome=OutcomeName.HELD, image=None)
    return rows.update(outcome=OutcomeName.FAILED, reason=AGAIN)
