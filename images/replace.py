"""Other bytes for the same image: its id, its entries and its history stay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting
from assetlib.changes.models import Change, ChangeKind
from assetlib.changes.record import Recorded
from assetlib.changes.undo import CHANGED_SINCE, Conflict
from images.columns import put_images
from images.files import names_of
from images.ingest import Examined, moment_of
from images.models import Image

FIELDS = ("sha256", "format", "size", "width", "height", "orientation", "camera", "taken_at")
NOT_KEPT = "the earlier file is no longer kept"
ANOTHER = "the earlier file is another image by now"


def replace_file(acting: Acting, image: Image, examined: Examined) -> None:
    """Give the image a file that is kept already, and that no image of the workspace has."""
    old = _said(image)
    image.sha256, image.format, image.size = examined.sha256, examined.format, examined.size
    image.width, image.height = examined.width, examined.height
    image.orientation, image.camera = examined.camera.orientation, examined.camera.fields
    image.taken_at = moment_of(examined.camera.taken_at, acting.workspace)
    _write(acting, image, old)


def undo_files(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    """Give images the files back that they had, as far as these are kept."""
    images = Image.objects.in_bulk({change.image_id for change in changes})
    conflicts: list[Conflict] = []
    for change in changes:
        image = images[change.image_id]
        old, new = json.loads(change.old), json.loads(change.new)
        if image.sha256 != new["sha256"]:
            conflicts.append(Conflict(change, CHANGED_SINCE))
        elif acting.workspace.images.filter(sha256=old["sha256"]).exists():
            conflicts.append(Conflict(change, ANOTHER))
        elif not _put_back(acting, image, old):
            conflicts.append(Conflict(change, NOT_KEPT))
    return conflicts


def earlier_files(workspace: Workspace) -> Iterator[str]:
    """Yield the hashes of files that an undo may ask for: those replaced a short while ago."""
    since = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    changes = Change.objects.filter(
        kind=ChangeKind.FILE, change_set__workspace=workspace, change_set__at__gte=since
    )
    for old in changes.values_list("old", flat=True).iterator():
        yield json.loads(old)["sha256"]


def _put_back(acting: Acting, image: Image, said: dict[str, Any]) -> bool:
    before = _said(image)
    for name in FIELDS:
        setattr(image, name, said[name])
    image.taken_at = datetime.fromisoformat(said["taken_at"]) if said["taken_at"] else None
    if not default_storage.exists(next(names_of(image))):
        image.refresh_from_db()
        return False
    _write(acting, image, before)
    return True


def _write(acting: Acting, image: Image, old: str) -> None:
    image.updated_at = acting.at
    image.save(update_fields=[*FIELDS, "updated_at"])
    put_images(acting.sheet, [image])
    acting.record(
        Recorded(
            image_id=image.pk,
            kind=ChangeKind.FILE,
            subject="file",
            old_type="file",
            old=old,
            new_type="file",
            new=_said(image),
        )
    )


def _said(image: Image) -> str:
    said = {name: getattr(image, name) for name in FIELDS}
    taken = said["taken_at"]
    return json.dumps(said | {"taken_at": taken.isoformat() if taken else None})
