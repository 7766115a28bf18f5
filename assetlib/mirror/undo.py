"""Undo of what a run applied: what the next one takes for applied, and the first change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from assetlib.changes.undo import CHANGED_SINCE, Conflict
from assetlib.mirror.merge import base_change, put_bases
from assetlib.mirror.models import Base
from images.models import Image

NO_MIRROR = "the mirror is no more"


def undo_bases(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    """Have the next run merge as if this one had never been."""
    mirrors = {mirror.pk: mirror for mirror in acting.workspace.mirrors.all()}
    held = _held(changes)
    conflicts: list[Conflict] = []
    back: list[Base] = []
    for change in changes:
        mirror = mirrors.get(change.old_mirror_id or 0)
        if mirror is None:
            conflicts.append(Conflict(change, NO_MIRROR))
        elif held.get((mirror.pk, change.image_id), "") != change.new:
            conflicts.append(Conflict(change, CHANGED_SINCE))
        else:
            back.append(Base(mirror=mirror, image_id=change.image_id, keys=change.old))
            acting.record(base_change(mirror, change.image_id, change.new, change.old))
    put_bases([base for base in back if base.keys])
    for base in back:
        if not base.keys:
            Base.objects.filter(mirror=base.mirror, image=base.image_id).delete()
    return conflicts


def _held(changes: Sequence[Recorded]) -> dict[tuple[int, int], str]:
    rows = Base.objects.filter(image_id__among=[change.image_id for change in changes])
    return {
        (mirror, image): keys for mirror, image, keys in rows.values_list("mirror", "image", "keys")
    }


def undo_touched(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    """Let a user's first change count again; undone once more, not."""
    images = Image.objects.in_bulk({change.image_id for change in changes})
    conflicts: list[Conflict] = []
    for change in changes:
        image = images[change.image_id]
        now = image.touched_at.isoformat() if image.touched_at else ""
        if now != change.new:
            conflicts.append(Conflict(change, CHANGED_SINCE))
            continue
        at = datetime.fromisoformat(change.old) if change.old else None
        Image.objects.filter(pk=image.pk).update(touched_at=at)
        acting.record(
            Recorded(
                image.pk,
                ChangeKind.TOUCHED,
                change.subject,
                old_type=change.new_type,
                old=change.new,
                new_type=change.old_type,
                new=change.old,
            )
        )
    return conflicts
