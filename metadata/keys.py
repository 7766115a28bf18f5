"""What can be done to a key as a whole."""

from __future__ import annotations

import numpy as np

from assetlib.changes.act import Acting
from assetlib.changes.batches import batches
from assetlib.columns.reading import Reader
from metadata.annotate import annotate
from metadata.columns import origins_of
from metadata.edits import Edit
from metadata.models import Key


def holders(key: Key) -> list[int]:
    """Return the ords of the images that have the key, those in the trash among them."""
    origins = Reader(key.workspace).get(origins_of(key.pk))
    return np.flatnonzero(origins).tolist()


def delete_key(acting: Acting, key: Key) -> int:
    """Remove the key from every image that is not in the trash; return from how many.

    The key's row stays, unused and unseen, so that history can name it and undo bring it back.
    """
    count = 0
    for batch in batches(holders(key)):
        images = key.workspace.images.alive().at(batch).order_by("ord").brief()
        outcomes = annotate(acting, [Edit(image, remove=[key.name]) for image in images])
        count += sum(outcome.changed for outcome in outcomes)
    return count
