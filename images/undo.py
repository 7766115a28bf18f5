"""Undo of what the room's operations recorded. What was changed again since stays, and is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assetlib.changes.act import Acting
from assetlib.changes.record import Recorded
from assetlib.changes.undo import CHANGED_SINCE, Conflict
from images.memberships import join, leave, place_of, read_place
from images.models import Image, Membership, Project
from images.rename import rename
from images.trash import restore, trash


def undo_presence(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    """Send what came to the trash, and bring what went there back."""
    images = Image.objects.in_bulk({change.image_id for change in changes})
    conflicts: list[Conflict] = []
    away: list[Image] = []
    back: list[Image] = []
    for change in changes:
        image = images[change.image_id]
        if (change.new_type == "trash") != (image.deleted_at is not None):
            conflicts.append(Conflict(change, CHANGED_SINCE))
        elif change.new_type == "live":
            away.append(image)
        elif change.old_type == "live":
            back.append(image)
        # What came and went lies there as if it had never come.
    trash(acting, away)
    restore(acting, back)
    return conflicts


def undo_memberships(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    """Put images back in, or out of, the projects they were in."""
    images = Image.objects.in_bulk({change.image_id for change in changes})
    projects = Project.objects.in_bulk({change.project_id for change in changes})
    conflicts: list[Conflict] = []
    held = _places(changes)
    out: dict[Project, list[Image]] = defaultdict(list)
    into: dict[tuple[Project, str], list[Image]] = defaultdict(list)
    for change in changes:
        project = projects.get(change.project_id or 0)
        if project is None or held.get((change.image_id, project.pk), "") != change.new:
            conflicts.append(Conflict(change, CHANGED_SINCE))
        elif change.old_type:
            into[project, change.old].append(images[change.image_id])
        else:
            out[project].append(images[change.image_id])
    for project, those in out.items():
        leave(acting, those, project)
    for (project, place), those in into.items():
        split, batch = read_place(place)
        join(acting, those, project, split=split, batch=batch, exactly=True)
    return conflicts


def _places(changes: Sequence[Recorded]) -> dict[tuple[int, int], str]:
    memberships = Membership.objects.filter(
        image_id__among=[change.image_id for change in changes],
        project__in={change.project_id for change in changes if change.project_id},
    )
    return {(each.image_id, each.project_id): place_of(each) for each in memberships}


def undo_filenames(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    images = Image.objects.in_bulk({change.image_id for change in changes})
    conflicts: list[Conflict] = []
    for change in changes:
        image = images[change.image_id]
        if image.filename != change.new:
            conflicts.append(Conflict(change, CHANGED_SINCE))
        else:
            rename(acting, image, change.old)
    return conflicts
