"""The frame of every write: one transaction, one lock, one change set.

    with act(workspace, by=user, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        annotate(acting, [Edit(image, set={"camera_id": parse_typed("cam001")})])

Rooms write their own rows and tell the act what they changed by `record`. When the block ends the
history is written, followers bring derived rows up to date, the workspace's sequence rises, and all
of it commits at once. An act that changed nothing leaves no change set behind.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from assetlib.accounts.models import User, Workspace
from assetlib.changes.models import ActKind, Change, ChangeSet, Origin

Follower = Callable[["Acting", Sequence[Change]], None]


@dataclass(slots=True)
class Acting:
    """An act under way. `workspace` is the locked row."""

    workspace: Workspace
    by: User | None
    origin: Origin
    kind: ActKind
    at: datetime
    change_set: ChangeSet | None = None
    undo_of: ChangeSet | None = None
    changes: list[Change] = field(default_factory=list)

    def record(self, change: Change) -> None:
        self.changes.append(change)


@contextmanager
def act(
    workspace: Workspace,
    *,
    by: User | None,
    origin: Origin,
    kind: ActKind,
    undo_of: ChangeSet | None = None,
) -> Iterator[Acting]:
    """Open the transaction in which `by` changes something in the workspace."""
    with transaction.atomic():
        locked = Workspace.objects.lock(workspace.pk)
        acting = Acting(locked, by, origin, kind, timezone.now(), undo_of=undo_of)
        yield acting
        if acting.changes:
            _finish(acting)


def _finish(acting: Acting) -> None:
    for follow in _followers():
        follow(acting, acting.changes)
    acting.change_set = ChangeSet.objects.create(
        workspace=acting.workspace,
        at=acting.at,
        by=acting.by,
        origin=acting.origin,
        kind=acting.kind,
        undo_of=acting.undo_of,
        image_count=len({change.image_id for change in acting.changes}),
        change_count=len(acting.changes),
    )
    for change in acting.changes:
        change.change_set = acting.change_set
    Change.objects.bulk_create(acting.changes, batch_size=1_000)
    acting.workspace.seq += 1
    acting.workspace.save(update_fields=["seq", "next_ord"])


@functools.cache
def _followers() -> tuple[Follower, ...]:
    return tuple(import_string(path) for path in settings.CHANGE_FOLLOWERS)
