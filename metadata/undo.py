"""Undo of entries and tags. What was changed again since is left alone, and told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assetlib.changes.act import Acting
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.changes.record import Recorded
from assetlib.changes.undo import CHANGED_SINCE, IN_TRASH, Conflict
from images.models import Brief, Image
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.models import Entry, ImageTag
from metadata.values import Value, from_number, from_stored


def undo_entries(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    """Give entries back their old value and origin, where the new one is still there."""
    images = _images(changes)
    held = _held(list(images), {c.key_id for c in changes if c.key_id})
    conflicts: list[Conflict] = []
    back: dict[int, list[Recorded]] = defaultdict(list)
    for change in changes:
        if change.image_id not in images:
            conflicts.append(Conflict(change, IN_TRASH))
        elif held.get((change.image_id, change.key_id)) != _value(change.new_type, change.new):
            conflicts.append(Conflict(change, CHANGED_SINCE))
        else:
            back[change.image_id].append(change)
    mirrors = set(acting.workspace.mirrors.values_list("pk", flat=True))
    annotate(acting, [_entries_back(images[pk], each, mirrors) for pk, each in back.items()])
    if acting.undo_of is not None:
        _undo_first_change(acting.undo_of, list(back))
    return conflicts


def _images(changes: Sequence[Recorded]) -> dict[int, Brief]:
    """Return those that are not in the trash, by primary key."""
    asked = Image.objects.alive().filter(pk__among={change.image_id for change in changes})
    return {image.pk: image for image in asked.brief()}


def _held(images: Sequence[int], keys: set[int]) -> dict[tuple[int, int | None], Value]:
    found = Entry.objects.filter(image_id__among=images, key_id__among=keys).order_by()
    return {
        (image, key): from_stored(type_name, text) if number is None else from_number(number)
        for image, key, number, type_name, text in found.values_list(
            "image_id", "key_id", "number", "value__type", "value__text"
        )
    }


def _value(type_name: str, text: str) -> Value | None:
    return from_stored(type_name, text) if type_name else None


def _entries_back(image: Brief, changes: Sequence[Recorded], mirrors: set[int]) -> Edit:
    values = {change.subject: _value(change.old_type, change.old) for change in changes}
    return Edit(
        image,
        set={key: value for key, value in values.items() if value is not None},
        remove=[key for key, value in values.items() if value is None],
        origins={c.subject: Origin(c.old_origin) for c in changes if c.old_origin},
        # One that is no more has no entries either.
        mirrors={c.subject: c.old_mirror_id for c in changes if c.old_mirror_id in mirrors},
    )


def _undo_first_change(change_set: ChangeSet, images: Sequence[int]) -> None:
    """Let the image count as untouched again, if it was this change set that first touched it."""
    original = change_set.undo_of if change_set.kind == ActKind.UNDO else None
    rows = Image.objects.filter(pk__among=images)
    if original is None:
        rows.filter(touched_at=change_set.at).update(touched_at=None)
    elif original.origin != Origin.BUCKET:
        rows.filter(touched_at=None).update(touched_at=original.at)


def undo_tags(acting: Acting, changes: Sequence[Recorded]) -> list[Conflict]:
    """Take tags off that were added, and put those back that were removed."""
    found = ImageTag.objects.filter(image_id__among={change.image_id for change in changes})
    held = {*found.values_list("image_id", "tag_id")}
    conflicts: list[Conflict] = []
    edits: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    images = _images(changes)
    for change in changes:
        added = bool(change.new_type)
        if change.image_id not in images:
            conflicts.append(Conflict(change, IN_TRASH))
        elif ((change.image_id, change.tag_id) in held) != added:
            conflicts.append(Conflict(change, CHANGED_SINCE))
        else:
            edits[change.image_id][added].append(change.subject)
    annotate(
        acting,
        [
            Edit(images[image], add_tags=back, remove_tags=away)
            for image, (back, away) in edits.items()
        ],
    )
    return conflicts
