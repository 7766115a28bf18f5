"""Out of the library and back: an image in the trash keeps its file, entries and place."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.storage import default_storage
from django.db import transaction

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from assetlib.columns.writing import Sheet
from images import files
from images.columns import ALIVE, put_updated
from images.models import Image, ImageQuerySet

BATCH = 500


def trash(acting: Acting, images: Sequence[Image]) -> int:
    """Move the images to the trash; return how many were not there yet."""
    present = Image.objects.alive().filter(pk__among=[image.pk for image in images])
    alive = _those(images, present)
    if not alive:
        return 0
    for image in alive:
        image.deleted_at, image.deleted_by = acting.at, acting.by
        image.updated_at = acting.at
    _save(acting, alive)
    acting.move([_move(image, "live", "trash") for image in alive])
    return len(alive)


def restore(acting: Acting, images: Sequence[Image]) -> int:
    """Bring the images back from the trash; return how many lay there."""
    lying = _those(images, Image.objects.trashed().filter(pk__among=[image.pk for image in images]))
    if not lying:
        return 0
    for image in lying:
        image.deleted_at = image.deleted_by = None
        image.updated_at = acting.at
    _save(acting, lying)
    acting.move([_move(image, "trash", "live") for image in lying])
    return len(lying)


def _save(acting: Acting, images: Sequence[Image]) -> None:
    Image.objects.bulk_update(images, ["deleted_at", "deleted_by", "updated_at"], batch_size=BATCH)
    ords = [image.ord for image in images]
    acting.sheet.put(ALIVE, ords, [image.deleted_at is None for image in images])
    put_updated(acting, ords)


def _those(images: Sequence[Image], among: ImageQuerySet) -> list[Image]:
    """Return the images that are so by now: read again under the act's lock."""
    found = set(among.values_list("pk", flat=True)) if images else set()
    return [image for image in images if image.pk in found]


def _move(image: Image, old: str, new: str) -> Recorded:
    return Recorded(
        image_id=image.pk,
        kind=ChangeKind.PRESENCE,
        subject=image.filename,
        old_type=old,
        new_type=new,
    )


def purge_expired() -> int:
    """Remove for good what has lain in the trash for longer than the setting says."""
    count = 0
    while batch := list(Image.objects.expired().select_related("workspace")[:BATCH]):
        with transaction.atomic():
            locked = [
                Workspace.objects.lock(workspace_id)
                for workspace_id in sorted({image.workspace_id for image in batch})
            ]
            # Someone may have brought one back since it was read.
            gone = Image.objects.expired().filter(pk__among=[image.pk for image in batch])
            ids = set(gone.values_list("pk", flat=True))
            for workspace in locked:
                theirs = [image for image in batch if image.workspace_id == workspace.pk]
                _erase(workspace, [image.ord for image in theirs if image.pk in ids])
            gone.delete()
        # Rows first: a file without a row is swept, a row without a file would be a broken picture.
        for image in batch:
            if image.pk in ids:
                files.remove(files.names_of(image))
        count += len(ids)
    return count


def _erase(workspace: Workspace, ords: Sequence[int]) -> None:
    """Leave nothing of the images in any column."""
    sheet = Sheet(workspace)
    sheet.erase(ords)
    workspace.seq += 1
    workspace.save(update_fields=["seq"])
    sheet.write(workspace.seq)


def delete_workspace(workspace: Workspace) -> None:
    """Remove the workspace with all that is in it, files included, for good."""
    uid = workspace.uid.hex
    workspace.delete()
    for what in ("originals", "renditions"):
        _remove_folder(f"{what}/{uid}")


def _remove_folder(folder: str) -> None:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    for name in folders:
        _remove_folder(f"{folder}/{name}")
    default_storage.delete(folder)
