"""Delete a mirror: its images stay in the library, and their entries stay the bucket's."""

from __future__ import annotations

from django.db import transaction

from assetlib.accounts.models import Workspace
from assetlib.columns.writing import Sheet
from assetlib.mirror.columns import put_places
from assetlib.mirror.models import RUNS_UNDER_WAY, Mirror
from assetlib.mirror.runs import MirrorBusyError

BATCH = 1_000


def delete_mirror(mirror: Mirror) -> None:
    """Delete the mirror with its ledger, some rows a transaction. Raises MirrorBusyError.

    Killed in between, a mirror with a shorter ledger is left, to be deleted again.
    """
    while _forget_some(mirror):
        continue
    with transaction.atomic():
        Workspace.objects.lock(mirror.workspace_id)
        mirror.delete()


def _forget_some(mirror: Mirror) -> bool:
    with transaction.atomic():
        workspace = Workspace.objects.lock(mirror.workspace_id)
        running = mirror.runs.filter(state__in=RUNS_UNDER_WAY).first()
        if running is not None:
            raise MirrorBusyError(running)
        rows = list(mirror.ledger.order_by("path").select_related("image")[:BATCH])
        mirror.ledger.filter(pk__among=[row.pk for row in rows]).delete()
        images = [row.image for row in rows if row.image is not None]
        sheet = Sheet(workspace)
        put_places(sheet, {image.pk: image.ord for image in images})
        workspace.seq += 1
        workspace.save(update_fields=["seq"])
        sheet.write(workspace.seq)
    return bool(rows)
