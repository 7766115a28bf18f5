"""What lists show of many images at once: values, not rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assetlib.changes.models import Origin
from metadata.edits import Held
from metadata.models import Entry, ImageTag
from metadata.values import Value, from_number, from_stored


def metadata_of(
    images: Collection[int], keys: Sequence[str] | None = None
) -> dict[int, dict[str, Value]]:
    """Return the metadata of the images by primary key, in the order of the keys' names.

    With `keys` only what stands under these.
    """
    rows = Entry.objects.filter(image_id__among=images)
    if keys is not None:
        rows = rows.filter(key__name__among=keys)
    metadata: dict[int, dict[str, Value]] = {image: {} for image in images}
    for image, key, number, type_name, text in sorted(
        rows.order_by().values_list(
            "image_id", "key__name", "number", "value__type", "value__text"
        ),
        key=lambda row: row[1],
    ):
        value = from_stored(type_name, text) if number is None else from_number(number)
        metadata[image][key] = value
    return metadata


def held_by(images: Collection[int]) -> dict[int, dict[str, Held]]:
    """Return the entries of the images by primary key and key, with who last set each."""
    held: dict[int, dict[str, Held]] = {image: {} for image in images}
    rows = Entry.objects.filter(image_id__among=images).order_by()
    for image, key, number, type_name, text, origin, mirror in rows.values_list(
        "image_id",
        "key__name",
        "number",
        "value__type",
        "value__text",
        "origin",
        "mirror_id",
    ):
        value = from_stored(type_name, text) if number is None else from_number(number)
        held[image][key] = Held(value, Origin(origin), mirror)
    return held


def tags_of(images: Collection[int]) -> dict[int, list[str]]:
    """Return the tags of the images by primary key, in alphabetical order."""
    tags: dict[int, list[str]] = {image: [] for image in images}
    rows = ImageTag.objects.filter(image_id__among=images).order_by()
    for image, _, name in sorted(
        rows.values_list("image_id", "tag__folded", "tag__name"), key=lambda row: row[1]
    ):
        tags[image].append(name)
    return tags
