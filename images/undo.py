"""Undo of what the room's operations recorded. What was changed again since stays, and is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from assetlib.changes.act import Acting
from assetlib.changes.models import Change
from assetlib.changes.undo import Conflict
from images.memberships import join, leave, place_of, read_place
from images.models import Image, Membership, Project
from images.rename import rename
from images.trash import restore, trash

CHANGED_SINCE = "it has been changed again since"


def undo_presence(acting: Acting, changes: Sequence[Change]) -> list[Conflict]:
    """Send what came to the trash, and bring what went there back."""
    prefetch_related_objects(changes, "image")
    conflicts: list[Conflict] = []
    away: list[Image] = []
    back: list[Image] = []
    for change in changes:
        if (change.new_type == "trash") != (change.image.deleted_at is not None):
            conflicts.append(Conflict(change, CHANGED_SINCE))
        elif change.new_type == "trash":
            back.append(change.image)
        else:
            away.append(change.image)
    trash(acting, away)
    restore(acting, back)
    return conflicts


def undo_memberships(acting: Acting, changes: Sequence[Change]) -> list[Conflict]:
    """Put images back in, or out of, the projects they were in."""
    prefetch_related_objects(changes, "image", "project")
    conflicts: list[Conflict] = []
    held = _places(changes)
    out: dict[Project, list[Image]] = defaultdict(list)
    into: dict[tuple[Project, str], list[Image]] = defaultdict(list)
    for change in changes:
        project = change.project
        if project is None or held.get((change.image_id, project.pk), "") != change.new:
            conflicts.append(Conflict(change, CHANGED_SINCE))
        elif change.old_type:
            into[project, change.old].append(change.image)
        else:
            out[project].append(change.image)
    for project, images in out.items():
        leave(acting, images, project)
    for (project, place), images in into.items():
        split, batch = read_place(place)
        join(acting, images, project, split=split, batch=batch, exactly=True)
    return conflicts


def _places(changes: Sequence[Change]) -> dict[tuple[int, int], str]:
    memberships = Membership.objects.filter(
        image_id__among=[change.image_id for change in changes],
        project__in={change.project_id for change in changes if change.project_id},
    )
    return {(each.image_id, each.project_id): place_of(each) for each in memberships}


def undo_filenames(acting: Acting, changes: Sequence[Change]) -> list[Conflict]:
    prefetch_related_objects(changes, "image")
    conflicts: list[Conflict] = []
    for change in changes:
        if change.image.filename != change.new:
            conflicts.append(Conflict(change, CHANGED_SINCE))
        else:
            rename(acting, change.image, change.old)
    return conflicts
