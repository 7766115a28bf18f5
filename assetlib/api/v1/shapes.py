"""Rows as the answers of this face hold them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from assetlib.api.v1.problems import wrong_field
from assetlib.changes.models import Change, ChangeSet
from images.files import original_url, rendition_url
from images.memberships import read_place
from images.models import Image, Membership
from metadata.shown import metadata_of, tags_of
from metadata.values import TYPES, Value, from_stored

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """An image with what is said of it, and its split in each project by slug."""

    image: Image
    metadata: Mapping[str, Value]
    tags: Sequence[str]
    splits: Mapping[str, str]


# The fields of an image, besides its id, which it always has.
FIELDS: dict[str, Callable[[Shown, HttpRequest], Any]] = {
    "filename": lambda shown, _: shown.image.filename,
    "width": lambda shown, _: shown.image.width,
    "height": lambda shown, _: shown.image.height,
    "size": lambda shown, _: shown.image.size,
    "format": lambda shown, _: shown.image.format,
    "sha256": lambda shown, _: shown.image.sha256,
    "tags": lambda shown, _: list(shown.tags),
    "metadata": lambda shown, _: plain(shown.metadata),
    "projects": lambda shown, _: dict(shown.splits),
    "split": lambda shown, _: next(filter(None, shown.splits.values()), ""),
    "uploaded_at": lambda shown, _: shown.image.uploaded_at,
    "taken_at": lambda shown, _: shown.image.taken_at,
    "origin": lambda shown, _: shown.image.origin,
    "url": lambda shown, request: request.build_absolute_uri(original_url(shown.image)),
    "thumbnail_url": lambda shown, request: request.build_absolute_uri(
        rendition_url(shown.image, "thumb")
    ),
}


def fields_of(text: str) -> Collection[str]:
    """Return the fields that a list with commas names; all of them for none."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in FIELDS and name != "id":
            raise wrong_field(
                "fields", f"There is no field “{name[:60]}”; there are id, {', '.join(FIELDS)}."
            )
    return [name for name in names if name != "id"] if names else FIELDS.keys()


def image_object(shown: Shown, request: HttpRequest, fields: Collection[str] = FIELDS) -> Json:
    said = {name: FIELDS[name](shown, request) for name in fields}
    return {"id": shown.image.public_id} | said


def show(image: Image) -> Shown:
    """Return one image with all that is said of it."""
    metadata, tags = metadata_of([image.pk]), tags_of([image.pk])
    return Shown(image, metadata[image.pk], tags[image.pk], splits_of([image])[image.pk])


def splits_of(images: Sequence[Image]) -> dict[int, dict[str, str]]:
    """Return the split in each project by slug, by the images' primary keys: one question."""
    splits: dict[int, dict[str, str]] = {image.pk: {} for image in images}
    rows = Membership.objects.filter(image_id__among=list(splits)).order_by("project__slug")
    for image, slug, split in rows.values_list("image_id", "project__slug", "split"):
        splits[image][slug] = split
    return splits


def plain(metadata: Mapping[str, Value]) -> Json:
    return {key: value.json for key, value in metadata.items()}


def change_set_object(change_set: ChangeSet) -> Json:
    return {
        "id": change_set.pk,
        "at": change_set.at,
        "by": str(change_set.who) if change_set.who else None,
        "origin": change_set.origin,
        "kind": change_set.kind,
        "state": change_set.state,
        "images": change_set.image_count,
        "changes_count": change_set.change_count,
        "undo_of": change_set.undo_of_id,
        "undoable": change_set.undoable,
    }


def change_object(change: Change) -> Json:
    return {
        "image": change.image.public_id,
        "kind": change.kind,
        "subject": change.subject,
        "old": _side(change.old_type, change.old, change.old_origin),
        "new": _side(change.new_type, change.new, change.new_origin),
    }


def _side(type_name: str, text: str, origin: str) -> Json | None:
    """Return one side of a change; null for nothing."""
    if not type_name:
        return None
    value: Any = from_stored(type_name, text).json if type_name in TYPES else text
    if type_name == "member":
        value = read_place(text)[0]
    return {"value": value, "type": type_name, "origin": origin or None}
