"""The one operation through which every change of boxes goes.

    with act(workspace, by=user, origin=Origin.API, kind=ActKind.EDIT) as acting:
        put_boxes(acting, image, [Drawn("forklift", 12, 40, 200, 160)])

What an image has is replaced as a whole, if that was asked for; one change says what there was and
what there is. The boxes an image arrives with are no change: they go and come back with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connection

from assetlib.annotations import columns
from assetlib.annotations.counts import add_counts
from assetlib.annotations.drawn import Drawn, check_box, write_boxes
from assetlib.annotations.errors import AlreadyAnnotatedError, InvalidBoxError, TrashedImageError
from assetlib.annotations.models import Box, ClassName
from assetlib.annotations.shown import boxes_of
from assetlib.changes.act import Acting
from assetlib.changes.batches import BATCH
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from assetlib.columns.form import normalise
from assetlib.rows import bulk
from images.columns import put_updated
from images.models import Image


@dataclass(frozen=True, slots=True)
class Boxed:
    """An image with all the boxes it is to have; their origin is the act's, if none is given."""

    image: Image
    boxes: Sequence[Drawn]
    origin: str = ""


def put_boxes(
    acting: Acting, image: Image, boxes: Sequence[Drawn], *, overwrite: bool = False
) -> bool:
    """Give the image these boxes, and return whether that changes anything.

    Raises InvalidBoxError, TrashedImageError, and AlreadyAnnotatedError when the image has boxes
    and `overwrite` is false; then nothing is changed.
    """
    return bool(put_all(acting, [Boxed(image, boxes)], overwrite=overwrite))


def put_all(acting: Acting, asked: Iterable[Boxed], *, overwrite: bool = False) -> int:
    """Do as `put_boxes` with each image, at most once each; return how many changed."""
    wanted = [replace(each, boxes=_checked(each)) for each in asked]
    _check_present(acting, [each.image for each in wanted])
    held = boxes_of([each.image.pk for each in wanted])
    for each in wanted:
        if held[each.image.pk] and not overwrite:
            raise AlreadyAnnotatedError(each.image.filename)
    classes = _classes(acting, {box.class_name for each in wanted for box in each.boxes})
    spelled = [
        replace(
            each,
            boxes=[
                replace(box, class_name=classes[normalise(box.class_name)].name)
                for box in each.boxes
            ],
        )
        for each in wanted
    ]
    changed = [each for each in spelled if each.boxes != held[each.image.pk]]
    if changed:
        _write(acting, changed, held, classes)
    return len(changed)


def _checked(asked: Boxed) -> Sequence[Drawn]:
    image, count = asked.image, len(asked.boxes)
    if count > settings.MAX_BOXES:
        raise InvalidBoxError(
            f"{image.filename} would have {count:,} boxes; {settings.MAX_BOXES:,} are allowed."
        )
    return [check_box(box, image.width, image.height) for box in asked.boxes]


def _check_present(acting: Acting, images: Sequence[Image]) -> None:
    # Read again under the lock: the image may have gone to the trash since the caller read it.
    asked = Image.objects.filter(pk__among=[image.pk for image in images])
    trashed = set(asked.trashed().values_list("pk", flat=True))
    for image in images:
        if image.workspace_id != acting.workspace.pk:
            raise ValueError(f"{image.public_id} is of another workspace than the act.")
        if image.pk in trashed:
            raise TrashedImageError(image.filename)


def _classes(acting: Acting, names: Iterable[str]) -> dict[str, ClassName]:
    """Return the classes by normalised name; new ones are made."""
    spelled: dict[str, str] = {}
    for name in sorted(names):
        spelled.setdefault(normalise(name), name)
    known = acting.workspace.class_names.filter(norm__among=spelled)
    found = {each.norm: each for each in known}
    made = ClassName.objects.bulk_create(
        [
            ClassName(workspace=acting.workspace, name=name, norm=norm)
            for norm, name in spelled.items()
            if norm not in found
        ],
        batch_size=BATCH,
    )
    return found | {each.norm: each for each in made}


def _write(
    acting: Acting,
    changed: Sequence[Boxed],
    held: Mapping[int, Sequence[Drawn]],
    classes: Mapping[str, ClassName],
) -> None:
    ord_by_id = {each.image.pk: each.image.ord for each in changed}
    origins = _origins([image for image in ord_by_id if held[image]])
    _count(changed, held, acting)
    Box.objects.filter(image_id__among=[image for image in ord_by_id if held[image]]).delete()
    _add_rows(acting, changed, classes)
    columns.put_boxes(acting.sheet, ord_by_id)
    Image.objects.filter(pk__among=list(ord_by_id)).update(updated_at=acting.at)
    put_updated(acting, list(ord_by_id.values()))
    for each in changed:
        if each.image.pk not in acting.arrived:
            there = held[each.image.pk]
            acting.record(_change(acting, each, there, origins.get(each.image.pk, "")))


def _origins(images: Sequence[int]) -> dict[int, str]:
    """Return where the boxes of images came from: those of one image came together."""
    rows = Box.objects.filter(image_id__among=images).order_by()
    return dict(rows.values_list("image_id", "origin").distinct())


def _count(changed: Sequence[Boxed], held: Mapping[int, Sequence[Drawn]], acting: Acting) -> None:
    """Change the counters of classes by what images get and lose."""
    counts: Counter[str] = Counter()
    for each in changed:
        counts.update({box.class_name for box in each.boxes})
        counts.subtract({box.class_name for box in held[each.image.pk]})
    named = acting.workspace.class_names.filter(name__among=list(counts))
    add_counts({pk: counts[name] for pk, name in named.values_list("pk", "name")})


def _add_rows(acting: Acting, changed: Sequence[Boxed], classes: Mapping[str, ClassName]) -> None:
    at = connection.ops.adapt_datetimefield_value(acting.at)
    by = acting.by.pk if acting.by else None
    bulk.insert(
        "annotations_box",
        (
            "image_id",
            "class_name_id",
            '"left"',
            "top",
            "width",
            "height",
            "origin",
            "changed_at",
            "changed_by_id",
        ),
        [
            (
                each.image.pk,
                classes[normalise(box.class_name)].pk,
                box.left,
                box.top,
                box.width,
                box.height,
                str(each.origin or acting.origin),
                at,
                by,
            )
            for each in changed
            for box in each.boxes
        ],
    )


def _change(acting: Acting, boxed: Boxed, there: Sequence[Drawn], origin: str) -> Recorded:
    change = Recorded(boxed.image.pk, ChangeKind.BOXES, "boxes")
    if there:
        change = change._replace(old_type="boxes", old=write_boxes(there), old_origin=origin)
    if boxed.boxes:
        came = boxed.origin or acting.origin
        change = change._replace(new_type="boxes", new=write_boxes(boxed.boxes), new_origin=came)
    return change
