"""What is drawn on images: boxes of a class, and how many there are of any."""

from __future__ import annotations

from assetlib.columns.form import normalise
from assetlib.search.filters.bounds import bounds_of
from assetlib.search.filters.images import measured
from assetlib.search.language.operands import Number
from assetlib.search.language.tree import ClassCount, Condition
from assetlib.search.source import Mask, Source


def with_boxes_of(source: Source, node: ClassCount) -> Mask:
    """Return the images with so many boxes of the class; of one nobody knows there are none."""
    called = source.classes_called(normalise(node.name.text))
    if (node.order, node.count) == (">=", 1):
        return source.class_lists().holding(called)
    counts = source.box_lists().counting(called)
    return bounds_of(node.order, Number(node.count)).mask(counts)


def with_boxes(source: Source, condition: Condition) -> Mask:
    """Return the images with so many boxes of whatever class."""
    return measured(source.box_counts(), condition)
