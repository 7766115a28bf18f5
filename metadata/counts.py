"""The counters of keys, values and tags: of images that are not in the trash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Count

from assetlib.changes.act import Acting
from assetlib.changes.record import Recorded
from metadata import rows
from metadata.models import Entry, ImageTag


def follow_presence(_acting: Acting, changes: Sequence[Recorded]) -> None:
    """Take what is said of an image out of the counts when it leaves, and in when it comes back."""
    _count_all([change.image_id for change in changes if change.new_type == "trash"], -1)
    _count_all([change.image_id for change in changes if change.old_type == "trash"], +1)


def _count_all(images: Iterable[int], sign: int) -> None:
    keys: Counter[tuple[int, str]] = Counter()
    values: Counter[int] = Counter()
    tags: Counter[int] = Counter()
    listed = list(images)
    entries = Entry.objects.filter(image_id__among=listed)
    for key, value, type_name, n in entries.values_list("key", "value", "value__type").annotate(
        n=Count("id")
    ):
        keys[key, type_name or "number"] += sign * n
        if value is not None:
            values[value] += sign * n
    tagged = ImageTag.objects.filter(image_id__among=listed)
    for tag, n in tagged.values_list("tag").annotate(n=Count("id")):
        tags[tag] += sign * n
    rows.add_key_counts(keys)
    rows.add_value_counts(values)
    rows.add_tag_counts(tags)
