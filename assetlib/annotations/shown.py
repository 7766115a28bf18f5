"""What lists show of many images at once: boxes as they are drawn, not rows."""

from __future__ import annotations

from collections.abc import Collection

from assetlib.annotations.drawn import Drawn
from assetlib.annotations.models import Box


def boxes_of(images: Collection[int]) -> dict[int, list[Drawn]]:
    """Return the boxes of the images by primary key, in the order they were given."""
    boxes: dict[int, list[Drawn]] = {image: [] for image in images}
    rows = Box.objects.filter(image_id__among=images).order_by("pk")
    for image, name, left, top, width, height in rows.values_list(
        "image_id", "class_name__name", "left", "top", "width", "height"
    ):
        boxes[image].append(Drawn(name, left, top, width, height))
    return boxes
