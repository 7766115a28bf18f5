"""Put images in projects and take them out; what changes is in the history."""

from __future__ import annotations

import json
from collections.abc import Sequence

from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from images.columns import put_memberships, put_updated
from images.models import Image, Membership, Project


def join(
    acting: Acting,
    images: Sequence[Image],
    project: Project,
    *,
    split: str = "",
    batch: str = "",
    exactly: bool = False,
) -> None:
    """Put the images in the project; one that is in it already gets this split and batch.

    An empty split or batch leaves the one an image has, unless it is meant `exactly` so.
    """
    there = {
        membership.image_id: membership
        for membership in project.memberships.filter(image_id__among=[image.pk for image in images])
    }
    new = [image for image in images if image.pk not in there]
    Membership.objects.bulk_create(
        [Membership(project=project, image=image, split=split, batch=batch) for image in new],
        batch_size=1_000,
    )
    for image in new:
        if image.pk not in acting.arrived:
            acting.record(_change(image, project, None, _place(split, batch)))
    moved = []
    for image in images:
        if (membership := there.get(image.pk)) is None:
            continue
        old = place_of(membership)
        membership.split = split if exactly else split or membership.split
        membership.batch = batch if exactly else batch or membership.batch
        if place_of(membership) != old:
            moved.append(membership)
            acting.record(_change(image, project, old, place_of(membership)))
    Membership.objects.bulk_update(moved, ["split", "batch"], batch_size=500)
    changed = {each.image_id for each in moved}
    _mark(acting, [*new, *(image for image in images if image.pk in changed)])


def leave(acting: Acting, images: Sequence[Image], project: Project) -> None:
    """Take the images out of the project; they stay in the library."""
    by_id = {image.pk: image for image in images}
    memberships = list(project.memberships.filter(image_id__among=by_id))
    for each in memberships:
        acting.record(_change(by_id[each.image_id], project, place_of(each), None))
    Membership.objects.filter(pk__among=[each.pk for each in memberships]).delete()
    _mark(acting, [by_id[each.image_id] for each in memberships])


def _mark(acting: Acting, images: Sequence[Image]) -> None:
    """Note on the images, and in the columns, that they are filed otherwise."""
    rows = Image.objects.filter(pk__among=[image.pk for image in images])
    rows.update(updated_at=acting.at)
    put_updated(acting, [image.ord for image in images])
    put_memberships(acting.sheet, {image.pk: image.ord for image in images})


def _place(split: str, batch: str) -> str:
    """Return how the history writes an image's place in a project."""
    return json.dumps({"split": split, "batch": batch}, ensure_ascii=False)


def read_place(text: str) -> tuple[str, str]:
    """Return the split and batch that the history wrote."""
    place = json.loads(text)
    return place["split"], place["batch"]


def place_of(membership: Membership) -> str:
    return _place(membership.split, membership.batch)


def _change(image: Image, project: Project, old: str | None, new: str | None) -> Recorded:
    return Recorded(
        image_id=image.pk,
        kind=ChangeKind.MEMBERSHIP,
        subject=project.name,
        project_id=project.pk,
        old_type="" if old is None else "member",
        old=old or "",
        new_type="" if new is None else "member",
        new=new or "",
    )
