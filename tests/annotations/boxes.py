"""Short ways to write and read boxes in tests."""

from __future__ import annotations

from assetlib.accounts.models import User
from assetlib.annotations.annotate import put_boxes
from assetlib.annotations.drawn import Drawn
from assetlib.annotations.shown import boxes_of
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from images.models import Image

FORKLIFT = Drawn("forklift", 10, 20, 30, 40)
PERSON = Drawn("person", 100.5, 200.25, 50, 60.125)


def draw(
    image: Image,
    *boxes: Drawn,
    by: User | None = None,
    origin: Origin = Origin.API,
    overwrite: bool = False,
) -> ChangeSet | None:
    """Put the boxes on the image."""
    with act(image.workspace, by=by, origin=origin, kind=ActKind.EDIT) as acting:
        put_boxes(acting, image, boxes, overwrite=overwrite)
    return acting.change_set


def drawn_on(image: Image) -> list[Drawn]:
    return boxes_of([image.pk])[image.pk]
