"""The frame of every write: one transaction, one lock, one change set.

    with act(workspace, by=user, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        annotate(acting, [Edit(image, set={"camera_id": parse_typed("cam001")})])

Rooms write their own rows, tell the act what they changed by `record`, and put it in the columns of
its `sheet`. When the block ends history and columns are written, the workspace's sequence rises,
and all of it commits at once. An act that
changed nothing leaves no change set behind.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from assetlib.accounts.models import ApiKey, User, Workspace
from assetlib.changes import record
from assetlib.changes.models import ActKind, Change, ChangeSet, Origin, State
from assetlib.changes.record import Recorded
from assetlib.columns.writing import Sheet

# A person, a program with its API key, or the server itself.
Actor = User | ApiKey | None
Follower = Callable[["Acting", Sequence[Recorded]], None]


@dataclass(slots=True)
class Acting:
    """An act under way. `workspace` is the locked row, `sheet` takes what changes in columns.

    `mirror_id` is the mirror that acts, where the origin is its bucket. `arrived` are the images
    that this act has added. What it says of them besides is no change: it goes and comes back with
    them. Of those still `blank` it has said nothing yet, so that nothing needs to be looked up.
    """

    workspace: Workspace
    who: Actor
    origin: Origin
    kind: ActKind
    at: datetime
    undo_of: ChangeSet | None = None
    into: ChangeSet | None = None
    mirror_id: int | None = None
    change_set: ChangeSet | None = None
    changes: list[Recorded] = field(default_factory=list)
    arrived: set[int] = field(default_factory=set)
    blank: set[int] = field(default_factory=set)
    sheet: Sheet = field(init=False)

    def __post_init__(self) -> None:
        self.sheet = Sheet(self.workspace)

    @property
    def by(self) -> User | None:
        """The person who acts; a program with an API key is none."""
        return self.who if isinstance(self.who, User) else None

    def record(self, change: Recorded) -> None:
        """Note a change for the history."""
        self.changes.append(change)

    def arrive(self, changes: Sequence[Recorded]) -> None:
        """Record that images are added."""
        self.changes += changes
        images = {change.image_id for change in changes}
        self.arrived |= images
        self.blank |= images

    def write_on(self, images: Iterable[int]) -> set[int]:
        """Return which of the images were blank, and from now on are not."""
        blank = self.blank.intersection(images)
        self.blank -= blank
        return blank

    def move(self, changes: Sequence[Recorded]) -> None:
        """Record that images left or came back, and have their followers act at once.

        At once, not at the end: counters must have an image's entries in them, or out of them,
        before the same act writes more of them.
        """
        self.changes += changes
        for follow in _followers():
            follow(self, changes)


@contextmanager
def act(
    workspace: Workspace,
    *,
    by: Actor,
    origin: Origin,
    kind: ActKind,
    undo_of: ChangeSet | None = None,
    into: ChangeSet | None = None,
    mirror_id: int | None = None,
) -> Iterator[Acting]:
    """Open the transaction in which `by` changes something in the workspace.

    What is changed becomes a change set of its own, or goes `into` one that is not undone yet: an
    act in several transactions is one to the people who look at it.
    """
    with transaction.atomic():
        locked = Workspace.objects.lock(workspace.pk)
        acting = Acting(locked, by, origin, kind, timezone.now(), undo_of, into, mirror_id)
        yield acting
        if acting.changes:
            _finish(acting)
        if acting.changes or acting.sheet:
            acting.workspace.seq += 1
            acting.sheet.write(acting.workspace.seq)
            acting.workspace.save(update_fields=["seq", "next_ord"])


def _finish(acting: Acting) -> None:
    images = {change.image_id for change in acting.changes}
    change_set = _carried_on(acting)
    if change_set is None:
        change_set = _new(acting, image_count=len(images), change_count=len(acting.changes))
    else:
        change_set.image_count += len(images.difference(_known(change_set, images)))
        change_set.change_count += len(acting.changes)
        change_set.save(update_fields=["image_count", "change_count"])
    record.write(change_set, acting.changes)
    acting.change_set = change_set


def _known(change_set: ChangeSet, images: Collection[int]) -> Iterable[int]:
    """Return which of the images the change set has changed before."""
    # By the images' few changes, not by the change set's many: as a sum the column has no index.
    rows = Change.objects.filter(image_id__among=images).alias(of=F("change_set_id") + 0)
    return rows.filter(of=change_set.pk).values_list("image_id", flat=True)


def _carried_on(acting: Acting) -> ChangeSet | None:
    if acting.into is None:
        return None
    return (
        acting.workspace.change_sets.filter(pk=acting.into.pk).exclude(state=State.UNDONE).first()
    )


def _new(acting: Acting, *, image_count: int, change_count: int) -> ChangeSet:
    return ChangeSet.objects.create(
        workspace=acting.workspace,
        at=acting.at,
        by=acting.by,
        api_key=acting.who if isinstance(acting.who, ApiKey) else None,
        origin=acting.origin,
        kind=acting.kind,
        image_count=image_count,
        change_count=change_count,
        undo_of=acting.undo_of,
    )


@functools.cache
def _followers() -> tuple[Follower, ...]:
    return tuple(import_string(path) for path in settings.CHANGE_FOLLOWERS)
