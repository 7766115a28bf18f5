"""The rows of entries, image tags, dictionaries and their counters, written in bulk.

The one other place that writes these tables' SQL is a migration.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from assetlib.columns.form import normalise
from assetlib.rows import bulk
from metadata.models import NORM_LENGTH, Entry, ImageTag
from metadata.values import Value as TypedValue


class EntryRow(NamedTuple):
    """What an entry says; one of `value_id` and `number` is None."""

    value_id: int | None
    number: float | None
    origin: str
    mirror_id: int | None = None


# An entry on an image: (image, key, what it says).
Placed = tuple[int, int, EntryRow]


class ValueRow(NamedTuple):
    key_id: int
    code: int
    value: TypedValue
    digest: bytes
    image_count: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes, and when."""

    at: datetime
    by_id: int | None

    @property
    def columns(self) -> tuple[Any, int | None]:
        return connection.ops.adapt_datetimefield_value(self.at), self.by_id


def add_entries(entries: Iterable[Placed], stamp: Stamp) -> None:
    columns = ("image_id", "key_id", *EntryRow._fields, "changed_at", "changed_by_id")
    stamped = stamp.columns
    rows = [(image, key, *row, *stamped) for image, key, row in entries]
    bulk.insert("metadata_entry", columns, rows)


def change_entries(entries: Iterable[Placed], stamp: Stamp) -> None:
    """Give the entries of these images and keys other values."""
    stamped = stamp.columns
    bulk.run_for_each(
        "UPDATE metadata_entry SET value_id = %s, number = %s, origin = %s, mirror_id = %s,"
        " changed_at = %s, changed_by_id = %s WHERE image_id = %s AND key_id = %s",
        [(*row, *stamped, image, key) for image, key, row in entries],
    )


def disown(images: Iterable[int], mirror: int) -> None:
    """Have the entries of these images that are the mirror's be of a bucket nobody follows."""
    mine = Entry.objects.filter(image_id__among=list(images), mirror_id=mirror)
    mine.update(mirror=None)


def add_values(rows: Iterable[ValueRow]) -> None:
    bulk.insert(
        "metadata_value",
        ("key_id", "code", "type", "text", "digest", "norm", "image_count"),
        [
            (
                row.key_id,
                row.code,
                row.value.type.name,
                row.value.text,
                row.digest,
                normalise(row.value.text)[:NORM_LENGTH],
                row.image_count,
            )
            for row in rows
        ],
    )


def set_next_code(key_id: int, code: int) -> None:
    bulk.run_for_each("UPDATE metadata_key SET next_code = %s WHERE id = %s", [(code, key_id)])


def drop_entries(key_id: int, images: Collection[int]) -> None:
    """Remove the entries that these images have of the key."""
    Entry.objects.filter(key_id=key_id, image_id__among=images).delete()


def put_tags(pairs: Iterable[tuple[int, int]], origin: str, stamp: Stamp) -> None:
    """Put tags on images, as (image, tag)."""
    stamped = stamp.columns
    bulk.insert(
        "metadata_imagetag",
        ("image_id", "tag_id", "origin", "changed_at", "changed_by_id"),
        [(image, tag, str(origin), *stamped) for image, tag in pairs],
    )


def drop_tags(tag_id: int, images: Collection[int]) -> None:
    """Take the tag off these images."""
    ImageTag.objects.filter(tag_id=tag_id, image_id__among=images).delete()


def add_key_counts(deltas: Mapping[tuple[int, str], int]) -> None:
    """Add to the counters of keys; `deltas` is by key and type name."""
    for type_name in ("string", "number", "boolean"):
        column = f"{type_name}_count"
        bulk.run_for_each(
            f"UPDATE metadata_key SET image_count = image_count + %s,"  # noqa: S608 -- names of ours
            f" {column} = {column} + %s WHERE id = %s",
            [(n, n, key) for (key, name), n in sorted(deltas.items()) if n and name == type_name],
        )


def add_value_counts(deltas: Mapping[int, int]) -> None:
    bulk.add("metadata_value", "image_count", deltas)


def add_tag_counts(deltas: Mapping[int, int]) -> None:
    bulk.add("metadata_tag", "image_count", deltas)
