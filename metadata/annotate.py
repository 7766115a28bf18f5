"""The one operation through which every change of entries and tags goes.

    with act(workspace, by=user, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        annotate(acting, [Edit(image, set={"temperature": from_json(72.5)}, add_tags=["night"])])

It checks the edits, looks up what the images hold, decides what changes (`edits`, purely) and has
it written (`writing`), which tells the act. All edits, or none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, F
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce

from assetlib.changes.act import Acting
from assetlib.changes.models import ActKind, Origin
from images.columns import put_updated
from images.models import Image
from metadata.dictionary import keys_named, tags_named
from metadata.edits import Edit, Held, Outcome, check_edits, entry_steps, tag_steps
from metadata.errors import InvalidEditError, TrashedImageError
from metadata.json_rules import Problem
from metadata.models import Entry, ImageTag, Key, Tag
from metadata.values import from_number, from_stored
from metadata.writing import write_entries, write_tags


def annotate(acting: Acting, edits: Sequence[Edit]) -> list[Outcome]:
    """Carry out the edits, at most one an image, and say what each came to.

    Raises InvalidEditError, EntryConflictError or TrashedImageError; then nothing is changed.
    """
    check_edits(edits)
    _check_present(acting, edits)
    keys = keys_named(acting, {key for edit in edits for key in edit.keys})
    tags = tags_named(acting, {tag for edit in edits for tag in edit.tags})
    entries = _held_entries(edits, keys)
    tagged = _held_tags(edits, tags)
    outcomes = [
        Outcome(
            edit.image,
            tuple(entry_steps(edit, entries[edit.image.id], acting.origin, acting.mirror_id)),
            tuple(tag_steps(edit, tagged[edit.image.id])),
        )
        for edit in edits
    ]
    write_entries(acting, [step for outcome in outcomes for step in outcome.entries], keys)
    write_tags(acting, [step for outcome in outcomes for step in outcome.tags], tags)
    _mark_images(acting, [outcome for outcome in outcomes if outcome.changed])
    _check_room(outcomes)
    return outcomes


def _check_present(acting: Acting, edits: Sequence[Edit]) -> None:
    # Read again under the lock: the image may have gone to the trash since the caller read it.
    asked = Image.objects.filter(pk__among=[edit.image.id for edit in edits])
    trashed = set(asked.trashed().values_list("pk", flat=True))
    for edit in edits:
        if edit.image.workspace_id != acting.workspace.pk:
            raise ValueError(f"{edit.image.public_id} is of another workspace than the act.")
        if edit.image.id in trashed:
            raise TrashedImageError(edit.image)


def _held_entries(edits: Sequence[Edit], keys: Mapping[str, Key]) -> dict[int, dict[str, Held]]:
    held: dict[int, dict[str, Held]] = defaultdict(dict)
    names = {key.pk: key.name for key in keys.values()}
    # By the images, which have few entries each, not by a key, which many images have; a planner
    # that has not heard of a new key takes it for the better way. As a sum it has no index.
    rows = Entry.objects.filter(image_id__among=[edit.image.id for edit in edits])
    found = rows.alias(of=F("key_id") + 0).filter(of__in=list(names)).order_by()
    for image, key, number, type_name, text, origin, mirror in found.values_list(
        "image_id", "key_id", "number", "value__type", "value__text", "origin", "mirror_id"
    ):
        value = from_stored(type_name, text) if number is None else from_number(number)
        held[image][names[key]] = Held(value, Origin(origin), mirror)
    return held


def _held_tags(edits: Sequence[Edit], tags: Mapping[str, Tag]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    names = {tag.pk: folded for folded, tag in tags.items()}
    found = ImageTag.objects.filter(
        image_id__among=[edit.image.id for edit in edits], tag_id__among=names
    )
    for image, tag in found.values_list("image_id", "tag_id"):
        held[image].add(names[tag])
    return held


def _mark_images(acting: Acting, outcomes: Sequence[Outcome]) -> None:
    """Raise the version of each image that changed, and note a first change by a person."""
    put_updated(acting, [outcome.image.ord for outcome in outcomes])
    # A mirror's run, or an undo, is no first change; nor is a tag.
    touching = acting.origin != Origin.BUCKET and acting.kind != ActKind.UNDO
    touched = [o.image.id for o in outcomes if touching and o.entries]
    others = [o.image.id for o in outcomes if not (touching and o.entries)]
    marks: dict[str, Any] = {
        "metadata_version": F("metadata_version") + 1,
        "updated_at": acting.at,
    }
    Image.objects.filter(pk__among=touched).update(
        **marks, touched_at=Coalesce("touched_at", Constant(acting.at))
    )
    Image.objects.filter(pk__among=others).update(**marks)


def _check_room(outcomes: Sequence[Outcome]) -> None:
    grown = {o.image.id: o.image for o in outcomes if any(step.old is None for step in o.entries)}
    full = (
        Entry.objects.filter(image_id__among=list(grown))
        .values_list("image_id")
        .annotate(n=Count("id"))
        .filter(n__gt=settings.MAX_ENTRIES)
    )
    if problems := [
        Problem(
            grown[image].filename,
            f"would hold {n:,} entries; {settings.MAX_ENTRIES:,} are allowed",
        )
        for image, n in full
    ]:
        raise InvalidEditError(problems)
