"""Whether rows and files agree: what a kill at the wrong moment leaves behind is found here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from assetlib.accounts.models import Workspace
from images.files import names_of, original_folder
from images.models import Image
from images.replace import earlier_files
from images.storage import folders

# A file younger than this may be an upload whose row is about to come.
GRACE = timedelta(hours=1)


def missing_files(workspace: Workspace) -> Iterator[Image]:
    """Yield the images whose original is not in storage."""
    for image in workspace.images.order_by("ord").iterator():
        if not default_storage.exists(next(names_of(image))):
            yield image


def stray_files(workspace: Workspace) -> Iterator[str]:
    """Yield the names in storage, older than an hour, that no image of the workspace has."""
    folder = original_folder(workspace)
    # An undo may ask for the file an image had before.
    earlier = set(earlier_files(workspace))
    for shard in folders(folder):
        hashes = workspace.images.filter(sha256__startswith=shard).values_list("sha256", flat=True)
        known = {*hashes, *earlier}
        for file in default_storage.listdir(f"{folder}/{shard}")[1]:
            name = f"{folder}/{shard}/{file}"
            if file.partition(".")[0] not in known and _is_old(name):
                yield name


def remove_stray(names: Iterator[str]) -> int:
    count = 0
    for name in names:
        default_storage.delete(name)
        count += 1
    return count


def _is_old(name: str) -> bool:
    return default_storage.get_modified_time(name) < timezone.now() - GRACE
