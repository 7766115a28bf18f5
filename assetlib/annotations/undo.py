"""Undo of boxes. What was changed again since is left alone, and told."""

from __future__ import annotations

from collections.abc import Sequence

from assetlib.annotations.annotate import Boxed, put_all
from assetlib.annotations.drawn import read_boxes
from assetlib.annotations.shown import boxes_of
from assetlib.changes.act import Acting
from assetlib.changes.record import Recorded
from assetlib.changes.undo import CHANGED_SINCE, IN_TRASH, Conflict
from images.models import Image


def undo_boxes(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    """Give images back the boxes they had, where those that were put are still there."""
    images = Image.objects.in_bulk({change.image_id for change in changes})
    held = boxes_of(images)
    conflicts: list[Conflict] = []
    back: list[Boxed] = []
    for change in changes:
        image = images[change.image_id]
        if image.deleted_at is not None:
            conflicts.append(Conflict(change, IN_TRASH))
        elif held[change.image_id] != read_boxes(change.new):
            conflicts.append(Conflict(change, CHANGED_SINCE))
        else:
            back.append(Boxed(image, read_boxes(change.old), change.old_origin))
    put_all(acting, back, overwrite=True)
    return conflicts
