"""Undo one change set. What someone has changed again since stays, and is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.utils.module_loading import import_string

from assetlib.changes.act import Acting, Actor, act
from assetlib.changes.models import ActKind, Change, ChangeKind, ChangeSet, Origin, State


@dataclass(frozen=True, slots=True)
class Conflict:
    """A change that was left alone, and why."""

    change: Change
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: its own change set (none when nothing was left to restore)."""

    change_set: ChangeSet | None
    restored: int
    conflicts: tuple[Conflict, ...]


Undoer = Callable[[Acting, Sequence[Change]], list[Conflict]]


class NotUndoableError(Exception):
    """The change set is undone already, or still running."""


def undo(change_set: ChangeSet, *, by: Actor, origin: Origin = Origin.USER) -> Undone:
    """Put back what `change_set` changed, as a change set of its own.

    Undoing an undo does the original act again. Raises NotUndoableError when it is undone already.
    """
    with act(
        change_set.workspace, by=by, origin=origin, kind=ActKind.UNDO, undo_of=change_set
    ) as acting:
        change_set.refresh_from_db()
        if not change_set.undoable:
            raise NotUndoableError(f"This change is {change_set.get_state_display()} already.")
        conflicts = _put_back(acting, change_set)
        if acting.changes:
            _mark(change_set)
    return Undone(acting.change_set, len(acting.changes), tuple(conflicts))


def _put_back(acting: Acting, change_set: ChangeSet) -> list[Conflict]:
    changes = list(
        change_set.changes.select_related("image", "key", "tag", "project").order_by("kind", "-id")
    )
    # An image that came goes to the trash with all that was said of it, and comes back with it.
    moved = {change.image_id for change in changes if change.kind == ChangeKind.PRESENCE}
    conflicts: list[Conflict] = []
    for kind, group in groupby(changes, key=lambda change: change.kind):
        theirs = [c for c in group if kind == ChangeKind.PRESENCE or c.image_id not in moved]
        undoer: Undoer = import_string(settings.CHANGE_UNDOERS[kind])
        conflicts += undoer(acting, theirs)
    return conflicts


def _mark(change_set: ChangeSet) -> None:
    change_set.state = State.UNDONE
    change_set.save(update_fields=["state"])
    if change_set.kind == ActKind.UNDO and change_set.undo_of is not None:
        change_set.undo_of.state = State.DONE
        change_set.undo_of.save(update_fields=["state"])
