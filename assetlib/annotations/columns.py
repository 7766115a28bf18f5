"""The columns that say what boxes images have, and their derivation.

`annotate` puts what it changes; `put_stretch` puts the same from the tables, for a rebuild and for
whoever verifies.
"""

from __future__ import annotations

from collections.abc import Mapping

from assetlib.accounts.models import Workspace
from assetlib.annotations.models import Box
from assetlib.columns.kinds import CODES, LISTS, Column
from assetlib.columns.writing import Sheet

# Which classes an image has, each once: what is asked and counted most.
CLASSES = Column("classes", LISTS)
# The class of each of its boxes, so that those of one can be counted.
BOXES = Column("boxes", LISTS)
# How many boxes it has in all.
BOX_COUNT = Column("box_count", CODES)


def put_boxes(sheet: Sheet, ord_by_id: Mapping[int, int]) -> None:
    """Put which boxes the images, given as ord by primary key, have by now."""
    classes: dict[int, list[int]] = {ord_: [] for ord_ in ord_by_id.values()}
    rows = Box.objects.filter(image_id__among=ord_by_id).order_by()
    for image, class_name in rows.values_list("image_id", "class_name_id"):
        classes[ord_by_id[image]].append(class_name)
    sheet.put(BOXES, classes, classes.values())
    sheet.put(CLASSES, classes, [sorted({*each}) for each in classes.values()])
    sheet.put(BOX_COUNT, classes, map(len, classes.values()))


def put_stretch(sheet: Sheet, workspace: Workspace, ords: range) -> None:
    """Put all that the tables say of the boxes of the images with these ords."""
    images = workspace.images.filter(ord__gte=ords.start, ord__lt=ords.stop)
    put_boxes(sheet, dict(images.values_list("pk", "ord")))
