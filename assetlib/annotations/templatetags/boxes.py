from __future__ import annotations

from collections import Counter

from django import template

from assetlib.annotations.drawn import read_boxes

register = template.Library()


@register.filter
def boxes_said(text: str) -> str:
    """Return in words what boxes the history holds: “2 forklift, 1 person”."""
    counts = Counter(box.class_name for box in read_boxes(text))
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
