"""The metadata of an image as a whole: replaced, or changed only while it is what a writer saw."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from assetlib.changes.act import Acting
from images.models import Image
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.errors import StaleVersionError
from metadata.models import Entry
from metadata.values import Value


def check_version(acting: Acting, image: Image, seen: Collection[str]) -> None:
    """Raise StaleVersionError unless one `seen` is the version of the image's entries and tags.

    Asked inside the act: its lock is what keeps the version until the change is made.
    """
    found = acting.workspace.images.filter(pk=image.pk).values_list("metadata_version", flat=True)
    current = found.get()
    if str(current) not in seen:
        raise StaleVersionError(image, current)


def replace_entries(acting: Acting, image: Image, entries: Mapping[str, Value]) -> None:
    """Leave the image these entries alone; its tags stay."""
    held = Entry.objects.filter(image=image).values_list("key__name", flat=True)
    gone = [name for name in held if name not in entries]
    annotate(acting, [Edit(image, set=entries, remove=gone)])
