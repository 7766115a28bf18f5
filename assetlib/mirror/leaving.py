"""Objects that left the bucket: their rows, what their sidecars said, and their images.

An image whose last path has left stays as it is, or goes to the trash where the mirror is told so
and the image came from a bucket: what somebody uploaded is not the mirror's to remove.
"""

from __future__ import annotations

from collections.abc import Sequence

from assetlib.changes.act import Acting
from assetlib.changes.models import Origin
from assetlib.mirror.apply import merge
from assetlib.mirror.models import LIVE, LedgerRow, Mirror, Orphans, OutcomeName, Run
from images.models import Image
from images.trash import trash

LEFT = "the object has left the bucket"


def vanish(acting: Acting, mirror: Mirror, run: Run, paths: Sequence[str]) -> int:
    """Note that the objects at these paths have left; return how many images went with them."""
    rows = list(mirror.ledger.at(paths))
    images = [row.image_id for row in rows if row.image_id and row.outcome in LIVE]
    mirror.ledger.at(paths).update(
        outcome=OutcomeName.GONE, reason=LEFT, run=run, at=acting.at, applied=""
    )
    return _without_path(acting, mirror, images)


def see_to_moved(acting: Acting, mirror: Mirror, most: int) -> int:
    """See to the images that paths have moved away from; return how many paths that were."""
    rows = list(mirror.ledger.filter(was__isnull=False).order_by("path")[:most])
    _without_path(acting, mirror, [row.was_id for row in rows if row.was_id])
    LedgerRow.objects.filter(pk__among=[row.pk for row in rows]).update(was=None)
    return len(rows)


def _without_path(acting: Acting, mirror: Mirror, images: Sequence[int]) -> int:
    """Merge what is still said of the images; remove those that are nowhere any more."""
    alive = {image.pk: image for image in Image.objects.alive().filter(pk__among=images)}
    live = LedgerRow.objects.live().of(list(alive))
    somewhere = set(live.values_list("image_id", flat=True))
    here = set(live.filter(mirror=mirror).values_list("image_id", flat=True))
    merge(acting, mirror, [image for pk, image in alive.items() if pk in here])
    if mirror.orphans != Orphans.REMOVE:
        return 0
    nowhere = [
        image
        for pk, image in alive.items()
        if pk not in somewhere and image.origin == Origin.BUCKET
    ]
    trash(acting, nowhere)
    gone = mirror.ledger.of([image.pk for image in nowhere]).filter(outcome=OutcomeName.GONE)
    gone.update(outcome=OutcomeName.REMOVED)
    return len(nowhere)
