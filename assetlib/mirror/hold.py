"""What a person moves to the trash a mirror leaves alone, until someone brings it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assetlib.changes.act import Acting
from assetlib.changes.record import Recorded
from assetlib.mirror.models import LIVE, LedgerRow, OutcomeName

IN_TRASH = "the image is in the trash"
BATCH = 500
CAME_BACK = "the image came back from the trash"


def follow_presence(acting: Acting, changes: Sequence[Recorded]) -> None:
    """Hold the objects of images that somebody removes, and let go of those that come back."""
    let_go(acting, [c.image_id for c in changes if c.old_type == "trash"])
    if acting.mirror_id is not None:
        # A mirror's own run says in the ledger why an image went.
        return
    away = LedgerRow.objects.of([c.image_id for c in changes if c.new_type == "trash"])
    live = away.filter(outcome__in=LIVE)
    live.update(outcome=OutcomeName.HELD, reason=IN_TRASH, at=acting.at)


def let_go(acting: Acting, images: Collection[int]) -> None:
    """Hold the objects of the images no more, in any mirror: they are back."""
    back = LedgerRow.objects.of(images)
    held = back.filter(outcome=OutcomeName.HELD)
    remarked = list(held.exclude(remarks=""))
    held.update(outcome=OutcomeName.SYNCED, reason=CAME_BACK, at=acting.at)
    # What was wrong with them still is.
    for row in remarked:
        row.conclude()
    LedgerRow.objects.bulk_update(remarked, ["outcome", "reason"], batch_size=BATCH)
    removed = back.filter(outcome=OutcomeName.REMOVED)
    removed.update(outcome=OutcomeName.GONE, reason=CAME_BACK, at=acting.at)
