"""Undo one change set. What someone has changed again since stays, and is told.

A small one is undone at once, in one transaction; one of many changes by a job, some images a
transaction, which goes on where it was when its worker was killed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting, Actor, act
from assetlib.changes.fold import Folded, fold
from assetlib.changes.long import close, resume
from assetlib.changes.models import ActKind, Change, ChangeKind, ChangeSet, Origin, State
from assetlib.changes.record import Recorded
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job
from assetlib.jobs.queue import enqueue
from assetlib.jobs.run import JobFailedError, Run

# Changes that are undone while somebody waits; more are left to a job.
MOST_AT_ONCE = 2_000
# Images whose changes are undone in one transaction.
BATCH = 1_000
CHANGED_SINCE = "it has been changed again since"
IN_TRASH = "the image is in the trash"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A change that was left alone, and why."""

    change: Recorded
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: its own change set (none when nothing was left to restore)."""

    change_set: ChangeSet | None
    restored: int
    conflicts: tuple[Conflict, ...]

    @property
    def sentence(self) -> str:
        return told(self.restored, Counter(conflict.reason for conflict in self.conflicts))


def told(restored: int, left: Mapping[str, int]) -> str:
    """Say in a sentence how much was undone, and what was left alone, counted by its reason."""
    said = f"Undone: {_plural(restored)}."
    if left:
        said += f" {_plural(sum(left.values()))} left alone: {'; '.join(sorted(left))}."
    return said


def _plural(count: int) -> str:
    return f"{count:,} change" if count == 1 else f"{count:,} changes"


# At most one change of a thing. They come alone: who looks at whole images or projects reads those
# of all at once.
Undoer = Callable[[Acting, Sequence[Recorded]], list[Conflict]]


class NotUndoableError(Exception):
    """The change set is undone already, or still running."""


def undo(change_set: ChangeSet, *, by: Actor, origin: Origin = Origin.USER) -> Undone:
    """Put back what `change_set` changed, as a change set of its own, in one transaction.

    Undoing an undo does the original act again. Raises NotUndoableError when it is undone already.
    """
    with act(
        change_set.workspace, by=by, origin=origin, kind=ActKind.UNDO, undo_of=change_set
    ) as acting:
        change_set.refresh_from_db()
        if not change_set.undoable:
            raise NotUndoableError(f"This change is {change_set.get_state_display()} already.")
        conflicts = _put_back(acting, change_set.changes.all())
        if acting.changes:
            _mark(change_set)
    return Undone(acting.change_set, len(acting.changes), tuple(conflicts))


def undo_by_size(change_set: ChangeSet, *, by: Actor, origin: Origin = Origin.USER) -> Undone | Job:
    """Undo a small change set now; ask for a job that undoes a large one.

    Raises NotUndoableError, also while a job is at it.
    """
    if change_set.change_count <= MOST_AT_ONCE:
        return undo(change_set, by=by, origin=origin)
    return enqueue_undo(change_set, by=by, origin=origin)


def enqueue_undo(change_set: ChangeSet, *, by: Actor, origin: Origin) -> Job:
    """Ask for a job that undoes the change set. Raises NotUndoableError."""
    workspace, arguments = change_set.workspace, {"change_set": change_set.pk, "origin": origin}
    with transaction.atomic():
        Workspace.objects.lock(workspace.pk)
        change_set.refresh_from_db()
        if not change_set.undoable:
            raise NotUndoableError(f"This change is {change_set.get_state_display()} already.")
        undoing = workspace.jobs.under_way().filter(kind="undo")
        if undoing.filter(arguments__change_set=change_set.pk).exists():
            raise NotUndoableError("This change is being undone already.")
        return enqueue(workspace, "undo", arguments, by=by, total=change_set.image_count)


def _undo_in_steps(run: Run) -> dict[str, Any]:
    change_set = run.workspace.change_sets.filter(pk=run.arguments["change_set"]).first()
    if change_set is None or not change_set.undoable:
        raise JobFailedError("This change is undone already.")
    origin = Origin(run.arguments["origin"])
    into = resume(run, origin=origin, kind=ActKind.UNDO, undo_of=change_set)
    while images := _next_images(change_set, run.checkpoint.get("after", 0)):
        with act(
            run.workspace,
            by=run.by,
            origin=origin,
            kind=ActKind.UNDO,
            undo_of=change_set,
            into=into,
        ) as acting:
            theirs = change_set.changes.filter(image_id__gte=images[0], image_id__lte=images[-1])
            conflicts = _put_back(acting, theirs)
            left = Counter(run.checkpoint.get("left", {}))
            left.update(conflict.reason for conflict in conflicts)
            run.proceed(
                run.job.done + len(images),
                checkpoint=run.checkpoint | {"after": images[-1], "left": left},
            )
    into.refresh_from_db()
    if into.change_count:
        _mark(change_set)
    return {"said": told(into.change_count, run.checkpoint.get("left", {}))}


def _next_images(change_set: ChangeSet, after: int) -> list[int]:
    """Return the primary keys of the next images that it changed, rising."""
    rows = change_set.changes.filter(image_id__gt=after).order_by("image_id")
    return list(rows.values_list("image_id", flat=True).distinct()[:BATCH])


UNDO = Kind("Undo", _undo_in_steps, ended=close)


def _put_back(acting: Acting, changes: QuerySet[Change]) -> list[Conflict]:
    # As what was recorded: models of thousands would take as long as putting them back.
    rows = changes.order_by("kind", "-id").values_list(*Recorded._fields)
    listed = [Recorded._make(row) for row in rows]
    by_kind = {
        kind: fold(kind, [*group]) for kind, group in groupby(listed, key=attrgetter("kind"))
    }
    # An image that came goes to the trash with all that was said of it, and comes back with it.
    moves = by_kind.get(ChangeKind.PRESENCE, Folded([], []))
    moved = {change.image_id for change in moves.changes}
    conflicts: list[Conflict] = []
    for kind, folded in by_kind.items():
        theirs, parted = (
            [c for c in changes if kind == ChangeKind.PRESENCE or c.image_id not in moved]
            for changes in folded
        )
        undoer: Undoer = import_string(settings.CHANGE_UNDOERS[kind])
        conflicts += undoer(acting, theirs)
        conflicts += [Conflict(change, CHANGED_SINCE) for change in parted]
    return conflicts


def _mark(change_set: ChangeSet) -> None:
    change_set.state = State.UNDONE
    change_set.save(update_fields=["state"])
    if change_set.kind == ActKind.UNDO and change_set.undo_of is not None:
        change_set.undo_of.state = State.DONE
        change_set.undo_of.save(update_fields=["state"])
