"""What can be done to a key as a whole."""

from __future__ import annotations

from assetlib.changes.act import Acting
from assetlib.changes.batches import batches
from images.models import Image
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.models import Key


def delete_key(acting: Acting, key: Key) -> int:
    """Remove the key from every image that is not in the trash; return from how many.

    The key's row stays, unused and unseen, so that history can name it and undo bring it back.
    """
    images = Image.objects.alive().filter(entries__key=key).order_by("ord")
    count = 0
    for batch in batches(list(images)):
        outcomes = annotate(acting, [Edit(image, remove=[key.name]) for image in batch])
        count += sum(outcome.changed for outcome in outcomes)
    return count
